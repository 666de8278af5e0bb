"""How much the words of a query weigh beside its meaning: by what kind of query it is, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

import yaml

from .lexical import Match

_FILE = "fusion.yaml"
_TALK = 5.0
"""From this many words on, function words counting half, a query is taken for a sentence about a need."""
_LIKE_A_TITLE = 0.75
_MENDED = 0.25


class QueryKind(StrEnum):
    """What a query reads like."""

    KEYWORDS = "keywords"
    TITLE = "title"
    """It is, or nearly is, the title of an item."""
    NEED = "need"
    """A sentence about what somebody needs."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned on development queries; each in [0, 1]."""

    lexical: Mapping[QueryKind, float]
    """Weight of the words for a query that one item covers whole; meaning has the rest."""
    feedback: float
    """How far the vector of such a query moves to the items that its words find best."""
    accessory: float
    """What an item that is only for the thing is behind the thing itself."""


@dataclass(frozen=True, slots=True)
class Blend:
    """How the words and the meaning of one query are weighed."""

    kind: QueryKind
    lexical: float
    """In [0, 1]: the weight of the words; the dense score has the rest."""
    why: str


@cache
def learned_weights() -> Weights:
    """Those of the file beside this module, which says how they were learned."""
    kept = yaml.safe_load((files(__package__ or "") / _FILE).read_text(encoding="utf-8"))
    lexical = {QueryKind(kind): float(weight) for kind, weight in kept["lexical"].items()}
    return Weights(lexical, float(kept["feedback"]), float(kept["accessory"]))


def blend(match: Match, title_likeness: float, weights: Weights) -> Blend:
    """The blend for a query by what its words find. `title_likeness`, in [0, 1], is that of the title most like it.

    Words count as much as some item covers them: not at all across languages. Words that had to be mended count less.
    """
    kind = _kind(match, title_likeness)
    mended = len(match.mended) / max(len(match.words), 1)
    weight = weights.lexical[kind] * match.coverage * (1 - _MENDED * mended)
    return Blend(kind, weight, _why(kind, match, weight))


def _kind(match: Match, title_likeness: float) -> QueryKind:
    if title_likeness >= _LIKE_A_TITLE:
        return QueryKind.TITLE
    return QueryKind.NEED if len(match.words) + match.function_words / 2 >= _TALK else QueryKind.KEYWORDS


def _why(kind: QueryKind, match: Match, weight: float) -> str:
    read = {
        QueryKind.TITLE: "it reads like a title",
        QueryKind.NEED: "it is a sentence about a need",
        QueryKind.KEYWORDS: f"it is {len(match.words)} keyword{'s' * (len(match.words) != 1)}",
    }[kind]
    mended = "".join(f", {wrong!r} read as {right!r}" for wrong, right in match.mended.items())
    covered = f"one item covers {match.coverage:.0%} of the words" if match.coverage else "no item has any of the words"
    return f"{read}{mended}; {covered}: words weigh {weight:.2f}, meaning {1 - weight:.2f}"
