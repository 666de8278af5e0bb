"""Fitted models in a conversation: what was said, as a history, to a contribution for every candidate.

A model scores items by row, and knows those that it was fitted on. Here candidates are ids of a catalog that may have
changed since: an item that a model does not know has 0, and so has one that lives in a catalog without a model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, runtime_checkable

import numpy as np

from ..catalog.index.composition import embedded_text
from ..items import Item
from ..single_thread import one_thread
from .data.model import Histories, ItemTable
from .learning.voices import Voice
from .models.protocol import Reranker, Scorer
from .moment import Event, Moments
from .pool import Asked
from .protocol import Ranker, RankingContext, Scores
from .tables import item_table

if TYPE_CHECKING:
    from ..catalog import Catalog
    from .learning.trained import TrainedModel

_PROBED = 8
_MANY = 64
_PLAIN = Voice()
Made = TypeVar("Made")


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


class Answers:
    """The latest histories that were scored for some rows, with their scores."""

    def __init__(self) -> None:
        self._kept: tuple[np.ndarray, dict[tuple[Event, ...], np.ndarray]] = (np.zeros(0, dtype=np.int64), {})

    def of(self, rows: np.ndarray) -> dict[tuple[Event, ...], np.ndarray]:
        """Those for the very same rows."""
        kept = self._kept
        return kept[1] if kept[0] is rows else {}

    def keep(self, rows: np.ndarray, found: dict[tuple[Event, ...], np.ndarray]) -> None:
        """In the place of all earlier ones."""
        self._kept = (rows, found)


@dataclass(frozen=True)
class Fitted:
    """One part of a model, over the items of one catalog."""

    scorer: Scorer
    rows: Rows
    voice: Voice = _PLAIN
    """What its scores count in the mixture that the model is."""
    temperature: float = 1.0
    """Of the model: with it contributions are log-odds of the next choice, in nats."""
    _answers: Answers = field(default_factory=Answers, init=False, repr=False, compare=False)

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

    def latest(self, histories: Sequence[Sequence[Event]], item_ids: Sequence[str]) -> np.ndarray:
        """The same as `scores`, and kept for the next time: a history that has not changed is not asked again."""
        asked, rows = [tuple(one) for one in histories], self.rows.of(item_ids)
        known = self._answers.of(rows)
        new = [one for one in dict.fromkeys(asked) if one not in known]
        found = known | dict(zip(new, self.scores(new, item_ids), strict=True)) if new else known
        self._answers.keep(rows, {one: found[one] for one in asked})
        return np.array([found[one] for one in asked])

    def scores(self, histories: Sequence[Sequence[Event]], item_ids: Sequence[str]) -> np.ndarray:
        """Shape (b, k): what each history, oldest event first, adds to the standing of the items."""
        if not any(histories):
            return np.zeros((len(histories), len(item_ids)))
        asked = self._histories(histories)
        with one_thread():
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
    """What a part of the model makes of the items that were spoken of, now or before."""

    def __init__(self, name: str, catalog: Catalog, models: Models, moments: Moments, *, earlier: bool) -> None:
        self.name = name
        self._catalog = catalog
        self._models = models
        self._moments = moments
        self._earlier = earlier

    def score(self, context: RankingContext, candidates: Sequence[str]) -> Scores:
        """One contribution; zero for items that the model does not know, and when nothing was said.

        What is said now and what was said before are asked in one batch, whichever of the two is wanted first.
        """
        moment, scores = self._moments.of(context), np.zeros(len(candidates))
        for home, places, own in self._homes(candidates):
            asked = [said.events.get(home.name, ()) for said in (moment.now, moment.before)]
            scores[places] = self._models[home.name]().latest(asked, own)[int(self._earlier)]
        return Scores(tuple(candidates), {self.name: scores})

    def pool(self, context: RankingContext, candidates: Sequence[str]) -> Asked:
        """A cause per item; selections of them are asked in one batch."""
        moment = self._moments.of(context)
        held = (moment.before if self._earlier else moment.now).anchors

        def asked(kept: np.ndarray) -> np.ndarray:
            selected = [{one: held[one] for one, is_kept in zip(held, row, strict=True) if is_kept} for row in kept]
            events, scores = [self._moments.events(one, context.history) for one in selected], _none(kept, candidates)
            for home, places, own in self._homes(candidates):
                scores[:, places] = self._models[home.name]().scores([one.get(home.name, ()) for one in events], own)
            return scores

        return Asked(tuple(held), asked)

    def _homes(self, candidates: Sequence[str]) -> Iterator[tuple[Catalog, list[int], list[str]]]:
        """Those with a model. Raises UnknownItemError."""
        for home, places, own in self._catalog.by_home(candidates):
            home.positions(own)
            if home.name in self._models:
                yield home, places, own


def _none(kept: np.ndarray, candidates: Sequence[str]) -> np.ndarray:
    return np.zeros((len(kept), len(candidates)))


class Known:
    """What a part of the model holds of an item whatever was said, such as how popular it is."""

    heeds: tuple[type, ...] = ()

    def __init__(self, name: str, catalog: Catalog, models: Models, *, counts: bool = False) -> None:
        self.name = name
        self.counts = counts
        """Whether that is how often an item was chosen."""
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
    parts = (part for model in models.values() for part in model.parts)
    names = dict.fromkeys(part.name for part in parts if not isinstance(part, Reranker))
    rows, moments = {name: Rows(model.items.item_ids) for name, model in models.items()}, Moments(catalog)
    return [
        ranker for name in names for ranker in _rankers(name, catalog, _of_part(name, catalog, models, rows), moments)
    ]


def _rankers(name: str, catalog: Catalog, models: Models, moments: Moments) -> Iterator[Ranker]:
    fitted = [model() for model in models.values()]
    listens = any(one.listens for one in fitted)
    if len(catalog.members) == 1 and any(one.knows_items for one in fitted):
        yield Known(f"{name}_alone" if listens else name, catalog, models, counts=name == "popularity")
    if listens:
        yield Learned(name, catalog, models, moments, earlier=False)
        yield Learned(f"{name}_history", catalog, models, moments, earlier=True)


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


class Read(Generic[Made]):
    """A part that reads texts, over the items of the moment: put over others when a text changes, comes or goes."""

    def __init__(self, part: Reading, catalog: Catalog, make: Callable[[Any, Sequence[str]], Made]) -> None:
        self._part = part
        self._catalog = catalog
        self._make = make
        self._kept: tuple[Sequence[Item], Made] | None = None

    def __call__(self) -> Made:
        """The part as it is now."""
        items, kept = self._catalog.items(), self._kept
        if kept is None or kept[0] is not items:
            fitted = kept[1] if kept and self._same_texts(kept[0], items) else self._over()
            kept = self._kept = (items, fitted)
        return kept[1]

    def _over(self) -> Made:
        table = item_table(self._catalog)
        return self._make(self._part.over(table), table.item_ids)

    def _same_texts(self, before: Sequence[Item], now: Sequence[Item]) -> bool:
        changed = [(one, other) for one, other in zip(before, now, strict=False) if one is not other]
        return len(before) == len(now) and all(map(self._alike, changed))

    def _alike(self, pair: tuple[Item, Item]) -> bool:
        ids, texts = {one.id for one in pair}, {embedded_text(one, self._catalog.schema) for one in pair}
        return len(ids) == 1 and len(texts) == 1
