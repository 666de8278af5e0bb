"""Parts that take long for each item, in a sum: they are asked about the best items by the other parts.

What is not asked about has the lowest of what was said of the best, so that nothing overtakes them unread, and the sum
of the contributions stays the score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..data.model import Histories
from ..models.protocol import Reranker, Scorer
from .voices import Voice, total


def apart(parts: Sequence[Scorer]) -> tuple[list[Scorer], list[Reranker]]:
    """Parts that score a catalog, and those that are asked about the best of it only."""
    rerankers = [one for one in parts if isinstance(one, Reranker)]
    return [one for one in parts if not isinstance(one, Reranker)], rerankers


def reranked(
    rerankers: Sequence[Reranker],
    voices: Mapping[str, Voice],
    histories: Histories,
    found: Mapping[str, np.ndarray],
    open_: np.ndarray,
    rows: np.ndarray | None = None,
) -> dict[str, np.ndarray]:
    """Contributions of the rerankers beside those `found` of the other parts, shape (b, c) each.

    `open_` (b, c), bool: what may be among the best. `rows` (c,): which items these are, else all of them.
    """
    if not rerankers:
        return {}
    base = total(found)
    return {one.name: voices[one.name].of(_said(one, histories, base, open_, rows)) for one in rerankers}


def unseen_by(histories: Histories, n: int) -> np.ndarray:
    """Shape (b, n), bool: what a history does not hold."""
    open_ = np.ones((len(histories), n), bool)
    known = histories.rows >= 0
    open_[histories.owners()[known], histories.rows[known]] = False
    return open_


def best_places(base: np.ndarray, open_: np.ndarray, k: int) -> np.ndarray:
    """Shape (b, min(k, c)): the highest open scores, falling; of equal ones the first; -1 where there are no more."""
    places = np.argsort(np.where(open_, -base, np.inf), axis=1, kind="stable")[:, :k]
    return np.where(np.take_along_axis(open_, places, axis=1), places, -1)


def spread(said: np.ndarray, places: np.ndarray, c: int) -> np.ndarray:
    """Of what was said (b, k) of some places to all c: the lowest elsewhere, 0 where nothing was said at all."""
    asked = places >= 0
    lowest = np.where(asked, said, np.inf).min(axis=1, initial=np.inf)
    found = np.repeat(np.where(np.isfinite(lowest), lowest, 0.0)[:, None], c, axis=1).astype(np.float32)
    owners, columns = np.nonzero(asked)
    found[owners, places[owners, columns]] = said[owners, columns]
    return found


def _said(
    part: Reranker, histories: Histories, base: np.ndarray, open_: np.ndarray, rows: np.ndarray | None
) -> np.ndarray:
    places = best_places(base, open_, part.candidates)
    asked = places if rows is None else np.where(places >= 0, np.asarray(rows)[places], -1)
    return spread(part.score_each(histories, asked), places, base.shape[1])
