"""A conversation that the server does not know, from the talk that the client brings: it is gone through again.

Going through it calls no hosted model and no tool of the integrator, remembers nothing of the person, and writes
nothing: what it comes to is written with the turn that goes on from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple, copy_checkpoint
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.store.memory import InMemoryStore

from ....graphs.checkpointing import knowing_our_types
from ....graphs.recommender import build_graph, parts_of
from ....graphs.state import Recommendation, ShownList
from ....tools.catalog import Catalog
from ....tools.profile.memory import ProfileMemory
from ...recommender import Recommender
from .history import Exchange, Said, plain
from .markdown import emphasis, emphasized

MOST_REPLAYED = 12
"""Exchanges that are gone through again, the newest; what was said before them is lost."""
_LONGEST = 20_000
"""Characters of a message or reply that are taken over."""
_DRAFT = "draft"


def rehearsing(recommender: Recommender) -> Recommender:
    """The same recommender, without hosted models, tools that act, memory and conversations."""
    parts, store = parts_of(recommender), InMemoryStore()
    harmless = replace(parts, model=parts.offline, tools=(), lookup_tools=(), memory=ProfileMemory(store))
    return build_graph(harmless, store=store)


def replay(
    rehearsal: Recommender, catalog: Catalog, begun: CheckpointTuple | None, exchanges: Sequence[Exchange]
) -> CheckpointTuple:
    """What a conversation comes to when it goes on with the newest of the exchanges, as they were said and shown.

    Args:
        rehearsal: the recommender, made harmless (`rehearsing`).
        catalog: what titles in the replies are looked up in.
        begun: the checkpoint that the exchanges follow on; None at the start of a conversation.
        exchanges: oldest first, at least one.
    """
    saver = knowing_our_types(InMemorySaver())
    draft, config = rehearsal.copy({"checkpointer": saver}), _newest_of(_DRAFT)
    if begun:
        put_into(saver, begun, _DRAFT)
    for one in exchanges[-MOST_REPLAYED:]:
        said = replace(one.said, words=one.said.words[:_LONGEST])
        state = draft.invoke({"messages": [message_of(said)]}, config, durability="exit")
        draft.update_state(config, _as_shown(state, one.reply, catalog), as_node="learn")
    found = saver.get_tuple(config)
    assert found is not None
    return found


def _as_shown(state: dict[str, Any], reply: str, catalog: Catalog) -> dict[str, Any]:
    """What the client showed takes the place of what was said just now: the words, and the list; nothing if alike."""
    turn, wanted = state["turn"], emphasized(reply)
    own = [one.title for one in turn.recommendations]
    said = AIMessage(turn.reply if plain(emphasis(turn.reply, own)) == plain(reply) else reply[:_LONGEST])
    changes = {"messages": [said.model_copy(update={"id": state["messages"][-1].id})]}
    ids = {one.title: one.id for one in catalog.items() if one.title in wanted} if wanted != own else {}
    rows = tuple(Recommendation(item_id=ids[one], title=one, score=0.0) for one in wanted if one in ids)
    if not rows:
        return changes
    number = state.get("turn_number", 0)
    before = [one for one in state.get("shown", []) if one.turn != number]
    return {**changes, "shown": [*before, ShownList(turn=number, items=rows)]}


def message_of(said: Said, message_id: str | None = None) -> HumanMessage:
    """What was said, as the graph takes it."""
    identity = message_id or uuid4().hex
    if not said.pictures:
        return HumanMessage(said.words, id=identity)
    text = [{"type": "text", "text": said.words}] if said.words else []
    pictures = [{"type": "image", "url": one} for one in said.pictures]
    return HumanMessage([*text, *pictures], id=identity)  # pyright: ignore[reportArgumentType]


def newest_of(saver: BaseCheckpointSaver[Any], thread_id: str) -> CheckpointTuple | None:
    """Where a thread stands."""
    return saver.get_tuple(_newest_of(thread_id))


def moved(held: CheckpointTuple, thread_id: str) -> CheckpointTuple:
    """The checkpoint as one of another thread."""
    place: Any = _newest_of(thread_id)
    place["configurable"]["checkpoint_id"] = held.checkpoint["id"]
    return held._replace(config=place, checkpoint=copy_checkpoint(held.checkpoint), parent_config=None)


def put_into(saver: BaseCheckpointSaver[Any], held: CheckpointTuple, thread_id: str) -> None:
    """Continues a thread with a checkpoint of another, and with what waits for an answer there."""
    copied = saver.put(_newest_of(thread_id), held.checkpoint, held.metadata, held.checkpoint["channel_versions"])
    for task in dict.fromkeys(task for task, _, _ in held.pending_writes or ()):
        writes = [(channel, value) for of, channel, value in held.pending_writes or () if of == task]
        saver.put_writes(copied, writes, task)


def _newest_of(thread_id: str) -> RunnableConfig:
    return {"configurable": {"thread_id": thread_id, "checkpoint_ns": ""}}
