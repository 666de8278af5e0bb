"""What a metric is: of each conversation how much of something it has, over how often it could have had it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..facts import CatalogFacts
from ..outcome import Outcome


class Better(StrEnum):
    """Which direction is good."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `of`: 3 items of 5, 7 model calls in 4 turns. A metric is the sum of counts over the sum of ofs."""

    count: float = 0.0
    of: float = 0.0

    def __add__(self, other: Share) -> Share:
        return Share(self.count + other.count, self.of + other.of)


@dataclass(frozen=True, slots=True)
class Trials:
    """A conversation with all its repeats, and the catalog it is about. It is what intervals resample."""

    outcomes: tuple[Outcome, ...]
    facts: CatalogFacts

    @property
    def first(self) -> Outcome:
        """Any of them, for what they have in common."""
        return self.outcomes[0]


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric: its formula is what `of` counts, summed over trials, as `count` over `of`."""

    name: str
    about: str
    of: Callable[[Trials], Share]
    better: Better = Better.HIGHER
    unit: str = ""


def each(of: Callable[[Outcome], Share]) -> Callable[[Trials], Share]:
    """A metric that looks at one conversation at a time."""

    def summed(tried: Trials) -> Share:
        return total(of(one) for one in tried.outcomes)

    return summed


def total(shares: Iterable[Share]) -> Share:
    """The sum of some shares; 0 of 0 when there are none."""
    return sum(shares, Share())


def mean(values: Sequence[float | bool]) -> Share:
    """Their sum, of as many."""
    return Share(float(sum(values)), len(values))
