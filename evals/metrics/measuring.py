"""Metrics over a group of conversations, with 95% intervals by resampling the conversations (Efron 1979)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...tools.ranking.metrics import Interval
from ..facts import CatalogFacts
from ..outcome import Outcome
from .metric import Metric, Share, Trials

_RESAMPLES = 1_000
Key = tuple[str, str, str, str, int]


@dataclass(frozen=True, slots=True)
class Measured:
    """A metric of a group: the value with its interval, over `of` turns, items or conversations."""

    metric: Metric
    interval: Interval
    of: int

    @property
    def value(self) -> float:
        """The sum of what was counted over that of what could have been."""
        return self.interval.mean


@dataclass(frozen=True, slots=True)
class Group:
    """Conversations that belong together, by what they have in common."""

    name: str
    trials: tuple[Trials, ...]


def key_of(outcome: Outcome) -> Key:
    """What the repeats of a conversation share, and the same conversation of another run."""
    return Path(outcome.suite).stem, outcome.name, outcome.catalog, outcome.language, outcome.seed


def script_of(outcome: Outcome) -> Key:
    """The same, whatever the language: `books_en` and `books_zh` are one suite in two languages."""
    suite = Path(outcome.suite).stem.removesuffix(f"_{outcome.language}")
    return suite, outcome.name, outcome.catalog, "", outcome.seed


def trials_of(
    outcomes: Iterable[Outcome], facts: Callable[[str], CatalogFacts], key: Callable[[Outcome], Key] = key_of
) -> dict[Key, Trials]:
    """Repeats of a conversation together, in the order of their first one."""
    found: dict[Key, list[Outcome]] = {}
    for one in outcomes:
        found.setdefault(key(one), []).append(one)
    return {key: Trials(tuple(ones), facts(ones[0].catalog)) for key, ones in found.items()}


def groups_of(trials: Sequence[Trials], by: Callable[[Trials], str]) -> list[Group]:
    """Groups by name; trials without one are in none."""
    found: dict[str, list[Trials]] = {}
    for one in trials:
        found.setdefault(by(one), []).append(one)
    return [Group(name, tuple(ones)) for name, ones in sorted(found.items()) if name]


def measure(metric: Metric, trials: Sequence[Trials], seed: int) -> Measured | None:
    """The metric over the trials; None when it says nothing of any of them."""
    shares = [metric.of(one) for one in trials]
    if not sum(one.of for one in shares):
        return None
    interval = _interval(shares, np.random.default_rng(seed))
    return Measured(metric, interval, round(sum(one.of for one in shares)))


def _interval(shares: Sequence[Share], random: np.random.Generator) -> Interval:
    counts, ofs = (np.array([getattr(one, name) for one in shares]) for name in ("count", "of"))
    drawn = random.multinomial(len(shares), np.full(len(shares), 1 / len(shares)), size=_RESAMPLES)
    low, high = np.percentile(_ratio(drawn @ counts, drawn @ ofs), [2.5, 97.5])
    return Interval(float(counts.sum() / ofs.sum()), float(low), float(high))


def _ratio(counts: np.ndarray, ofs: np.ndarray) -> np.ndarray:
    """Draws in which nothing could be counted are left out."""
    return counts[ofs > 0] / ofs[ofs > 0]
