"""recall: a new turn starts clean, with the person's profile at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from langchain_core.messages import BaseMessage, HumanMessage, RemoveMessage
from langgraph.runtime import Runtime

from ...tools.normalize import well_formed
from ...tools.profile.model import UserProfile
from ..asking.budget import trim_history
from ..context import RecommenderContext
from ..earlier import MOST_LINES, lines_of, public, with_earlier
from ..parts import Parts
from ..pictures import addresses, read_sent, without_pictures
from ..pointing import drops_picture
from ..state import Need, RecommenderState


def context_of(runtime: Runtime[RecommenderContext]) -> RecommenderContext:
    """The caller's context; a server that passes none gets the defaults, and one that authenticates names the user."""
    context, server = runtime.context or RecommenderContext(), runtime.server_info
    return replace(context, user_id=server.user.identity) if server and server.user else context


def profile_of(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> UserProfile:
    """The profile of this turn; read again when a resumed turn has lost it, since no checkpoint holds it."""
    return state.get("profile") or parts.memory.load(context_of(runtime).user_id)


def recall(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> dict[str, Any]:
    """Loads the profile, clears what belonged to the last turn, and makes lines of a long thread's oldest messages.

    Pictures are read once, here; the messages that are kept hold their words only.
    """
    messages = state.get("messages", [])
    surplus = messages[: _first_kept(messages, parts.limits.kept_messages)]
    newest = next((one for one in reversed(messages) if isinstance(one, HumanMessage)), None)
    picture, shown = read_sent(newest, parts.catalog) if newest else (None, [])
    return {
        "profile": parts.memory.load(context_of(runtime).user_id),
        "started": parts.timer(),
        "turn_number": state.get("turn_number", 0) + 1,
        "need": _need(state),
        "earlier": [*state.get("earlier", []), *lines_of(surplus)][-MOST_LINES:],
        "messages": [*(RemoveMessage(id=one.id) for one in surplus if one.id), *_worded(messages, surplus)],
        "picture": picture,
        "picture_shown": shown,
        "understanding": None,
        "candidates": [],
        "recommendations": [],
        "brief": None,
        "tool_calls": [],
        "model_calls": 0,
        "degraded": [],
        "notes": [],
    }


def _first_kept(messages: Sequence[BaseMessage], most: int) -> int:
    """Where the messages begin that are kept: with one of the person, so that no exchange is cut in two."""
    start = max(len(messages) - most, 0)
    return next((place for place in range(start, len(messages)) if isinstance(messages[place], HumanMessage)), start)


def _need(state: RecommenderState) -> Need:
    """As it was, without a picture that the message puts away."""
    need = state.get("need", Need())
    return need.model_copy(update={"picture": None}) if drops_picture(newest_words(state)) else need


def _worded(messages: Sequence[BaseMessage], surplus: Sequence[BaseMessage]) -> list[BaseMessage]:
    """What takes the place of the messages with pictures."""
    kept = [one for one in messages[len(surplus) :] if isinstance(one, HumanMessage)]
    return [without_pictures(one) for one in kept if addresses(one)]


def earlier_messages(state: RecommenderState, parts: Parts) -> list[BaseMessage]:
    """What a hosted model reads of the conversation before the newest message; of the oldest a line each."""
    said = public(state.get("messages", [])[:-1])
    kept = trim_history(said, parts.limits.history_tokens)
    lines = [*state.get("earlier", []), *lines_of(said[: len(said) - len(kept)])]
    return with_earlier(lines, kept, parts.limits.earlier_tokens)


def newest_words(state: RecommenderState) -> str:
    """The text of the newest human message, empty when there is none."""
    for message in reversed(state.get("messages", [])):
        if isinstance(message, HumanMessage):
            return well_formed(message.text)
    return ""
