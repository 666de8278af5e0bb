"""What was said, as the events that a fitted model reads: on the items of each catalog, now and before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .causes import Anchor, FeedbackOn, said_before, said_now_or_asked
from .protocol import RankingContext, Signal

if TYPE_CHECKING:
    from ..catalog import Catalog

Event = tuple[str, float, float]
"""Item id, weight, age in days."""
Events = Mapping[str, tuple[Event, ...]]
"""By the name of the catalog that the items live in, the oldest first."""


@dataclass(frozen=True, slots=True)
class Said:
    """Anchors with their weights, and the events that they are."""

    anchors: Mapping[Anchor, float]
    events: Events


@dataclass(frozen=True, slots=True)
class Moment:
    """A context in the words of models: what belongs to this conversation apart from what was said earlier."""

    now: Said
    before: Said


class Moments:
    """The moment of a context. The latest one is kept: the parts of a model ask for it one after the other."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._kept: tuple[int, list[Signal], list[str], Moment] | None = None

    def of(self, context: RankingContext) -> Moment:
        """Of the items as they are in the catalogs now."""
        key = (self._catalog.revision, list(context.history), list(context.similar_to))
        kept = self._kept
        if kept is None or kept[:3] != key:
            said = (said_now_or_asked(context), said_before(context))
            moment = Moment(*(Said(one, self.events(one, context.history)) for one in said))
            kept = self._kept = (*key, moment)
        return kept[3]

    def events(self, held: Mapping[Anchor, float], history: Sequence[Signal]) -> Events:
        """Those of some anchors; items that have left the catalogs say nothing."""
        ages = {signal.item_id: signal.age for signal in history}
        found: dict[str, list[Event]] = {}
        for one, weight in held.items():
            if one.item_id in self._catalog:
                home, item_id = self._catalog.home_of(one.item_id)
                age = ages[one.item_id] if isinstance(one, FeedbackOn) else 0.0
                found.setdefault(home.name, []).append((item_id, weight, age))
        return {name: tuple(sorted(events, key=lambda event: -event[2])) for name, events in found.items()}
