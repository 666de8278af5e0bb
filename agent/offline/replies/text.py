"""Catalog text is untrusted: here it becomes one clean line of bounded length. Sentences and lists in two languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from ....tools.items import Language

TITLE_LENGTH = 80
"""Characters; longer titles are cut at a word and end in an ellipsis."""
STATEMENT_LENGTH = 300
_BREAKS = {"Cc", "Zl", "Zp"}
_INVISIBLE = {"Cf", "Cs", "Co", "Cn"}
_SPACES = re.compile(r"\s+")
_ENDS = (".", "!", "?", "。", "！", "？", "…", "：", ":")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9])|(?<=[。！？])")
_HAN = "㐀-䶿一-鿿，。；：、（）《》！？"
_GAP = re.compile(rf"(?<=[{_HAN}]) (?=[{_HAN}])")


def one_line(text: str, limit: int = STATEMENT_LENGTH) -> str:
    """Without control and formatting characters, spaces collapsed, cut to `limit` characters."""
    return shorten(visible(text), limit)


def visible(text: str) -> str:
    """The whole text on one line, without control and formatting characters."""
    if text.isprintable():
        return _SPACES.sub(" ", text).strip()
    kept = (char for char in text if unicodedata.category(char) not in _INVISIBLE)
    spaced_out = "".join(" " if unicodedata.category(char) in _BREAKS else char for char in kept)
    return _SPACES.sub(" ", spaced_out).strip()


def shorten(text: str, limit: int) -> str:
    """Cut at the last space before the limit where there is one near, with an ellipsis."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > limit // 2 else cut).rstrip(" ,;，；、") + "…"


def beginning(text: str, limit: int) -> str:
    """As many whole sentences as fit, at least the first one, which is cut when it alone is longer."""
    kept = ""
    for part in _SENTENCE.split(one_line(text, 10 * limit)):
        if kept and len(kept) + len(part) >= limit:
            break
        kept = f"{kept} {part}".strip()
    return shorten(_GAP.sub("", kept), limit)


def sentence(text: str, language: Language) -> str:
    """The statement with a capital where a word begins it, and a full stop where it has no end mark."""
    line = capitalized(one_line(text))
    if not line or line.endswith(_ENDS):
        return line
    return line + ("." if language == "en" else "。")


def unended(text: str) -> str:
    """The statement on one line without its full stop."""
    return one_line(text).rstrip(".。;；")


def capitalized(text: str) -> str:
    """First letter in upper case, unless the first word has capitals of its own (iPhone)."""
    first = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if first.islower() else text


def listed(words: Sequence[str], language: Language, last: str) -> str:
    """`a, b and c`; `last` is the conjunction with its spaces: " and ", "和"."""
    comma = ", " if language == "en" else "、"
    if len(words) < 2:
        return "".join(words)
    return comma.join(words[:-1]) + last + words[-1]


def spaced(sentences: Sequence[str], language: Language) -> str:
    """Sentences as a paragraph: a space between them in English, none in Chinese."""
    return (" " if language == "en" else "").join(part for part in sentences if part)
