"""What remains to search by: the content words, without conditions, politeness and the catalog's noun."""

from __future__ import annotations

import re
from functools import cache

from ..lexicon import CatalogLexicon
from .cues import cue, data
from .text import Message, Span, stem

_CHINESE = re.compile(r"[㐀-鿿]")
_SENTENCE = re.compile(r"[^.!?。！？]+")
_STORY = 40
"""Words from which only the sentences that ask for something are searched by."""
_SPACE = re.compile(r"\s+")


@cache
def _stop() -> frozenset[str]:
    return frozenset(data("words")["stop"].split())


@cache
def _chinese_filler() -> re.Pattern[str]:
    return re.compile("|".join(sorted(data("words")["stop_chinese"].split(), key=len, reverse=True)))


def remaining_query(message: Message, lexicon: CatalogLexicon, used: list[Span]) -> str:
    """The words outside `used`, function words trimmed from the ends of each piece; empty when nothing is left."""
    nouns = nouns_of(lexicon)
    pieces = [_trimmed(piece, nouns) for piece in _pieces(message, used)]
    return _SPACE.sub(" ", " ".join(piece for piece in pieces if piece)).strip()


def nouns_of(lexicon: CatalogLexicon) -> set[str]:
    """The catalog's nouns and what else such items are called, in the singular."""
    held = {stem(noun) for noun in lexicon.nouns}
    groups = [{stem(noun) for noun in group} for group in data("words")["nouns"]]
    return held.union(*(group for group in groups if group & held))


def noun_pattern(lexicon: CatalogLexicon) -> str:
    """The same as a regular expression; 酒店 is no 店."""
    return "|".join(rf"(?<!酒){noun}" if noun == "店" else re.escape(noun) for noun in sorted(nouns_of(lexicon)))


def _pieces(message: Message, used: list[Span]) -> list[str]:
    marks = [*used, *(Span(*match.span()) for match in cue("request").finditer(message.text))]
    marks += _asides(message)
    keep = "".join(
        "\n" if any(span.start <= at < span.end for span in marks) else letter for at, letter in enumerate(message.raw)
    )
    return [piece for piece in re.split(r"[\n.!?;:,。！？；：，、()\"《》<>{}\[\]=|]+", keep) if piece.strip()]


def _asides(message: Message) -> list[Span]:
    """Of a story the sentences without a request."""
    sentences = list(_SENTENCE.finditer(message.text)) if len(message.tokens) > _STORY else []
    asking = [one for one in sentences if cue("request").search(one.group())]
    return [Span(*one.span()) for one in sentences if one not in asking] if asking else []


def _trimmed(piece: str, nouns: set[str]) -> str:
    if _CHINESE.search(piece):
        return _trimmed_chinese(piece, nouns)
    held = piece.split()
    while held and _empty(held[0], nouns):
        held.pop(0)
    while held and _empty(held[-1], nouns):
        held.pop()
    return " ".join(held)


def _empty(word: str, nouns: set[str]) -> bool:
    plain = word.casefold().strip("'\"-:*#&$€/<>=+~")
    return plain in _stop() or stem(plain) in nouns or plain.isdigit() or not plain


def _trimmed_chinese(piece: str, nouns: set[str]) -> str:
    for noun in nouns:
        if _CHINESE.match(noun):
            piece = re.sub(rf"{noun}(?=$|[的吗呢吧])", " ", piece)
    parts = [_bare(part) for part in _chinese_filler().sub("\n", piece).split("\n")]
    return " ".join(part for part in parts if part and not part.isdigit())


def _bare(part: str) -> str:
    """Without the particles at its ends."""
    words = data("words")
    return part.strip().lstrip(words["stop_chinese_start"]).rstrip(words["stop_chinese_end"]).strip()
