"""Fitted models in a conversation: what was said, as a history, to a contribution for every candidate.

A model scores items by row, and knows those that it was fitted on. Here candidates are ids of a catalog that may have
changed since: an item that a model does not know has 0, and so has one that lives in a catalog without a model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from ..catalog.index.composition import embedded_text
from ..items import Item
from ..single_thread import one_thread
from .causes import Anchor, Anchors, FeedbackOn, said_before, said_now_or_asked
from .data.model import Histories, ItemTable
from .learning.voices import Voice
from .models.protocol import Scorer
from .pool import Asked
from .protocol import Ranker, RankingContext, Scores
from .tables import item_table

if TYPE_CHECKING:
    from ..catalog import Catalog
    from .learning.trained import TrainedModel

Event = tuple[str, float, float]
"""Item id, weight, age in days."""
_PROBED = 8
_MANY = 64
_PLAIN = Voice()


@runtime_checkable
class Reading(Protocol):
    """A part that reads texts, and so can speak of items that it was not fitted on."""

    def over(self, items: ItemTable) -> Scorer:
        """The same part over other items."""
        ...


class Rows:
    """Which row of a model each item has. The last long answer is kept: parts ask for the same candidates in turn."""

    def __init__(self, item_ids: Sequence[str]) -> None:
        self._rows = {item_id: row for row, item_id in enumerate(item_ids)}
        self._found: tuple[list[str], np.ndarray] = ([], np.zeros(0, dtype=np.int64))

    def __len__(self) -> int:
        return len(self._rows)

    def of(self, item_ids: Sequence[str]) -> np.ndarray:
        """Shape (k,), int64; -1 for an item that the model does not know."""
        asked, kept = list(item_ids), self._found
        if kept[0] == asked:
            return kept[1]
        found = np.array([self._rows.get(one, -1) for one in asked], dtype=np.int64)
        if len(asked) >= _MANY:
            self._found = (asked, found)
        return found


@dataclass(frozen=True)
class Fitted:
    """One part of a model, over the items of one catalog."""

    scorer: Scorer
    rows: Rows
    voice: Voice = _PLAIN
    """What its scores count in the mixture that the model is."""
    temperature: float = 1.0
    """Of the model: with it contributions are log-odds of the next choice, in nats."""

    @property
    def knows_items(self) -> bool:
        """Whether it tells items apart without any history, as popularity does."""
        return bool(len(self._alone)) and bool(np.ptp(self._alone) > 0)

    @property
    def listens(self) -> bool:
        """Whether a history makes any difference to it, as to popularity it does not."""
        probe = Histories.of([[row] for row in range(min(_PROBED, len(self.rows)))])
        return bool((self._spoken(self.scorer.score(probe)) != self._alone).any())

    def standing(self, item_ids: Sequence[str]) -> np.ndarray:
        """Shape (k,): what it holds of items whatever the history; 0 for an item that it does not know."""
        return self._of(item_ids, 1, lambda rows: self._alone[None, rows])[0]

    def scores(self, histories: Sequence[Sequence[Event]], item_ids: Sequence[str]) -> np.ndarray:
        """Shape (b, k): what each history, oldest event first, adds to the standing of the items."""
        asked = self._histories(histories)
        return self._of(
            item_ids,
            len(histories),
            lambda rows: self._spoken(self.scorer.score(asked, rows)) - self._alone[rows],
        )

    @cached_property
    def _alone(self) -> np.ndarray:
        """Shape (n,)."""
        return self._spoken(self.scorer.score(Histories.of([[]])))[0]

    def _spoken(self, scores: np.ndarray) -> np.ndarray:
        return self.voice.of(scores).astype(np.float64) / self.temperature

    def _of(self, item_ids: Sequence[str], b: int, score: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        rows = self.rows.of(item_ids)
        known = rows >= 0
        if b and known.all():
            return score(rows)
        found = np.zeros((b, len(rows)))
        if b and known.any():
            found[:, known] = score(rows[known])
        return found

    def _histories(self, histories: Sequence[Sequence[Event]]) -> Histories:
        events = [event for one in histories for event in one]
        rows = self.rows.of([item_id for item_id, _, _ in events]).astype(np.int32)
        weights, ages = (np.array([event[place] for event in events], dtype=np.float32) for place in (1, 2))
        return Histories(np.cumsum([0, *map(len, histories)], dtype=np.int64), rows, weights, ages)


Models = Mapping[str, Callable[[], Fitted]]
"""A part of each catalog's model by the name of the catalog, as it is for the items of this moment."""


