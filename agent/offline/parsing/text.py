"""`Message`: the person's words with a folded copy of the same length, so that every span holds in both."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Protocol

from ....tools.normalize import simplified

HALF = 1000
"""Characters kept from the start and from the end of a message that is longer than both together."""

_LATIN_END = 0x250
_CJK = "㐀-䶿一-鿿豈-﫿぀-ヿ"
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+(?:'[^\W\d_{_CJK}]+)?")
_QUOTES = str.maketrans(
    {"‘": "'", "’": "'", "´": "'", "`": "'", "“": '"', "”": '"', "„": '"', "—": "-", "–": "-", "〜": "~"}
)
_BLANKS = re.compile("[\\s\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ud800-\uf8ff]+")
_MIXED = re.compile(rf"(?<=[0-9]) (?=[{_CJK}])|(?<=[{_CJK}]) (?=[0-9])")
"""The space that some put between a number and its Chinese unit."""
_CHINESE_COMMA = re.compile(r"(?<=\d)，(?=\d)")
"""It ends a clause where the English one groups digits: 评分4以上，2000年以后."""
_IRREGULAR = {
    "men": "man",
    "women": "woman",
    "children": "child",
    "people": "person",
    "mice": "mouse",
    "knives": "knife",
}


class Span(NamedTuple):
    """Character offsets, the end excluded."""

    start: int
    end: int


class Token(NamedTuple):
    """A word, or one Chinese character, in folded form."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Message:
    """`raw` keeps the case; `text` is folded (case, accents, traditional Chinese) and has the same length."""

    raw: str
    text: str
    tokens: tuple[Token, ...]

    @classmethod
    def read(cls, text: str) -> Message:
        """Bounded, without control characters, half-width, spaces collapsed."""
        raw = _clean(text)
        folded = simplified(raw).translate(_FOLD)
        tokens = tuple(Token(found.group(), found.start(), found.end()) for found in _WORD.finditer(folded))
        return cls(raw, folded, tokens)


@lru_cache(maxsize=1 << 12)
def read_title(title: str) -> Message:
    """A title, read once: those that were shown are looked for in every message of a conversation."""
    return Message.read(title)


class _Fold(dict[int, str]):
    def __missing__(self, code: int) -> str:
        letter = chr(code)
        base = unicodedata.normalize("NFD", letter)[0] if code < _LATIN_END else letter
        lower = base.lower()
        self[code] = lower if len(lower) == 1 else base
        return self[code]


_FOLD = _Fold()


def _clean(text: str) -> str:
    if text.isascii() and text.isprintable() and len(text) <= 2 * HALF and "  " not in text:
        return text.strip()
    if len(text) > 2 * HALF:
        text = f"{text[:HALF]} {text[-HALF:]}"
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _CHINESE_COMMA.sub(", ", text)).translate(_QUOTES)
    return _MIXED.sub("", _BLANKS.sub(" ", text)).strip()


def words(text: str) -> list[str]:
    """The folded words of a phrase; each Chinese character is a word."""
    return _WORD.findall(simplified(_clean(text)).translate(_FOLD))


@lru_cache(maxsize=1 << 17)
def stem(word: str) -> str:
    """The singular of an English word, without possessive: a plain rule, the same on both sides of a comparison."""
    word = _IRREGULAR.get(word.replace("'", ""), word.replace("'", ""))
    if len(word) < 4 or not word.isascii():
        return word
    if word.endswith(("sses", "xes", "ches", "shes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    word = _IRREGULAR.get(word, word)
    return f"{word[:-2]}y" if word.endswith("ie") else word


def phrase_key(parts: list[str]) -> str:
    """One key for all spellings: "sci-fi", "sci fi" and "scifi"; "Dolce & Gabbana" and "dolce and gabbana"."""
    return "".join(stem(part) for part in parts if part != "and" or len(parts) == 1)


class Spanned(Protocol):
    """Anything with character offsets."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


def overlaps(one: Spanned, taken: Sequence[Spanned]) -> bool:
    """Whether it shares a character with one of `taken`."""
    return any(one.start < other.end and other.start < one.end for other in taken)
