"""Decades and centuries: the 90s, the nineties, early 2000s, 八十年代, the 19th century."""

from __future__ import annotations

import re

from ....tools.constraints import Constraint, Op
from ....tools.items import FacetKind, FacetRole
from ..lexicon import CatalogLexicon
from .bounds import Bound
from .cues import cue, data, stands_before
from .numbers import chinese_value
from .text import Message

_DECADE = re.compile(r"(?<![a-z0-9$€£¥])'?(\d{1,3}0)'?s(?![a-z0-9])")
_CENTURY = re.compile(
    r"(?<![a-z0-9])(\d{1,2})(?:st|nd|rd|th)[ -]century|(\d{1,2}|[一二十]{1,3})世纪(?![一-鿿]{0,2}\d{2}年代)"
)
_CHINESE = re.compile(
    r"(?:上个?世纪|(?:20|21|二十一?)世纪)?(\d{2,4}|[一二三四五六七八九]十|[一二两零〇九][一二三四五六七八九零〇]{3})年代"
)
_NAMES = ("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties", "noughties")
_WORDS = {word: 10 * n for n, word in enumerate(_NAMES[:-1], start=2)} | {"noughties": 2000}
_WORD = re.compile(rf"(?<![a-z])({'|'.join(_WORDS)})(?![a-z])")
_PARTS = (("early", 0, 3), ("mid", 4, 6), ("late", 7, 9))


def find_periods(message: Message, lexicon: CatalogLexicon) -> list[Bound]:
    """A range of years for every decade or century; neighbours of "80s or 90s" become one range."""
    facet = lexicon.by_role(FacetRole.DATE)
    if facet is None:
        return []
    spans = sorted((*_decades(message.text), *_centuries(message.text)))
    merged: list[tuple[int, int, int, int]] = []
    for span in spans:
        if merged and len(message.text[merged[-1][1] : span[0]].strip()) <= 7:
            first = merged.pop()
            span = (first[0], span[1], min(first[2], span[2]), max(first[3], span[3]))
        merged.append(span)
    return [_bound(message.text, facet.name, facet.kind is FacetKind.DATE, span) for span in merged]


def _decades(text: str) -> list[tuple[int, int, int, int]]:
    found = [(match, float(match.group(1))) for match in _DECADE.finditer(text)]
    found += [(match, float(_WORDS[match.group(1)])) for match in _WORD.finditer(text)]
    found += [(match, _chinese_decade(match.group(1))) for match in _CHINESE.finditer(text)]
    return [_part(text, match, _full_year(int(value))) for match, value in found if value % 10 == 0]


def _chinese_decade(phrase: str) -> float:
    return float(phrase) if phrase.isdigit() else chinese_value(phrase) or 1.0


def _full_year(decade: int) -> int:
    """A decade of two digits is of the last century, but for the tens and the twenties."""
    if decade >= 100:
        return decade
    return (2000 if decade <= 20 else 1900) + decade


def _part(text: str, match: re.Match[str], first: int) -> tuple[int, int, int, int]:
    """The years of the decade, or the early, middle or late ones."""
    for name, low, high in _PARTS:
        before = re.search(rf"(?:{cue(name).pattern})[ -]*(?:the )?$", text[: match.start()])
        after = re.match(cue(name).pattern, text[match.end() :]) if not text.isascii() else None
        if before or after:
            return (
                before.start() if before else match.start(),
                match.end() + (after.end() if after else 0),
                first + low,
                first + high,
            )
    return match.start(), match.end(), first, first + 9


def _centuries(text: str) -> list[tuple[int, int, int, int]]:
    found = []
    for match in _CENTURY.finditer(text):
        digits = match.group(1) or match.group(2)
        number = int(digits) if digits.isdigit() else int(chinese_value(digits) or 20)
        found.append((match.start(), match.end(), 100 * number - 99, 100 * number))
    return found


def _bound(text: str, facet: str, dated: bool, span: tuple[int, int, int, int]) -> Bound:
    start, end, low, high = span
    op, value = _sided(text, start, low, high)
    ends = [f"{one:04d}-{'12-31' if one == high else '01-01'}" if dated else float(one) for one in value]
    return Bound(start, end, Constraint(facet=facet, op=op, value=tuple(ends) if op is Op.BETWEEN else ends[0]))


def _sided(text: str, start: int, low: int, high: int) -> tuple[Op, tuple[int, ...]]:
    """ "before the 90s" and "since the 90s" are open on one side."""
    if stands_before("lt_before", text, start):
        return Op.LT, (low,)
    if stands_before("gt_before", text, start):
        return Op.GT, (high,)
    if (before := stands_before("ge_before", text, start)) and not before.group().startswith(data("words")["from"]):
        return Op.GE, (low,)
    return Op.BETWEEN, (low, high)
