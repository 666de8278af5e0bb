"""What a person says of an item by a button: remembered of the person, and known to the conversation."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ...tools.profile.model import FeedbackKind, ItemEvent
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


_KINDS = {
    Verdict.LIKE: FeedbackKind.LIKE,
    Verdict.DISLIKE: FeedbackKind.DISLIKE,
    Verdict.SEEN: FeedbackKind.SEEN,
    Verdict.MORE_LIKE: FeedbackKind.VIEWED,
}


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


async def judge(served: Served, user: str, said: FeedbackInput) -> FeedbackOutput:
    """Takes a verdict. Raises UnknownItemError and UnknownThread, and then has done nothing."""
    title = served.catalog.item(said.item_id).title
    noted = False
    if said.thread_id is not None:
        noted = await served.turns.apart(user, said.thread_id, partial(_note, said))
    return FeedbackOutput(
        remembered=await asyncio.to_thread(_remember, served, user, said, title), in_conversation=noted
    )


def _remember(served: Served, user: str, said: FeedbackInput, title: str) -> bool:
    kind, profile, name = _KINDS[said.kind], served.memory.load(user), served.catalog.name
    known = said.item_id in (profile.consumed(name) if kind is FeedbackKind.SEEN else profile.items(kind, name))
    if known:
        return False
    event = ItemEvent(item_id=said.item_id, catalog=name, kind=kind, time=datetime.now(UTC), title=title)
    served.memory.record(user, event, key=f"button:{said.item_id}:{said.kind}:{len(profile.events)}")
    return True


def _note(said: FeedbackInput, recommender: Recommender, place: dict[str, str]) -> bool:
    config: Any = {"configurable": place}
    state = recommender.get_state(config)
    if state.next or not state.values:
        return False
    feedback = {**state.values.get("feedback", {}), said.item_id: _KINDS[said.kind]}
    recommender.update_state(config, {"feedback": feedback, **_wish(said, state.values)}, as_node="learn")
    return True


def _wish(said: FeedbackInput, values: dict[str, Any]) -> dict[str, Any]:
    """For "more like this" the need is for that, and "this" means that item."""
    if said.kind is not Verdict.MORE_LIKE:
        return {}
    need = values.get("need")
    wanted = {"need": need.model_copy(update={"similar_to": (said.item_id,)})} if need else {}
    return {**wanted, "in_focus": [said.item_id]}
