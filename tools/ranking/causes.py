"""What in the context can move a score: feedback, items asked for, preferences and wishes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from ..constraints import Constraint
from ..profile.model import Preference
from .protocol import RankingContext, Signal

HALF_LIFE_DAYS = 180.0
"""Feedback of that age counts half."""
NOW_DAYS = 0.25
"""Up to that age feedback belongs to this conversation, also when it comes back from the profile."""


@dataclass(frozen=True, slots=True)
class FeedbackOn:
    """All that the person said of one item, in this conversation and before."""

    item_id: str


@dataclass(frozen=True, slots=True)
class AskedLike:
    """The person asked for something like this item."""

    item_id: str


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """The person sent a picture."""


@dataclass(frozen=True, slots=True)
class Named:
    """Something came up in the conversation: an item by its title, or anything else by its name."""

    name: str


Anchor = FeedbackOn | AskedLike
Cause = Anchor | ShownPicture | Named | Preference | Constraint
Anchors = Callable[[RankingContext], dict[Anchor, float]]


def asked(context: RankingContext) -> dict[Anchor, float]:
    """The items of `similar_to`, each of weight 1."""
    return {AskedLike(item): 1.0 for item in context.similar_to}


def said_now(context: RankingContext) -> dict[Anchor, float]:
    """Weight by item with feedback in this conversation."""
    return {FeedbackOn(one.item_id): one.weight for one in _newest(context) if one.age <= NOW_DAYS}


def said_before(context: RankingContext) -> dict[Anchor, float]:
    """Weight by item with feedback from earlier times only, halved every HALF_LIFE_DAYS."""
    earlier = [one for one in _newest(context) if one.age > NOW_DAYS]
    return {FeedbackOn(one.item_id): one.weight * 0.5 ** (one.age / HALF_LIFE_DAYS) for one in earlier}


def said_now_or_asked(context: RankingContext) -> dict[Anchor, float]:
    """All the items that this conversation is about; what is asked for comes last, as the newest."""
    return said_now(context) | asked(context)


def _newest(context: RankingContext) -> Iterable[Signal]:
    """One signal of each item: the last one replaces the earlier ones, and stands where the first one stood."""
    return {signal.item_id: signal for signal in context.history}.values()


def causes(context: RankingContext) -> tuple[Cause, ...]:
    """What was said of items and wished for, each once; a part that reads the talk knows what was named in it."""
    shown = () if context.picture is None else (ShownPicture(),)
    said = (FeedbackOn(one.item_id) for one in _newest(context))
    return tuple(dict.fromkeys((*asked(context), *shown, *said, *context.preferences, *context.soft)))


def without(context: RankingContext, cause: Cause) -> RankingContext:
    """The same context as if that had never been said."""
    if isinstance(cause, FeedbackOn):
        return replace(context, history=[one for one in context.history if one.item_id != cause.item_id])
    if isinstance(cause, AskedLike):
        return replace(context, similar_to=[one for one in context.similar_to if one != cause.item_id])
    if isinstance(cause, ShownPicture):
        return replace(context, picture=None)
    if isinstance(cause, Named):
        return replace(context, unnamed=[*context.unnamed, cause.name])
    if isinstance(cause, Preference):
        return replace(context, preferences=[one for one in context.preferences if one != cause])
    return replace(context, soft=[one for one in context.soft if one != cause])
