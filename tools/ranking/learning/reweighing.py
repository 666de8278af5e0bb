"""How much a part counts that is asked about the best items by the others only, and whether it is worth it.

The other parts keep the weights that they have together. A choice of what is held out is asked about with the best by
these, and some drawn from the rest, which stand for it and are not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..data.model import Histories
from ..data.splits import Held
from ..metrics.ndcg import ndcg_at
from ..models.protocol import Reranker, Scorer
from .card import Measured
from .evaluate import measure
from .reranked import best_places, spread
from .shortlists import DRAWN, TOP, Shortlists, counts_of, listed_in_batches, unseen
from .voices import Voice, total
from .weights import beside, ranks_of

OTHERS, MIXTURE = "others", "mixture"
_AT_ONCE = 64
_PLAIN, _SILENT = Voice(), Voice(weight=0.0)
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Compared:
    """Where what was chosen stands, shape (b,) each."""

    before: np.ndarray
    """By the others."""
    alone: np.ndarray
    """By the part, among the best by the others."""
    after: np.ndarray
    """By all together."""

    def measured(self, name: str, split: str, seed: int) -> Iterator[Measured]:
        """Rows for the card."""
        where = f"{split}, drawn to ask {name}"
        for what, ranks in ((without(name), self.before), (name, self.alone), (MIXTURE, self.after)):
            yield from measure(what, where, ranks, seed)


@dataclass(frozen=True, slots=True)
class Reweighed:
    """A part beside the others, on choices that were drawn."""

    voice: Voice
    """Of weight 0 when the part brought nothing to people whom its weight was not learned from."""
    lists: Shortlists
    """The others as one part, and this one."""
    compared: Compared
    """By cross-fitting: with a weight that was learned from the other half of the people."""

    @property
    def voices(self) -> dict[str, Voice]:
        """Of the lists."""
        return dict(zip(self.lists.names, (_PLAIN, self.voice), strict=True))


def without(name: str) -> str:
    """What the mixture is called when one part is left out."""
    return f"{MIXTURE} without {name}"


def reweighed(lists: Shortlists, random: np.random.Generator) -> Reweighed:
    """The weight of the part that stands second in the lists."""
    first = random.permutation(lists.choice.max(initial=-1) + 1) % 2 == 0
    whole = lists.of_whole_histories()
    after = np.zeros(len(whole))
    for one in (first, ~first):
        learned = beside(lists.only(np.flatnonzero(one[lists.choice])))
        other = np.flatnonzero(~one[whole.choice])
        after[other] = ranks_of(whole.only(other), (_PLAIN, learned))
    found = Compared(ranks_of(whole, (_PLAIN, _SILENT)), ranks_of(whole, (_SILENT, _PLAIN)), after)
    better = ndcg_at(found.after).mean() > ndcg_at(found.before).mean()
    return Reweighed(beside(lists) if better else _SILENT, lists, found)


def compared(lists: Shortlists, voice: Voice) -> Compared:
    """With a weight that was learned elsewhere."""
    whole = lists.of_whole_histories()
    return Compared(*(ranks_of(whole, one) for one in ((_PLAIN, _SILENT), (_SILENT, _PLAIN), (_PLAIN, voice))))


def reread(
    parts: Sequence[Scorer],
    reranker: Reranker,
    voices: Mapping[str, Voice],
    held: Held,
    n: int,
    random: np.random.Generator,
    *,
    progress: Progress | None = None,
) -> Shortlists:
    """Lists for as many choices as the reranker takes: what the parts say together, and what it says of the best."""

    def listed(histories: Histories, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        base = total({part.name: voices[part.name].of(part.score(histories)) for part in parts})
        open_ = unseen(histories, targets, n)
        best = best_places(base, open_, max(TOP, reranker.candidates))
        asked = best[:, : reranker.candidates]
        said = spread(reranker.score_each(histories, asked), asked, n)
        drawn = random.integers(0, n, (len(targets), min(DRAWN, n)))
        chosen = targets[:, None].astype(np.int64)
        candidates = np.concatenate([chosen, np.where(best < 0, chosen, best), drawn], axis=1)
        values = [np.take_along_axis(one, candidates, axis=1) for one in (base, said)]
        return np.stack(values).astype(np.float32), counts_of(candidates, open_, 1 + best.shape[1])

    names = (OTHERS, reranker.name)
    return listed_in_batches(names, listed, held, random, most=reranker.choices, size=_AT_ONCE, progress=progress)
