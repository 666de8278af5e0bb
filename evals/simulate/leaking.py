"""Whether a message tells the title of what somebody has in mind, which would make finding it no achievement."""

from __future__ import annotations

import re
from functools import lru_cache

from ...tools.items import Item
from ...tools.normalize import has_chinese, normalize

_SUBTITLE = re.compile(r"\s*[(（\[].*$|\s*[:：—–].*$")
_TOKEN = re.compile(r"[a-z0-9]+|[一-鿿]")
_LONG_WORD = 4
_TOLD_WORDS, _TOLD_CHARACTERS = 2, 3


def leaks(message: str, item: Item) -> bool:
    """Whether the message holds the item's id, its title, or two or more words (three characters) of it in a row.

    What the item's own facets say is no secret: the author, a genre, a dish. An id that is a mere number is a number.
    """
    said = _tokens(message)
    if not item.id.isdigit() and _within(_tokens(item.id), said):
        return True
    title = _tokens(_SUBTITLE.sub("", item.title)) or _tokens(item.title)
    open_words = _of_facets(tuple(map(str, _values(item))))
    if _within(title, said) and not set(title) <= open_words:
        return True
    return any(_within(run, said) and not set(run) <= open_words for run in _telling(title))


def without_title(text: str, item: Item) -> str:
    """The text with every line that tells the title taken out."""
    if not leaks(text, item):
        return text
    kept = "\n".join("..." if leaks(line, item) else line for line in text.splitlines())
    return "..." if leaks(kept, item) else kept


def _telling(title: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The shortest runs of words of the title that tell it."""
    chinese = any(map(has_chinese, title))
    length = _TOLD_CHARACTERS if chinese else _TOLD_WORDS
    runs = [title[start : start + length] for start in range(len(title) - length + 1)]
    return runs if chinese else [run for run in runs if all(len(word) >= _LONG_WORD for word in run)]


def _within(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    return bool(part) and any(whole[start : start + len(part)] == part for start in range(len(whole) - len(part) + 1))


@lru_cache(maxsize=4096)
def _tokens(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(normalize(text)))


@lru_cache(maxsize=256)
def _of_facets(values: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for value in values for word in _tokens(value))


def _values(item: Item) -> list[object]:
    return [part for value in item.facets.values() for part in (value if isinstance(value, tuple) else (value,))]