class Learned:
    """What a part of the model makes of the items that the anchors name."""

    def __init__(self, name: str, catalog: Catalog, models: Models, anchors: Anchors) -> None:
        self.name = name
        self._catalog = catalog
        self._models = models
        self._anchors = anchors

    def score(self, context: RankingContext, candidates: Sequence[str]) -> Scores:
        """One contribution; zero for items that the model does not know, and when nothing was said."""
        held = self._anchors(context)
        return Scores(tuple(candidates), {self.name: self._scores([held], context, candidates)[0]})

    def pool(self, context: RankingContext, candidates: Sequence[str]) -> Asked:
        """A cause per item; selections of them are asked in one batch."""
        held = self._anchors(context)

        def asked(kept: np.ndarray) -> np.ndarray:
            selected = [{one: held[one] for one, is_kept in zip(held, row, strict=True) if is_kept} for row in kept]
            return self._scores(selected, context, candidates)

        return Asked(tuple(held), asked)

    def _scores(
        self, asked: Sequence[Mapping[Anchor, float]], context: RankingContext, candidates: Sequence[str]
    ) -> np.ndarray:
        """Shape (len(asked), n)."""
        ages = {signal.item_id: signal.age for signal in context.history}
        scores = np.zeros((len(asked), len(candidates)))
        for catalog, places, own in self._catalog.by_home(candidates):
            model = self._models.get(catalog.name)
            catalog.positions(own)
            if model is not None and any(asked):
                histories = [self._events(one, ages, catalog) for one in asked]
                with one_thread():
                    scores[:, places] = model().scores(histories, own)
        return scores

    def _events(self, held: Mapping[Anchor, float], ages: Mapping[str, float], home: Catalog) -> list[Event]:
        """Those on items of that catalog, oldest first; items that have left the catalogs say nothing."""
        there = [(one, weight) for one, weight in held.items() if one.item_id in self._catalog]
        found = [(*self._catalog.home_of(one.item_id), weight, _age(one, ages)) for one, weight in there]
        own = [(item_id, weight, age) for catalog, item_id, weight, age in found if catalog is home]
        return sorted(own, key=lambda event: -event[2])


def _age(anchor: Anchor, ages: Mapping[str, float]) -> float:
    return ages[anchor.item_id] if isinstance(anchor, FeedbackOn) else 0.0


class Known:
    """What a part of the model holds of an item whatever was said, such as how popular it is."""

    heeds: tuple[type, ...] = ()

    def __init__(self, name: str, catalog: Catalog, models: Models) -> None:
        self.name = name
        self._catalog = catalog
        self._models = models

    def score(self, context: RankingContext, candidates: Sequence[str]) -> Scores:  # noqa: ARG002 - the same for everybody
        """One contribution; zero for items that the model does not know."""
        scores = np.zeros(len(candidates))
        for catalog, places, own in self._catalog.by_home(candidates):
            catalog.positions(own)
            if catalog.name in self._models:
                scores[places] = self._models[catalog.name]().standing(own)
        return Scores(tuple(candidates), {self.name: scores})


def learned_parts(catalog: Catalog, models: Mapping[str, TrainedModel]) -> list[Ranker]:
    """Rankers for the parts of the models of a catalog, or of several joined ones by their names.

    What a part holds of items alone is under its name; what follows from feedback of this conversation and from items
    asked for is kept apart from what follows from earlier feedback, so that the one is not drowned by the other. Items
    of several catalogs are not compared by what the model of one holds of them alone.
    """
    names = dict.fromkeys(part.name for model in models.values() for part in model.parts)
    rows = {name: Rows(model.items.item_ids) for name, model in models.items()}
    return [ranker for name in names for ranker in _rankers(name, catalog, _of_part(name, catalog, models, rows))]


def _rankers(name: str, catalog: Catalog, models: Models) -> Iterator[Ranker]:
    fitted = [model() for model in models.values()]
    listens = any(one.listens for one in fitted)
    if len(catalog.members) == 1 and any(one.knows_items for one in fitted):
        yield Known(f"{name}_alone" if listens else name, catalog, models)
    if listens:
        yield Learned(name, catalog, models, said_now_or_asked)
        yield Learned(f"{name}_history", catalog, models, said_before)


def _of_part(name: str, catalog: Catalog, models: Mapping[str, TrainedModel], rows: Mapping[str, Rows]) -> Models:
    found: dict[str, Callable[[], Fitted]] = {}
    for member in catalog.members:
        model = models.get(member.name)
        part = model and next((one for one in model.parts if one.name == name), None)
        if model and part:
            found[member.name] = _fitted(member, part, model, rows[member.name])
    return found


def _fitted(member: Catalog, part: Scorer, model: TrainedModel, rows: Rows) -> Callable[[], Fitted]:
    """A part that reads texts is put over the items of the moment: it speaks of one as soon as that is there."""
    voice, temperature = model.voices[part.name], model.temperature
    if isinstance(part, Reading):
        return Read(part, member, lambda scorer, ids: Fitted(scorer, Rows(ids), voice, temperature))
    fitted = Fitted(part, rows, voice, temperature)
    return lambda: fitted


class Read:
    """A part that reads texts, over the items of the moment: put over others when a text changes, comes or goes."""

    def __init__(self, part: Reading, catalog: Catalog, make: Callable[[Scorer, Sequence[str]], Fitted]) -> None:
        self._part = part
        self._catalog = catalog
        self._make = make
        self._kept: tuple[Sequence[Item], Fitted] | None = None

    def __call__(self) -> Fitted:
        """The part as it is now."""
        items, kept = self._catalog.items(), self._kept
        if kept is None or kept[0] is not items:
            fitted = kept[1] if kept and self._same_texts(kept[0], items) else self._over()
            kept = self._kept = (items, fitted)
        return kept[1]

    def _over(self) -> Fitted:
        table = item_table(self._catalog)
        return self._make(self._part.over(table), table.item_ids)

    def _same_texts(self, before: Sequence[Item], now: Sequence[Item]) -> bool:
        changed = [(one, other) for one, other in zip(before, now, strict=False) if one is not other]
        return len(before) == len(now) and all(map(self._alike, changed))

    def _alike(self, pair: tuple[Item, Item]) -> bool:
        ids, texts = {one.id for one in pair}, {embedded_text(one, self._catalog.schema) for one in pair}
        return len(ids) == 1 and len(texts) == 1
