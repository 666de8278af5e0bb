"""Whether some people or some items are served worse than others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .intervals import Interval, interval_of, mean_with_interval, resampled_means
from .ndcg import discount
from .relevance import NONE


@dataclass(frozen=True, slots=True)
class GroupGap:
    """The means of all groups, and how far the best stands above the worst."""

    means: dict[str, Interval]
    best: str
    worst: str
    difference: Interval


def group_gap(values: np.ndarray, groups: Sequence[str], seed: int) -> GroupGap | None:
    """max over groups of the mean of `values` (m,) - min over groups of it; None for fewer than two groups.

    `groups` (m,) names the group of each value: of the person, or of the item that was to be found (Ekstrand et al.
    2018). Each group is resampled by itself. With many small groups some gap is always found: read the interval,
    which is that of the two groups named. NaN values are left out; of equal means the first by name counts.

    >>> found = group_gap(np.array([1.0, 1.0, 0.5]), ["new", "new", "old"], 1)
    >>> found.best, found.worst, found.difference.mean
    ('new', 'old', 0.5)
    """
    named = np.asarray(groups)
    split = {str(one): kept for one in np.unique(named) if len(kept := _there(values[named == one]))}
    if len(split) < 2:
        return None
    means = {name: mean_with_interval(own, seed) for name, own in split.items()}
    best = max(means, key=lambda name: means[name].mean)
    worst = min(means, key=lambda name: means[name].mean)
    return GroupGap(means, best, worst, _difference(split[best], split[worst], seed))


def exposure(lists: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Shape (g,): the share of attention that each group of items gets over all lists; zeros without lists.

    A place is worth 1 / log2(rank + 1) (Singh & Joachims 2018, "Fairness of exposure in rankings"); `shares` (n, g)
    says which groups an item belongs to, as `facet_shares` does.

    >>> exposure(np.array([[0, 1, 1]]), np.array([[1.0, 0.0], [0.0, 1.0]])).round(4)
    array([0.4693, 0.5307])
    """
    places = np.broadcast_to(discount(np.arange(1, lists.shape[1] + 1)), lists.shape)
    there = lists != NONE
    of_items = np.bincount(lists[there].astype(np.int64), weights=places[there], minlength=len(shares))
    of_groups = of_items @ shares
    return of_groups / (of_groups.sum() or 1.0)


def _there(values: np.ndarray) -> np.ndarray:
    return values[~np.isnan(values)]


def _difference(one: np.ndarray, other: np.ndarray, seed: int) -> Interval:
    generator = np.random.default_rng(seed)
    drawn = resampled_means(one, generator) - resampled_means(other, generator)
    return interval_of(float(one.mean() - other.mean()), drawn)
