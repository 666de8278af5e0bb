"""Carries one turn out in the thread it runs in: the graph's stream in, events out, then the checkpoint."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any, Protocol

from langgraph.types import Command

from ...graphs.context import RecommenderContext
from ...tools.catalog import Catalog
from ..recommender import LOOKUP, Recommender
from .events import REPLY_NODE, Told
from .scope import SCOPE, Leaving, TurnScope
from .wire import ChatInput, ConfirmEvent, Event, QuestionEvent, TurnEvent

_BINDING = (REPLY_NODE, "use_tools", "manage_profile")
"""Nodes after which a turn is no longer given up: something was answered, done or forgotten."""
_LAST = (QuestionEvent, TurnEvent, ConfirmEvent)


class Entry(Protocol):
    """An adapter's own way into a conversation; called in the thread that runs the turn."""

    def enter(self, place: dict[str, str]) -> tuple[dict[str, str], Any]:
        """Where the turn begins (`configurable` of the config), and what goes into the graph."""
        ...

    def ended(self, checkpoint_id: str) -> None:
        """The turn has been written, under that checkpoint."""
        ...


def carry_out(
    recommender: Recommender,
    catalog: Catalog,
    asked: ChatInput,
    place: dict[str, str],
    user: str | None,
    scope: TurnScope,
    tell: Callable[[Event], None],
    *,
    tokens: bool = True,
    entry: Entry | None = None,
) -> None:
    """Runs the turn and tells its events; the last ones once it has been written. Raises Left when it was given up."""
    SCOPE.set(scope)
    scope.check()
    told, last = Told(catalog), []
    place, given = entry.enter(place) if entry else (place, sent(asked))
    with closing(_parts(recommender, given, place, user, scope, tokens=tokens)) as parts:
        for mode, part in parts:
            scope.bound = scope.bound or _binds(mode, part)
            scope.check()
            for event in told.events(mode, part):
                (last.append if isinstance(event, _LAST) else tell)(event)
    scope.keep()
    if entry:
        entry.ended(scope.checkpoint_id)
    for event in last:
        tell(event)


def _parts(
    recommender: Recommender,
    given: Any,
    place: dict[str, str],
    user: str | None,
    scope: TurnScope,
    *,
    tokens: bool,
) -> Any:
    modes: list[Any] = ["custom", "updates", *(["messages"] if tokens else [])]
    config: Any = {"configurable": place, "callbacks": [Leaving(scope)]}
    context = RecommenderContext(user_id=user)
    return recommender.stream(given, config, context=context, stream_mode=modes, durability="exit")


def sent(asked: ChatInput) -> Any:
    """What the graph takes: a message, with its picture, or the answer to a confirmation."""
    if asked.confirm is not None:
        return Command(resume=asked.confirm)
    if asked.image is None:
        return {"messages": [("user", asked.message)]}
    text = [{"type": "text", "text": asked.message}] if asked.message else []
    return {"messages": [("user", [*text, {"type": "image", "url": asked.image}])]}


def _binds(mode: str, part: Any) -> bool:
    if mode == "updates":
        return any(node in part for node in _BINDING)
    return mode == "custom" and part.get("event") == "tool" and part["name"] not in LOOKUP
