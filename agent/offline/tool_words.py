"""Groups of words that mean the same when a tool is chosen, in both languages, read from `data/tool_words.yaml`."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from .parsing.text import stem, words

_FILE = Path(__file__).parent / "data" / "tool_words.yaml"
_INFLECTED = r"(?:s|es|d|ed|ing)?"


def content(text: str) -> frozenset[str]:
    """The telling words of a text: stems, and `=name` for each group of words it speaks of."""
    folded = " ".join(words(text.replace("_", " ")))
    plain = frozenset(stem(word) for word in folded.split() if word.isascii()) - _idle()
    joined = text.casefold()
    return plain | {f"={name}" for name, pattern in _groups() if pattern.search(folded) or pattern.search(joined)}


def without_opener(text: str) -> str:
    """A request without its polite or commanding start: "find me a red dress" is "red dress"."""
    return _without(_opener(), text)


def without_statement(text: str) -> str:
    """What a statement is about: "remember that I hate horror films" is "horror films"."""
    return _without(_statement(), text)


def _without(start: re.Pattern[str], text: str) -> str:
    left = text.strip()
    while (shorter := start.sub("", left, count=1).lstrip(" ,，:：")) != left and shorter:
        left = shorter
    return left.rstrip(" .!?。！？")


@cache
def _statement() -> re.Pattern[str]:
    return re.compile(f"^.*?(?:{'|'.join(_data()['statements'])})", re.IGNORECASE)


@cache
def _groups() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((group[0], _pattern(group)) for group in _data()["groups"])


def _pattern(group: list[str]) -> re.Pattern[str]:
    english = "|".join(re.escape(word) for word in group if word.isascii())
    chinese = "|".join(re.escape(word) for word in group if not word.isascii())
    return re.compile(rf"(?<![a-z])(?:{english}){_INFLECTED}(?![a-z])" + (f"|{chinese}" if chinese else ""))


@cache
def _idle() -> frozenset[str]:
    return frozenset(_data()["idle"].split())


@cache
def _opener() -> re.Pattern[str]:
    return re.compile(f"^(?:{'|'.join(_data()['openers'])})", re.IGNORECASE)


@cache
def _data() -> dict[str, Any]:
    return yaml.safe_load(_FILE.read_text(encoding="utf-8"))
