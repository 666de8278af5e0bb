"""One way to compare words: what `normalize` maps to the same string is the same value everywhere."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

_SPACES = re.compile(r"\s+")
_CJK = re.compile(r"[㐀-䶿一-鿿豈-﫿]")


_SHORT, _REMEMBERED = 60, 20_000
"""Facet values and names are normalized over and over; longer texts are not remembered."""


def normalize(text: str) -> str:
    """NFKC (full-width to half-width), case-folded, Chinese simplified, spaces collapsed, ends trimmed."""
    return _remembered(text) if len(text) <= _SHORT else _normalized(text)


def _normalized(text: str) -> str:
    return simplified(_SPACES.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip())


_remembered = lru_cache(maxsize=_REMEMBERED)(_normalized)


def simplified(text: str) -> str:
    """The text with traditional Chinese characters as simplified ones, one for one: 筆記本電腦 as 笔记本电脑."""
    return text.translate(_simplifications()) if has_chinese(text) else text


@cache
def _simplifications() -> dict[int, str]:
    """Traditional character -> the first simplified one that OpenCC's table gives for it."""
    table = (files("opencc") / "dictionary" / "TSCharacters.txt").read_text(encoding="utf-8")
    pairs = (line.split() for line in table.splitlines())
    return {ord(old): new for old, new, *_ in pairs if old != new}


def has_chinese(text: str) -> bool:
    """True when the text holds at least one CJK ideograph."""
    return bool(_CJK.search(text))


def count_chinese(text: str) -> int:
    """How many CJK ideographs the text holds."""
    return len(_CJK.findall(text))


def well_formed(text: str) -> str:
    """The text without what no file, model or server takes: halves of characters and NUL become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "?")
