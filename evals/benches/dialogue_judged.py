"""Recall of what was recommended next in dialogues: ours beside floors, with intervals over dialogues."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...tools.ranking.dialogues.model import Choice
from ...tools.ranking.dialogues.ranker import DialogueRanker
from ...tools.ranking.metrics.intervals import Interval, interval_of

OURS, POPULAR, REPEAT, RANDOM = "ours", "popularity", "repeat the mention", "random"
_RESAMPLES = 2_000
_FAR = 1e6


@dataclass(frozen=True, slots=True)
class Case:
    """One turn that recommends."""

    choice: Choice
    excluded: frozenset[str] = frozenset()
    """Items that neither count as targets nor as answers."""


@dataclass(frozen=True)
class Ranks:
    """Where each of t targets stands, by method; 1 is the first, infinity an item that nobody can rank."""

    of: Mapping[str, np.ndarray]
    """Shape (t,) each."""
    dialogues: np.ndarray
    """Shape (t,), str: the dialogue of each target."""
    new: np.ndarray
    """Shape (t,), bool: nobody had named it before."""

    def recall(self, method: str, k: int, kept: np.ndarray, seed: int) -> Interval:
        """The share of the targets with a True in `kept` (t,) among the first k, resampled by dialogues."""
        return recall_by_dialogue(self.of[method][kept] <= k, self.dialogues[kept], seed)


def rank_cases(cases: Sequence[Case], ranker: DialogueRanker, seed: int, progress: Callable[[int, int], None]) -> Ranks:
    """Every item of the model competes, but for the excluded ones; equal scores share their mean rank."""
    random = np.random.default_rng(seed)
    found: dict[str, list[float]] = {name: [] for name in (OURS, POPULAR, REPEAT, RANDOM)}
    dialogues, new = [], []
    for done, case in enumerate(cases, 1):
        scores = dict(_scores(case.choice, ranker, random))
        items = ranker.sources.nodes.items
        named = ranker.named(case.choice.talk)
        away = [items[one] for one in case.excluded if one in items]
        for target in case.choice.chosen:
            row = items.get(target, -1)
            for name, values in scores.items():
                found[name].append(_rank(values, row, away))
            dialogues.append(case.choice.dialogue)
            new.append(row not in named)
        progress(done, len(cases))
    of = {name: np.array(ranks) for name, ranks in found.items()}
    return Ranks(of, np.array(dialogues), np.array(new))


def _scores(choice: Choice, ranker: DialogueRanker, random: np.random.Generator) -> Iterator[tuple[str, np.ndarray]]:
    n, chosen = len(ranker.item_ids), ranker.sources.memory.chosen
    often = np.bincount(chosen.columns, chosen.values, n)
    repeated = often / (1 + often.max())
    for node, ago in ranker.named(choice.talk).items():
        if node < n:
            repeated[node] = _FAR - ago
    yield OURS, np.sum(list(ranker.score(choice.talk).values()), axis=0)
    yield POPULAR, often
    yield REPEAT, repeated
    yield RANDOM, random.random(n)


def _rank(scores: np.ndarray, row: int, away: Sequence[int]) -> float:
    if row < 0:
        return np.inf
    others = scores.astype(np.float64)
    others[away] = -np.inf
    own = scores[row]
    return 1 + float((others > own).sum()) + float((others == own).sum() - 1) / 2


def recall_by_dialogue(hits: np.ndarray, dialogues: np.ndarray, seed: int) -> Interval:
    """The mean of hits (t,) with a bootstrap interval that draws whole dialogues: their turns are alike.

    >>> print(recall_by_dialogue(np.array([True, True]), np.array(["a", "b"]), 1))
    1.000
    """
    owners = np.unique(dialogues, return_inverse=True)[1]
    counts = np.bincount(owners).astype(np.float64)
    sums = np.bincount(owners, hits.astype(np.float64))
    drawn = np.random.default_rng(seed).integers(0, len(counts), (_RESAMPLES, len(counts)))
    return interval_of(float(hits.mean()), sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1))


def recall_lines(title: str, ranks: Ranks, at: Sequence[int], kept: np.ndarray, seed: int) -> Iterator[str]:
    """A heading, then a line a method: recall at each k with its interval."""
    yield f"{title}: {int(kept.sum()):,} targets of {len(np.unique(ranks.dialogues[kept])):,} dialogues"
    for name in ranks.of:
        found = "  ".join(f"@{k} {ranks.recall(name, k, kept, seed):.3f}" for k in at)
        yield f"  {name}: {found}"
