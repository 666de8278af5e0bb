"""The reply as Markdown while it streams, titles in bold and lines that stay lines; and what the turn is doing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ....tools.items import Language
from ....tools.normalize import has_chinese
from ...offline.replies.text import TITLE_LENGTH, one_line, visible

_MARKED = re.compile(r"\*\*((?:\\.|[^*\n\\])+)\*\*|^(?:\d{1,3}[.)、][ \t]*)?《([^》\n]+)》", re.MULTILINE)
_SPECIAL = re.compile(r"([\\*_`\[\]<>])")
_LEAD = re.compile(r"(?:\d{1,3}[.)、][ \t]*|[-•][ \t]+)?《?")
_UNFINISHED = re.compile(r"(?:\d{1,3}[.)、]?|[-•])?[ \t]*《?")
_BREAK = "  \n"
"""A line stays a line in every renderer: Markdown joins them otherwise."""
_UNESCAPED = re.compile(r"\\(.)")


@dataclass
class Emphasis:
    """Takes a reply piece by piece; gives it back with each title in bold that a line begins with, or its number.

    A title between 《》 stands out as it is.

    What follows a list stands apart from it, for Markdown would take it for the end of the last entry.

    It holds back only the beginning of a line, while that may still become a title.
    """

    titles: dict[str, str] = field(default_factory=dict)
    """By how they are said: a reply cuts long ones short, here there is room for them."""
    _held: str = ""
    _within: bool = False
    """Whether what comes next goes on with a line whose beginning is known."""
    _listing: bool = False
    """Whether the last line was of a list."""

    def add(self, title: str) -> None:
        """A title to look for."""
        if title:
            whole = visible(title)
            self.titles |= {one_line(title, TITLE_LENGTH): whole, whole: whole}

    def feed(self, text: str, *, last: bool = False) -> str:
        """What can be said now; everything when this is the last piece."""
        self._held += text
        said = ""
        while self._held and (self._within or last or not self._open()):
            said += self._line() if self._within else self._opening()
        return said

    def _line(self) -> str:
        """The rest of a line, as far as it has come."""
        line, end, self._held = self._held.partition("\n")
        self._within = not end
        return f"{line}{_BREAK if end else ''}"

    def _opening(self) -> str:
        """A number and a title at the beginning of a line; empty when the line begins with neither."""
        self._within = True
        lead = _found(_LEAD, self._held)
        return self._gap(lead) + self._named(lead)

    def _gap(self, lead: str) -> str:
        listed, item, indented = self._listing, bool(lead.rstrip("《")), self._held[:1] in (" ", "\t")
        self._listing = item or (listed and indented)
        return "\n" if listed and not self._listing and self._held[:1] not in ("", "\n") else ""

    def _named(self, lead: str) -> str:
        rest = self._held[len(lead) :]
        title = max((one for one in self.titles if _begins(rest, one)), key=len, default="")
        if not title:
            return ""
        self._held = rest[len(title) :]
        whole = self.titles[title]
        self.titles = {said: one for said, one in self.titles.items() if one != whole}
        return f"{lead}{whole if lead.endswith('《') else _strong(whole)}"

    def _open(self) -> bool:
        """Whether the beginning of a line may still become a title."""
        rest = self._held[len(_found(_LEAD, self._held)) :]
        unfinished = _UNFINISHED.fullmatch(self._held) is not None
        return (unfinished and bool(self.titles or self._listing)) or any(one.startswith(rest) for one in self.titles)


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.match(text)
    return match[0] if match else ""


def _begins(text: str, title: str) -> bool:
    """Whether a text begins with the title as words of their own; Chinese has no spaces between words."""
    if not text.startswith(title):
        return False
    last, following = title[-1:], text[len(title) : len(title) + 1]
    return not (following.isalnum() and last.isalnum()) or has_chinese(last + following)


def _strong(title: str) -> str:
    return "**" + _SPECIAL.sub(r"\\\1", title) + "**"


def emphasis(reply: str, titles: Iterable[str]) -> str:
    """A whole reply as Markdown."""
    marked = Emphasis()
    for title in titles:
        marked.add(title)
    return marked.feed(reply, last=True)


def emphasized(text: str) -> list[str]:
    """What stands in bold, or in 《》 at the beginning of a line, in order."""
    return list(dict.fromkeys(_UNESCAPED.sub(r"\1", bold) or titled for bold, titled in _MARKED.findall(text)))


def progress(event: Mapping[str, Any], language: Language) -> str:
    """One line about a tool that was used."""
    texts = _progress()[language]
    found = event.get("found")
    form = texts["tool"] if found is None else texts["found"]
    return f"{form.format(name=str(event.get('name', '')).replace('_', ' '), found=found)}\n"


@cache
def _progress() -> dict[Language, dict[str, str]]:
    return yaml.safe_load((files(__package__ or __name__) / "progress.yaml").read_text("utf-8"))
