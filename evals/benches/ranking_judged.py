"""Lists against what people really took next, the same way for everybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ...tools.ranking.data.splits import Split
from ...tools.ranking.metrics import average_popularity, coverage, hit_at, mean_of, mean_with_interval, ndcg_at
from ...tools.ranking.metrics import paired_difference as difference
from .ranking_task import Entry


@dataclass(frozen=True, slots=True)
class Judged:
    """A contender over its seeds: `ndcg` and `hits` (b,) are means over them, for each person."""

    name: str
    seeds: int
    ndcg: np.ndarray
    hits: np.ndarray
    coverage: float
    popularity: float
    """Mean count in training of what it shows."""
    fit_s: float
    ask_ms: float
    peak_mb: float
    rows_per_s: float
    about: str

    @property
    def mean(self) -> float:
        """NDCG@10."""
        return float(self.ndcg.mean())


def judge(entries: Sequence[Entry], split: Split) -> list[Judged]:
    """Contenders by name, in their order."""
    names = dict.fromkeys(one.name for one in entries)
    return [_judged(name, [one for one in entries if one.name == name], split) for name in names]


def ranks_in(lists: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Shape (b,): where each target stands in its list (b, k), from 1; infinite when it does not."""
    found = lists == targets[:, None]
    return np.where(found.any(axis=1), found.argmax(axis=1) + 1.0, np.inf)


def ndcg_of_lists(lists: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """NDCG@10 of each list, shape (b,)."""
    return ndcg_at(ranks_in(lists, targets))


def lines(judged: Sequence[Judged], seed: int) -> Iterator[str]:
    """A line a contender, the best first, with 95% bootstrap intervals over people."""
    for one in sorted(judged, key=lambda one: -one.mean):
        speed = f", {one.rows_per_s:,.0f} rows/s" if one.rows_per_s else ""
        yield (
            f"  {one.name} ({one.seeds} seed{'s' * (one.seeds > 1)}{one.about and ', ' + one.about}): "
            f"NDCG@10 {mean_with_interval(one.ndcg, seed):.4f}, HR@10 {mean_with_interval(one.hits, seed):.4f}, "
            f"coverage {one.coverage:.3f}, average popularity {one.popularity:.0f}, fit {one.fit_s:.1f} s{speed}, "
            f"one user {one.ask_ms:.2f} ms, peak {one.peak_mb:.0f} MB"
        )


def compared(one: Judged, other: Judged, seed: int) -> str:
    """How far the one is ahead of the other, over the same people."""
    return f"{one.name} less {other.name}: NDCG@10 {difference(one.ndcg, other.ndcg, seed):.4f}"


def _judged(name: str, entries: Sequence[Entry], split: Split) -> Judged:
    counts = np.bincount(split.before_test.rows, minlength=len(split.train.items))
    ranks = np.stack([ranks_in(one.lists, split.test.targets) for one in entries])

    def mean(values: Sequence[float]) -> float:
        return float(np.mean(values))

    return Judged(
        name,
        len(entries),
        ndcg_at(ranks).mean(axis=0),
        hit_at(ranks).mean(axis=0),
        mean([coverage(one.lists, len(counts)) for one in entries]),
        mean([mean_of(average_popularity(one.lists, counts)) for one in entries]),
        mean([one.fit_s for one in entries]),
        mean([one.ask_ms for one in entries]),
        max(one.peak_mb for one in entries),
        mean([one.rows_per_s for one in entries]),
        entries[0].about,
    )
