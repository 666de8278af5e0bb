"""The smallest change of history without which an item would not be there (the question of Tran et al. 2021, ACCENT).

Feedback on as few items as possible is thought away until the item is no longer among those that are shown. Each change
is scored as it would have been, so that the answer is true of parts of any form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, islice
from math import comb

import numpy as np

from .alternatives import Alternatives, alternatives
from .causes import Cause, FeedbackOn, causes
from .protocol import Ranker, RankingContext

BUDGET = 1500
"""How many alternatives are looked at, at most."""
_BATCH = 128

Shown = Callable[[np.ndarray], bool]
"""Of scores (n,), whether the item is shown."""


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """Without the feedback on these items, the item would not be shown."""

    item_id: str
    without: tuple[str, ...]
    """Ids of the items whose feedback is thought away, those first that lift it most."""
    at_least: int
    """No smaller change than this one does it: proven by trying all of them."""

    @property
    def smallest(self) -> bool:
        """Whether it is proven that no smaller change exists; otherwise it may, and this one was found greedily."""
        return len(self.without) == self.at_least


def counterfactual(
    ranker: Ranker,
    context: RankingContext,
    candidates: Sequence[str],
    item_id: str,
    k: int,
    *,
    budget: int = BUDGET,
) -> Counterfactual | None:
    """That of one item, see `counterfactuals`; None when it is not among the best `k`, or no change does it."""
    return counterfactuals(ranker, context, candidates, [item_id], k, budget=budget).get(item_id)


def counterfactuals(
    ranker: Ranker,
    context: RankingContext,
    candidates: Sequence[str],
    item_ids: Sequence[str],
    k: int,
    *,
    budget: int = BUDGET,
) -> dict[str, Counterfactual]:
    """The smallest changes that drop items out of the best `k`, for those that are there and that a change drops out.

    Changes are tried by size, all of a size before a larger one, for as long as the budget lasts: what is found so is
    the smallest. Then feedback is thought away greedily, what lifts the item most first, and put back where it was not
    needed. Raises UnknownItemError, and ValueError for an item that is no candidate.
    """
    changeable = [one for one in causes(context) if isinstance(one, FeedbackOn)]
    scores, found = alternatives(ranker, context, candidates, changeable), {}
    for item_id in item_ids:
        place = list(candidates).index(item_id)
        change = search(scores, changeable, place, partial(among_best, place=place, k=k), item_id, budget=budget)
        if change is not None:
            found[item_id] = change
    return found


def among_best(scores: np.ndarray, place: int, k: int) -> bool:
    """Whether the candidate at that place is one of the best `k`; equal scores keep their order."""
    before = (scores > scores[place]).sum() + (scores[:place] == scores[place]).sum()
    return bool(before < k)


def search(
    scores: Alternatives, changeable: Sequence[Cause], place: int, shown: Shown, item_id: str, *, budget: int = BUDGET
) -> Counterfactual | None:
    """`counterfactual` with any other idea of what is shown."""
    h = len(changeable)
    everything = scores(np.ones((1, h), dtype=bool))[0]
    if not h or not shown(everything):
        return None
    tried, size = 0, 0
    for size in range(1, h + 1):
        if tried + comb(h, size) > budget:
            break
        tried += comb(h, size)
        found = _best_of(scores, h, size, place, shown)
        if found is not None:
            return _told(item_id, changeable, found, size, scores, place)
    else:
        return None
    found = _greedy(scores, h, place, shown)
    return None if found is None else _told(item_id, changeable, found, size, scores, place)


def _best_of(scores: Alternatives, h: int, size: int, place: int, shown: Shown) -> tuple[int, ...] | None:
    """Of all changes of that size that do it, the one that lowers the item most."""
    best: tuple[float, tuple[int, ...]] | None = None
    changes = combinations(range(h), size)
    while some := list(islice(changes, _BATCH)):
        for change, values in zip(some, scores(_kept(h, some)), strict=True):
            if not shown(values) and (best is None or values[place] < best[0]):
                best = (float(values[place]), change)
    return None if best is None else best[1]


def _greedy(scores: Alternatives, h: int, place: int, shown: Shown) -> tuple[int, ...] | None:
    """One more is taken away at a time, what lifts the item most first, until it is gone; then some are put back."""
    alone = [(one,) for one in range(h)]
    order = np.argsort(_scored(scores, h, alone)[:, place], kind="stable").tolist()
    changes = [tuple(order[:size]) for size in range(1, h + 1)]
    for change, values in zip(changes, _scored(scores, h, changes), strict=True):
        if not shown(values):
            return _needed(scores, h, change, shown)
    return None


def _needed(scores: Alternatives, h: int, gone: tuple[int, ...], shown: Shown) -> tuple[int, ...]:
    for one in gone:
        fewer = tuple(other for other in gone if other != one)
        if fewer and not shown(scores(_kept(h, [fewer]))[0]):
            gone = fewer
    return gone


def _told(
    item_id: str, changeable: Sequence[Cause], change: Sequence[int], at_least: int, scores: Alternatives, place: int
) -> Counterfactual:
    alone = scores(_kept(len(changeable), [(one,) for one in change]))[:, place]
    order = [change[at] for at in np.argsort(alone, kind="stable").tolist()]
    ids = tuple(cause.item_id for cause in (changeable[at] for at in order) if isinstance(cause, FeedbackOn))
    return Counterfactual(item_id, ids, at_least)


def _kept(h: int, changes: Sequence[Sequence[int]]) -> np.ndarray:
    kept = np.ones((len(changes), h), dtype=bool)
    for row, change in enumerate(changes):
        kept[row, list(change)] = False
    return kept


def _scored(scores: Alternatives, h: int, changes: Sequence[Sequence[int]]) -> np.ndarray:
    """Shape (len(changes), n)."""
    starts = range(0, len(changes), _BATCH)
    return np.concatenate([scores(_kept(h, changes[start : start + _BATCH])) for start in starts])
