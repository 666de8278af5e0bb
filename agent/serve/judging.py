"""What a person says of an item by a button: remembered of the person, and known to the conversation."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ...graphs.state import Need
from ...tools.constraints import admits
from ...tools.items import Item
from ...tools.profile.model import FeedbackKind, ItemEvent
from ...tools.profile.taking_back import replaced_with
from ..recommender import Recommender
from .served import Served
from .wire import LONGEST_ID, Text


class Verdict(StrEnum):
    """What a button says."""

    LIKE = "like"
    DISLIKE = "dislike"
    SEEN = "seen"
    MORE_LIKE = "more_like"
    """More like this one, please: the next list is of its kind."""


Lasting = Literal[Verdict.LIKE, Verdict.DISLIKE, Verdict.SEEN]
"""What can be taken back: a wish for more like it is over with its list."""

_KINDS = {
    Verdict.LIKE: FeedbackKind.LIKE,
    Verdict.DISLIKE: FeedbackKind.DISLIKE,
    Verdict.SEEN: FeedbackKind.SEEN,
    Verdict.MORE_LIKE: FeedbackKind.VIEWED,
}
_MOST_FORGOTTEN = 100


class FeedbackInput(BaseModel):
    """A verdict on an item."""

    model_config = ConfigDict(extra="forbid")

    item_id: Text = Field(min_length=1, max_length=LONGEST_ID)
    kind: Verdict
    thread_id: Text | None = Field(default=None, max_length=LONGEST_ID)
    """The conversation that it belongs to; without, it is remembered of the person only."""


class FeedbackOutput(BaseModel):
    """What became of it."""

    remembered: bool
    """False when it was known already: the same verdict twice counts once."""
    in_conversation: bool
    """False without a conversation, or while a tool there waits for a yes; the profile holds it all the same."""


class TakenBackOutput(BaseModel):
    """What became of a verdict that was taken back."""

    taken_back: bool
    """False when the profile holds no such verdict."""
    in_conversation: bool
    """False without a conversation, or while a tool there waits for a yes."""


async def judge(served: Served, user: str, said: FeedbackInput) -> FeedbackOutput:
    """Takes a verdict. Raises UnknownItemError and UnknownThread, and then has done nothing."""
    item = served.catalog.item(said.item_id)
    noted = False
    if said.thread_id is not None:
        noted = await served.turns.apart(user, said.thread_id, partial(_note, said, item))
    kept = await asyncio.to_thread(_remember, served, user, said, item)
    return FeedbackOutput(remembered=kept, in_conversation=noted)


async def take_back(served: Served, user: str, kind: Lasting, item_id: str, thread: str | None) -> TakenBackOutput:
    """Takes a verdict back, and what it had replaced. Raises UnknownItemError and UnknownThread."""
    item, own = served.catalog.item(item_id), _KINDS[kind]
    noted = False
    if thread is not None:
        noted = await served.turns.apart(user, thread, partial(_unnote, own, item.id))
    gone = await asyncio.to_thread(served.memory.take_back, user, own, item.id, served.catalog.name)
    return TakenBackOutput(taken_back=gone, in_conversation=noted)


def _remember(served: Served, user: str, said: FeedbackInput, item: Item) -> bool:
    """Whether it was new. A key that was forgotten is never written again, so that another one is tried."""
    kind, name = _KINDS[said.kind], served.catalog.name
    event = ItemEvent(item_id=item.id, catalog=name, kind=kind, time=datetime.now(UTC), title=item.title)
    for number in range(_MOST_FORGOTTEN):
        profile = served.memory.load(user)
        if item.id in (profile.consumed(name) if kind is FeedbackKind.SEEN else profile.items(kind, name)):
            return False
        if served.memory.add(user, {f"button:{item.id}:{said.kind}:{len(profile.events) + number}": event}):
            return True
    return False


def _note(said: FeedbackInput, item: Item, recommender: Recommender, place: dict[str, str]) -> bool:
    config: Any = {"configurable": place}
    state = recommender.get_state(config)
    if state.next or not state.values:
        return False
    changes: dict[str, Any] = {"feedback": {**state.values.get("feedback", {}), item.id: _KINDS[said.kind]}}
    if said.kind is Verdict.MORE_LIKE:
        changes |= {"need": _like(item, state.values.get("need", Need())), "in_focus": [item.id]}
    recommender.update_state(config, changes, as_node="learn")
    return True


def _unnote(kind: FeedbackKind, item_id: str, recommender: Recommender, place: dict[str, str]) -> bool:
    config: Any = {"configurable": place}
    state = recommender.get_state(config)
    if state.next or not state.values:
        return False
    said: dict[str, FeedbackKind] = state.values.get("feedback", {})
    if said.get(item_id) in replaced_with(kind):
        rest = {one: kind for one, kind in said.items() if one != item_id}
        recommender.update_state(config, {"feedback": rest}, as_node="learn")
    return True


def _like(item: Item, need: Need) -> Need:
    """The need for more of its kind: conditions that the item itself does not meet are about something else."""
    kept = tuple(one for one in need.constraints if admits((one,), item))
    return need.model_copy(update={"constraints": kept, "similar_to": (item.id,)})
