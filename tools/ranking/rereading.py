"""Parts of a model that take long for each item, live: a mixture asks them about the best by its other parts."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from .causes import Anchor
from .data.model import Histories
from .learned import Read, Reading, Rows
from .learning.voices import Voice
from .models.protocol import Reranker
from .moment import Event, Moments
from .pool import Asked
from .protocol import RankingContext, Scores

if TYPE_CHECKING:
    from ..catalog import Catalog
    from .learning.trained import TrainedModel

_REMEMBERED = 64
"""Histories whose answers are kept: reasons and what-ifs ask for the same again."""


@dataclass(frozen=True)
class Reader:
    """A reranker over the items of one catalog; answers are kept, the latest histories' only."""

    scorer: Reranker
    rows: Rows
    voice: Voice
    temperature: float
    alone: bool
    """Whether what it holds of an item without any history counts: not where items of several catalogs compete."""
    _kept: OrderedDict[tuple[Event, ...], dict[int, float]] = field(default_factory=OrderedDict, init=False, repr=False)

    def contributions(self, events: tuple[Event, ...], item_ids: Sequence[str]) -> np.ndarray:
        """Shape (k,): 0 for an item that it does not know."""
        rows = self.rows.of(item_ids)
        found = self._spoken(events, rows)
        return np.where(rows < 0, 0.0, found if self.alone else found - self._spoken((), rows))

    def _spoken(self, events: tuple[Event, ...], rows: np.ndarray) -> np.ndarray:
        known = self._answers(events, rows)
        scores = np.array([known.get(row, 0.0) for row in rows.tolist()])
        return self.voice.of(scores).astype(np.float64) / self.temperature

    def _answers(self, events: tuple[Event, ...], rows: np.ndarray) -> dict[int, float]:
        known = dict(self._kept.get(events, {}))
        new = np.array([row for row in dict.fromkeys(rows.tolist()) if row >= 0 and row not in known], np.int64)
        if len(new):
            said = self.scorer.score_each(self._history(events), new[None])[0]
            known |= dict(zip(new.tolist(), said.tolist(), strict=True))
        self._kept[events] = known
        while len(self._kept) > _REMEMBERED:
            self._kept.popitem(last=False)
        return known

    def _history(self, events: tuple[Event, ...]) -> Histories:
        rows = self.rows.of([item_id for item_id, _, _ in events]).astype(np.int32)
        weights, ages = (np.array([event[place] for event in events], dtype=np.float32) for place in (1, 2))
        return Histories(np.array([0, len(events)], np.int64), rows, weights, ages)


class Reread:
    """What a reranker makes of the candidates: all that was said, now and before, is one history to it."""

    def __init__(
        self, name: str, catalog: Catalog, readers: Mapping[str, Callable[[], Reader]], moments: Moments, most: int
    ) -> None:
        self.name = name
        self.candidates = most
        """How many candidates a mixture asks about: the best by its other parts."""
        self._catalog = catalog
        self._readers = readers
        self._moments = moments

    def score(self, context: RankingContext, candidates: Sequence[str]) -> Scores:
        """One contribution; zero for items that the model does not know."""
        return Scores(tuple(candidates), {self.name: self._said(context, self._anchors(context), candidates)})

    def pool(self, context: RankingContext, candidates: Sequence[str]) -> Asked:
        """A cause per item that was spoken of; every selection of them is asked anew."""
        held = self._anchors(context)

        def asked(kept: np.ndarray) -> np.ndarray:
            chosen = [{one: held[one] for one, is_kept in zip(held, row, strict=True) if is_kept} for row in kept]
            found = [self._said(context, one, candidates) for one in chosen]
            return np.array(found).reshape(len(kept), len(candidates))

        return Asked(tuple(held), asked)

    def _anchors(self, context: RankingContext) -> dict[Anchor, float]:
        moment = self._moments.of(context)
        return {**moment.before.anchors, **moment.now.anchors}

    def _said(self, context: RankingContext, held: Mapping[Anchor, float], candidates: Sequence[str]) -> np.ndarray:
        events, found = self._moments.events(held, context.history), np.zeros(len(candidates))
        for home, places, own in self._catalog.by_home(candidates):
            home.positions(own)
            if home.name in self._readers:
                found[places] = self._readers[home.name]().contributions(events.get(home.name, ()), own)
        return found


def rereading_parts(catalog: Catalog, models: Mapping[str, TrainedModel]) -> Iterator[Reread]:
    """A ranker for each reranker of the models of a catalog, or of several joined ones by their names."""
    moments = Moments(catalog)
    parts = [(home, one) for home, model in models.items() for one in model.parts if isinstance(one, Reranker)]
    for name in dict.fromkeys(one.name for _, one in parts):
        own = {home: one for home, one in parts if one.name == name}
        homes = {member.name: member for member in catalog.members}
        alone = len(homes) == 1
        readers = {home: _reader(homes[home], one, models[home], alone=alone) for home, one in own.items()}
        yield Reread(name, catalog, readers, moments, min(one.candidates for one in own.values()))


def _reader(home: Catalog, part: Reranker, model: TrainedModel, *, alone: bool) -> Callable[[], Reader]:
    voice, temperature = model.voices[part.name], model.temperature
    if isinstance(part, Reading):
        return Read(part, home, lambda scorer, ids: Reader(scorer, Rows(ids), voice, temperature, alone))
    reader = Reader(part, Rows(model.items.item_ids), voice, temperature, alone)
    return lambda: reader
