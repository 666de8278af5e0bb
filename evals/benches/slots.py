"""Slots: what a person wants, as (facet, value) pairs that a reading and an annotation share, and their scores."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...tools.constraints import NEGATIVE, Constraint, Op
from ...tools.normalize import normalize
from ...tools.ranking.metrics.intervals import Interval, interval_of

Slot = tuple[str, str]
"""A facet and one wanted value, or for a numeric facet the whole range: ("dishes", "烤鸭"), ("price", "50..100")."""
Slots = frozenset[Slot]
_RESAMPLES = 2_000


def range_slot(facet: str, low: float, high: float, ceiling: float = math.inf) -> Slot:
    """A range as a slot; an end at or beyond what is possible (0, `ceiling`) is open.

    >>> range_slot("rating", 4.5, 5, 5.0), range_slot("price", 0, 50)
    (('rating', '4.5..'), ('price', '..50'))
    """
    ends = ("" if low <= 0 else f"{low:g}", "" if high >= ceiling else f"{high:g}")
    return facet, "..".join(ends)


def slots_of(constraints: Iterable[Constraint], ceilings: Mapping[str, float]) -> Slots:
    """The slots of constraints in force, hard and soft; those on one numeric facet (in `ceilings`) are one range."""
    ranges: dict[str, tuple[float, float]] = {}
    found: set[Slot] = set()
    for one in constraints:
        if one.facet in ceilings and one.op not in NEGATIVE:
            low, high = ranges.get(one.facet, (-math.inf, math.inf))
            ends = _ends(one)
            ranges[one.facet] = (max(low, ends[0]), min(high, ends[1]))
        else:
            found.update((one.facet, f"{'not ' * (one.op in NEGATIVE)}{normalize(str(value))}") for value in one.values)
    return frozenset(found | {range_slot(name, *ends, ceilings[name]) for name, ends in ranges.items()})


def _ends(one: Constraint) -> tuple[float, float]:
    values = [float(value) for value in one.values]
    if one.op in (Op.GE, Op.GT):
        return values[0], math.inf
    if one.op in (Op.LE, Op.LT):
        return -math.inf, values[0]
    return min(values), max(values)


@dataclass(frozen=True, slots=True)
class Judged:
    """One moment of a conversation: what was wanted, and what was understood."""

    group: str
    """The conversation, which is resampled as a whole."""
    wanted: Slots
    understood: Slots


@dataclass(frozen=True, slots=True)
class Counts:
    """True positives, false positives, false negatives."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """right / (right + wrong); 0 when nothing was understood."""
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        """right / (right + missed); 0 when nothing was wanted."""
        return self.right / max(self.right + self.missed, 1)

    @property
    def f1(self) -> float:
        """2 right / (2 right + wrong + missed).

        >>> Counts(right=3, wrong=1, missed=1).f1
        0.75
        """
        return 2 * self.right / max(2 * self.right + self.wrong + self.missed, 1)


def counts(judged: Iterable[Judged], facet: str = "") -> Counts:
    """Micro counts over all moments; of one facet when it is named."""
    total = Counter[str]()
    for one in judged:
        wanted, understood = (_of(held, facet) for held in (one.wanted, one.understood))
        total.update(right=len(wanted & understood), wrong=len(understood - wanted), missed=len(wanted - understood))
    return Counts(total["right"], total["wrong"], total["missed"])


def _of(slots: Slots, facet: str) -> Slots:
    return frozenset(one for one in slots if not facet or one[0] == facet)


def f1_with_interval(judged: Sequence[Judged], seed: int) -> Interval:
    """Micro F1 with its percentile bootstrap interval, whole conversations resampled."""
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        groups[one.group].append(one)
    rows = [counts(held) for held in groups.values()]
    table = np.array([(one.right, one.wrong, one.missed) for one in rows], dtype=float)
    drawn = np.random.default_rng(seed).integers(0, len(table), (_RESAMPLES, len(table)))
    right, wrong, missed = table[drawn].sum(axis=1).T
    return interval_of(counts(judged).f1, 2 * right / np.maximum(2 * right + wrong + missed, 1))


def exact(judged: Sequence[Judged]) -> float:
    """Share of the moments at which all that was wanted was understood and nothing else (joint accuracy)."""
    return sum(one.wanted == one.understood for one in judged) / max(len(judged), 1)


def facet_lines(judged: Sequence[Judged]) -> Iterator[str]:
    """Precision, recall and F1 by facet."""
    facets = sorted({facet for one in judged for facet, _ in one.wanted | one.understood})
    yield f"  {'facet':10}{'wanted':>8}{'precision':>11}{'recall':>8}{'F1':>7}"
    for facet in facets:
        held = counts(judged, facet)
        wanted = held.right + held.missed
        yield f"  {facet:10}{wanted:>8}{held.precision:>11.3f}{held.recall:>8.3f}{held.f1:>7.3f}"
