"""`UserProfile`: what is remembered of one person, each statement with its evidence and its time."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ..constraints import Constraint
from ..items import Language


class FeedbackKind(StrEnum):
    """What a person, or a behaviour log, says of one item."""

    LIKE = "like"
    DISLIKE = "dislike"
    SEEN = "seen"
    """Read, watched, owned already."""
    NOT_NOW = "not_now"
    CHOSEN = "chosen"
    """Bought, booked, taken."""
    VIEWED = "viewed"


_VERDICTS = {FeedbackKind.LIKE, FeedbackKind.DISLIKE}
_RIVALS = {
    FeedbackKind.LIKE: _VERDICTS,
    FeedbackKind.DISLIKE: _VERDICTS,
    FeedbackKind.NOT_NOW: _VERDICTS | {FeedbackKind.NOT_NOW},
}


def in_utc(time: datetime) -> datetime:
    """The same moment in UTC; a time without a zone is taken as UTC."""
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(in_utc)]


class Preference(BaseModel):
    """A lasting like (positive weight) or dislike (negative) of a facet value or, without a facet, of a topic."""

    model_config = ConfigDict(frozen=True)

    facet: str = ""
    value: str
    weight: float = Field(ge=-1, le=1)
    confidence: float = Field(default=0.8, ge=0, le=1)
    evidence: str = ""
    """The person's own words, or the behaviour it was read from."""
    time: Moment
    catalog: str = ""
    """The catalog whose facet it is; empty for a topic that holds everywhere."""
    stated: bool = True
    """The person's own words; False when it was read from behaviour, which fades faster and never outvotes words."""


class ItemEvent(BaseModel):
    """One feedback on one item."""

    model_config = ConfigDict(frozen=True)

    item_id: str
    catalog: str
    kind: FeedbackKind
    time: Moment
    reason: str = ""
    strength: float = Field(default=1.0, ge=0, le=1)
    """1 for a plain statement; a 4-star rating of 5, a view or a purchase have theirs."""
    title: str = ""
    """The item's title, so that the event can be shown and forgotten by name without the catalog."""
    consumed: bool = False
    """True when it also says that the item was read, watched or owned: a rating, "I've read it and loved it"."""


class LastingConstraint(BaseModel):
    """A constraint that holds in every conversation: "I am vegetarian", "never show me horror"."""

    model_config = ConfigDict(frozen=True)

    constraint: Constraint
    catalog: str
    evidence: str = ""
    time: Moment


Statement = Preference | LastingConstraint


class Superseded(BaseModel):
    """A statement that a newer one replaced; kept so that the history can be shown."""

    model_config = ConfigDict(frozen=True)

    statement: Statement
    replaced_at: Moment
    by: str
    """Evidence of the newer statement."""


class UserProfile(BaseModel):
    """All that is remembered of one person. No personal data that nobody needs."""

    user_id: str
    preferences: list[Preference] = Field(default_factory=list)
    events: list[ItemEvent] = Field(default_factory=list)
    constraints: list[LastingConstraint] = Field(default_factory=list)
    language: Language | Literal[""] = ""
    history: list[Superseded] = Field(default_factory=list)

    def items(self, kind: FeedbackKind, catalog: str) -> list[str]:
        """Ids of the items of which that holds, oldest first. A newer verdict replaces an older one; facts add up."""
        rivals = _RIVALS.get(kind, {kind})
        newest = {event.item_id: event for event in self.events if event.catalog == catalog and event.kind in rivals}
        return [item for item, event in newest.items() if event.kind is kind]

    def consumed(self, catalog: str) -> list[str]:
        """Ids of the items that the person has read, watched, bought or owns, oldest first."""
        had = {FeedbackKind.SEEN, FeedbackKind.CHOSEN}
        events = (event for event in self.events if event.catalog == catalog)
        return list(dict.fromkeys(event.item_id for event in events if event.consumed or event.kind in had))
