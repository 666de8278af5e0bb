"""Whether some people are served worse than others, as one figure for each way to tell people apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...tools.ranking.metrics import GroupGap, group_gap
from .measuring import groups_of
from .metric import Metric, Trials


@dataclass(frozen=True, slots=True)
class Gap:
    """How far the group with the highest mean of a metric stands above that with the lowest."""

    metric: Metric
    dimension: str
    """What people are told apart by: language, persona."""
    found: GroupGap


def gaps(
    metrics: Sequence[Metric], trials: Sequence[Trials], dimensions: Mapping[str, Callable[[Trials], str]], seed: int
) -> list[Gap]:
    """max - min over groups of the mean over conversations, each group resampled by itself (Ekstrand et al. 2018).

    With many small groups some gap is always found: the interval is that of the two groups named.
    """
    return [
        Gap(metric, name, found)
        for name, by in dimensions.items()
        for metric in metrics
        if (found := _gap(metric, trials, by, seed))
    ]


def _gap(metric: Metric, trials: Sequence[Trials], by: Callable[[Trials], str], seed: int) -> GroupGap | None:
    named = [(group.name, metric.of(one)) for group in groups_of(trials, by) for one in group.trials]
    counted = [(name, share.count / share.of) for name, share in named if share.of]
    return group_gap(np.array([value for _, value in counted]), [name for name, _ in counted], seed)
