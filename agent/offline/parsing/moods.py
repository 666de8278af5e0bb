"""Feelings and occasions: what a person in that mood wants, in the values of any catalog that has such values."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from ....graphs.understanding import Emotion
from ....tools.constraints import Constraint, Op
from ....tools.items import FacetRole
from ..lexicon import CatalogLexicon
from ..lexicon_index import CONCEPT, key_of
from .cues import cue, data, pattern
from .text import Message, Span, Spanned, overlaps

_NAMING = (FacetRole.BRAND, FacetRole.CREATOR, FacetRole.PLACE)
_FEW = 200
"""Values up to which a facet is one of kinds and moods rather than of names."""
_CLAUSE = re.compile(r"[^.!?;,。！？；，]+")


class _Row(NamedTuple):
    said: re.Pattern[str]
    wanted: tuple[str, ...]
    emotion: Emotion | None


class Mood(NamedTuple):
    """Characters that tell a mood, what is wanted in it, and the feeling, if it is one."""

    start: int
    end: int
    wanted: tuple[str, ...]
    emotion: Emotion | None


@cache
def _rows() -> tuple[_Row, ...]:
    return tuple(
        _Row(pattern(row), tuple(row["wanted"]), Emotion(row["emotion"]) if "emotion" in row else None)
        for row in data("concepts")["moods"]
    )


@cache
def _denial() -> re.Pattern[str]:
    return re.compile(rf"(?:{cue('mood_denied').pattern})\s*$")


def find_moods(message: Message, held: Sequence[Spanned]) -> list[Mood]:
    """Every mood that is told, what is wanted first; nothing inside `held`, nothing that is denied."""
    found = [
        Mood(*match.span(), row.wanted, row.emotion)
        for row in _rows()
        for match in row.said.finditer(message.text)
        if _denial().search(message.text[: match.start()]) is None
    ]
    return [one for one in found if not overlaps(one, held)]


def mood_constraints(moods: Sequence[Mood], lexicon: CatalogLexicon, said: Sequence[Constraint]) -> list[Constraint]:
    """Wishes for the values that suit the first mood, none on facets that the person spoke of."""
    closed = {one.facet for one in said}
    values: dict[str, list[str]] = defaultdict(list)
    for phrase in moods[0].wanted if moods else ():
        for meaning in lexicon.values.get(key_of(phrase), ()):
            if meaning.strength >= CONCEPT and meaning.facet not in closed and _tells_kind(lexicon, meaning.facet):
                values[meaning.facet] += [one for one in meaning.values if one not in values[meaning.facet]]
    return [_wish(facet, tuple(held)) for facet, held in values.items()]


def _wish(facet: str, values: tuple[str, ...]) -> Constraint:
    if len(values) == 1:
        return Constraint(facet=facet, op=Op.EQ, value=values[0], hard=False)
    return Constraint(facet=facet, op=Op.IN, value=values, hard=False)


def _tells_kind(lexicon: CatalogLexicon, name: str) -> bool:
    facet = lexicon.facet(name)
    return facet is not None and facet.role not in _NAMING and lexicon.sizes.get(name, 0) <= _FEW


def mood_spans(message: Message, moods: Sequence[Mood], nouns: Sequence[str]) -> list[Span]:
    """The characters of the moods, with the whole clause where it asks for nothing: "stressed at work"."""
    clauses = [Span(*one.span()) for one in _CLAUSE.finditer(message.text)]
    telling = [one for one in clauses if overlaps(one, moods) and not _asks(message.text, one, nouns)]
    return [*telling, *(Span(one.start, one.end) for one in moods)]


def _asks(text: str, clause: Span, nouns: Sequence[str]) -> bool:
    said = text[clause.start : clause.end]
    return any(cue(name).search(said) for name in ("request", "fresh_request")) or any(noun in said for noun in nouns)
