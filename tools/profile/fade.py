"""How what is remembered weighs today.

| event     | weight | why                                                        |
|-----------|--------|------------------------------------------------------------|
| like      |  +1.0  | said, or rated above the middle of the scale; half of it   |
|           |        | for what was put into the cart                             |
| chosen    |  +1.0  | bought, booked, taken: a choice with a price               |
| seen      |  +0.3  | picked once, but nothing was said of it                    |
| viewed    |  +0.2  | looked at                                                  |
| not now   |  -0.2  | passed over, for this time                                 |
| dislike   |  -1.0  | said, or rated below the middle of the scale               |

Each is multiplied by the event's strength. On one item the newest verdict (like, dislike) counts before any other
event; without a verdict the weightiest event counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ..ranking.protocol import Signal
from .model import FeedbackKind, ItemEvent, Preference, UserProfile, in_utc

EVENT_WEIGHTS = {
    FeedbackKind.LIKE: 1.0,
    FeedbackKind.CHOSEN: 1.0,
    FeedbackKind.SEEN: 0.3,
    FeedbackKind.VIEWED: 0.2,
    FeedbackKind.NOT_NOW: -0.2,
    FeedbackKind.DISLIKE: -1.0,
}
HALF_LIFE_DAYS = 365.0
"""After so many days a statement of the person weighs half."""
BEHAVIOUR_FADES = 4.0
"""How many times faster a preference fades that was read from behaviour."""
_VERDICTS = (FeedbackKind.LIKE, FeedbackKind.DISLIKE)
_SECONDS_A_DAY = 86400.0


def faded(profile: UserProfile, now: datetime, half_life_days: float = HALF_LIFE_DAYS) -> list[Preference]:
    """The preferences with weight * 0.5 ** (age / half-life), strongest first. A time in the future has age 0."""
    weighed = [_fade(one, now, half_life_days) for one in profile.preferences]
    return sorted(weighed, key=lambda one: -abs(one.weight) * one.confidence)


def signals(profile: UserProfile, catalog_name: str, now: datetime) -> list[Signal]:
    """One signal for each item of that catalog with an event, oldest first; ages in days, not faded."""
    by_item: dict[str, list[ItemEvent]] = {}
    for event in profile.events:
        if event.catalog == catalog_name:
            by_item.setdefault(event.item_id, []).append(event)
    deciding = sorted((_deciding(events) for events in by_item.values()), key=lambda event: event.time)
    return [Signal(event.item_id, weight(event), age_in_days(event.time, now)) for event in deciding]


def weight(event: ItemEvent) -> float:
    """The weight of one event, in [-1, 1]."""
    return EVENT_WEIGHTS[event.kind] * event.strength


def age_in_days(time: datetime, now: datetime) -> float:
    """Days from `time` to `now`, never below 0."""
    return max(0.0, (in_utc(now) - in_utc(time)).total_seconds() / _SECONDS_A_DAY)


def _fade(preference: Preference, now: datetime, half_life_days: float) -> Preference:
    half_life = half_life_days if preference.stated else half_life_days / BEHAVIOUR_FADES
    faded_weight = preference.weight * 0.5 ** (age_in_days(preference.time, now) / half_life)
    return preference.model_copy(update={"weight": faded_weight})


def _deciding(events: Iterable[ItemEvent]) -> ItemEvent:
    ordered = list(events)
    verdicts = [event for event in ordered if event.kind in _VERDICTS]
    return verdicts[-1] if verdicts else max(reversed(ordered), key=lambda event: abs(weight(event)))
