"""Corrected lists in a batch: how they are chosen, and what is said of them beside those they replace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..cost import CostLine, lines_of
from ..data.model import Histories
from ..metrics.facts import ItemFacts
from ..metrics.relevance import top
from ..metrics.summary import summary
from ..metrics.tastes import mix_of_histories
from ..rerank import Rerank, reranked_lists
from .events import EventBlock

COMPARED = 10_000
"""Users whose lists are compared: enough for means, and of bounded memory."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The lists of b users, padded with -1."""

    before: np.ndarray
    """Shape (b, k): by score alone."""
    after: np.ndarray
    """Shape (b, k)."""
    tastes: np.ndarray | None
    """Shape (b, g): the mix of each history; None when items have no such facet."""


@dataclass(frozen=True, slots=True)
class Corrector:
    """A correction, as a function of scores; pure."""

    options: Rerank
    facts: ItemFacts

    def __call__(self, scores: np.ndarray, histories: Histories, k: int) -> Compared:
        """For scores (b, n), with -inf for what may not be recommended."""
        pool = top(scores, max(self.options.pool, k))
        values = np.take_along_axis(scores, np.maximum(pool, 0), axis=1)
        tastes = None if self.facts.shares is None else mix_of_histories(histories, self.facts.shares)
        return Compared(pool[:, :k], reranked_lists(pool, values, k, self.options, self.facts, tastes), tastes)


def comparison(parts: Sequence[Compared], facts: ItemFacts) -> tuple[CostLine, ...]:
    """A line for every metric that needs no held-out events; none without users."""
    if not parts:
        return ()
    before, after = (np.concatenate([getattr(one, name) for one in parts]) for name in ("before", "after"))
    known = [one.tastes for one in parts if one.tastes is not None]
    tastes = np.concatenate(known) if known else None
    found = (summary(lists, None, facts, before.shape[1], tastes=tastes) for lists in (before, after))
    return tuple(lines_of(*found))


def counted(blocks: Iterable[EventBlock], counts: np.ndarray) -> Iterator[EventBlock]:
    """The blocks as they are; how often each item occurs is added to `counts` (n,) on the way."""
    for block in blocks:
        counts += np.bincount(block.rows[block.rows >= 0], minlength=len(counts))
        yield block
