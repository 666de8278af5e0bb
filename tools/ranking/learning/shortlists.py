"""Held-out choices, each beside its strongest rivals: small enough to try many mixtures on.

The rivals of a choice are the items that some part ranks high, each standing for itself, and a few drawn from all
others, which stand for the rest of the catalog. So sums over the catalog (a softmax) are estimated without bias by the
draw, and ranks are as good as exact wherever they matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..data.model import Histories
from ..data.splits import Held
from ..models.protocol import Scorer
from .reranked import unseen_by

Listed = Callable[[Histories, np.ndarray], tuple[np.ndarray, np.ndarray]]
TOP = 60
DRAWN = 60
FEW = 5
_SCORES = 8_000_000
"""How many scores of one part stand in memory at a time."""


@dataclass(frozen=True, slots=True)
class Shortlists:
    """b choices with c candidates each; candidate 0 is what was chosen."""

    names: tuple[str, ...]
    """The p parts."""
    values: np.ndarray
    """Shape (p, b, c), float32: what each part says of each candidate."""
    counts: np.ndarray
    """Shape (b, c), float32: how many items of the catalog a candidate stands for; 0 for none."""
    choice: np.ndarray
    """Shape (b,): which held-out choice it is about: one may be asked for by its whole history and by the end of it."""
    whole: np.ndarray
    """Shape (b,), bool: whether the whole history was asked."""

    def __len__(self) -> int:
        return self.values.shape[1]

    def only(self, places: np.ndarray) -> Shortlists:
        """The choices at those places."""
        where = self.choice[places], self.whole[places]
        return Shortlists(self.names, self.values[:, places], self.counts[places], *where)

    def of_whole_histories(self) -> Shortlists:
        """Those that show what the mixture is worth for people who are known."""
        return self.only(np.flatnonzero(self.whole))


def batch_size(n: int) -> int:
    """How many histories are scored at a time for a catalog of n items."""
    return max(1, min(1024, _SCORES // max(n, 1)))


def shortlists(
    parts: Sequence[Scorer],
    held: Held,
    n: int,
    random: np.random.Generator,
    *,
    most: int = 12_000,
    progress: Callable[[int, int], None] | None = None,
) -> Shortlists:
    """For all choices that are held out, or for `most` drawn from them; half of them by the end of the history, too."""

    def listed(histories: Histories, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return _listed(parts, histories, targets, n, random)

    names = tuple(part.name for part in parts)
    return listed_in_batches(names, listed, held, random, most=most, size=batch_size(n), progress=progress)


def listed_in_batches(
    names: tuple[str, ...],
    listed: Listed,
    held: Held,
    random: np.random.Generator,
    *,
    most: int,
    size: int,
    progress: Callable[[int, int], None] | None = None,
) -> Shortlists:
    """As `shortlists`, with candidates from elsewhere: values (p, b, c) of the names and counts (b, c) of a batch."""
    chosen = chosen_of(held, most, random)
    asked, choice = _with_newcomers(chosen, random)
    found, done = [], 0
    for histories, targets in _batches(asked, size):
        found.append(listed(histories, targets))
        done += len(targets)
        if progress:
            progress(done, len(asked.targets))
    values = np.concatenate([one for one, _ in found], axis=1)
    counts = np.concatenate([counts for _, counts in found])
    whole = np.arange(len(choice)) < len(chosen.targets)
    return Shortlists(names, values, counts, choice, whole)


def chosen_of(held: Held, most: int, random: np.random.Generator) -> Held:
    """At most so many of the held-out choices, in their order."""
    if len(held.targets) <= most:
        return held
    kept = np.sort(random.choice(len(held.targets), most, replace=False))
    return _at(held, kept)


def _at(held: Held, places: np.ndarray) -> Held:
    return Held(held.histories.take(places), held.targets[places], held.users[places])


def _with_newcomers(held: Held, random: np.random.Generator) -> tuple[Held, np.ndarray]:
    """Behind all choices, half of them again after the last FEW events or less; and which choice each is, shape (b,).

    Without them parts would be weighed as long histories need it, and a person who has just come would be misread.
    """
    counts = random.integers(1, FEW + 1, len(held.targets))
    longer = np.diff(held.histories.starts) > counts
    again = np.flatnonzero(longer & (random.random(len(counts)) < 0.5))
    short = held.histories.take(again).latest(counts[again])
    choice = np.concatenate([np.arange(len(counts)), again])
    return Held(held.histories.then(short), held.targets[choice], held.users[choice]), choice


def _batches(held: Held, size: int) -> Iterator[tuple[Histories, np.ndarray]]:
    for start in range(0, len(held.targets), size):
        yield held.histories.slice(start, start + size), held.targets[start : start + size]


def _listed(
    parts: Sequence[Scorer], histories: Histories, targets: np.ndarray, n: int, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Values (p, b, c) and counts (b, c) of one batch."""
    scores = [part.score(histories) for part in parts]
    open_ = unseen(histories, targets, n)
    tops = [_top(one, open_, min(TOP, n)) for one in scores]
    drawn = random.integers(0, n, (len(targets), min(DRAWN, n)))
    candidates = np.concatenate([targets[:, None].astype(np.int64), *tops, drawn], axis=1)
    counts = counts_of(candidates, open_, 1 + sum(one.shape[1] for one in tops))
    values = [np.take_along_axis(one, candidates, axis=1) for one in scores]
    return np.stack(values).astype(np.float32), counts


def unseen(histories: Histories, targets: np.ndarray, n: int) -> np.ndarray:
    """Shape (b, n), bool: the items that compete: all but those of the history; the target always does."""
    open_ = unseen_by(histories, n)
    open_[np.arange(len(targets)), targets] = True
    return open_


def _top(scores: np.ndarray, open_: np.ndarray, k: int) -> np.ndarray:
    import torch  # noqa: PLC0415

    return torch.from_numpy(np.where(open_, scores, -np.inf)).topk(k, dim=1, sorted=False).indices.numpy()


def counts_of(candidates: np.ndarray, open_: np.ndarray, exact: int) -> np.ndarray:
    """Shape (b, c): 1 for each of the first `exact`, once each; those drawn share what is left of the catalog."""
    counts = np.take_along_axis(open_, candidates, axis=1).astype(np.float32)
    order = np.argsort(candidates, axis=1, kind="stable")
    ordered = np.take_along_axis(candidates, order, axis=1)
    again = np.zeros(candidates.shape, bool)
    np.put_along_axis(again, order[:, 1:], ordered[:, 1:] == ordered[:, :-1], axis=1)
    counts[again] = 0
    listed, drawn = counts[:, :exact].sum(axis=1), counts[:, exact:].sum(axis=1)
    rest = open_.sum(axis=1) - listed
    counts[:, exact:] *= (rest / np.maximum(drawn, 1))[:, None]
    return counts
