"""Carries one turn out in the thread it runs in: the graph's stream in, events out, then the checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Protocol

from langgraph.types import Command

from ...graphs.context import RecommenderContext
from ...graphs.nodes.use_tools import answer_in
from ...tools.catalog import Catalog
from ...tools.errors import RecommenderError
from ..hosted.patience import PATIENCE
from ..recommender import LOOKUP, Recommender
from .events import FOLLOWED, REPLY_NODE, WHOLE, Told
from .scope import SCOPE, Leaving, TurnScope
from .wire import ChatInput, ConfirmEvent, Event, QuestionEvent, TurnEvent

_BINDING = (REPLY_NODE, "use_tools", "manage_profile")
"""Nodes after which a turn is no longer given up: something was answered, done or forgotten."""
_LAST = (QuestionEvent, TurnEvent, ConfirmEvent)
Place = dict[str, str]
"""`configurable` of a LangGraph config: the thread, and perhaps a checkpoint of it."""


class NothingWaits(RecommenderError):
    """A yes or no was sent where no tool waits for one."""


class Entry(Protocol):
    """A way into a conversation other than its end; called in the thread that runs the turn, before and after it."""

    def enter(self, place: Place, scope: TurnScope) -> tuple[Place, Any]:
        """Where the turn begins, and the graph's input; what has to be written for it is added to the scope."""
        ...

    def ended(self, checkpoint_id: str) -> None:
        """The turn has been written, as that checkpoint."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What a turn is about."""

    context: RecommenderContext
    asked: ChatInput
    place: Place
    followed: bool = True
    entry: Entry | None = None


def carry_out(
    recommender: Recommender, catalog: Catalog, errand: Errand, scope: TurnScope, tell: Callable[[Event], object]
) -> None:
    """Runs the turn and tells its events; the last ones once it has been written. Raises Left when it was given up."""
    last: list[Event] = []
    SCOPE.set(scope)
    PATIENCE.set(scope.check_model)
    scope.check()
    entry = errand.entry
    place, given = entry.enter(errand.place, scope) if entry else (errand.place, _given(recommender, errand))
    for event in _events(recommender, catalog, errand, place, given, scope):
        (last.append if isinstance(event, _LAST) else tell)(event)
    scope.keep()
    if entry:
        entry.ended(scope.checkpoint_id)
    for event in last:
        tell(event)


def _given(recommender: Recommender, errand: Errand) -> Any:
    """What was sent; a plain yes or no while a tool waits for one answers it. Raises NothingWaits."""
    asked = errand.asked
    said = None if asked.image else answer_in(asked.message)
    if asked.confirm is None and said is None:
        return sent(asked)
    waits = bool(recommender.get_state({"configurable": errand.place}).interrupts)
    if asked.confirm is not None and not waits:
        raise NothingWaits("Nothing waits for a confirmation here.", cure="Send a message instead.")
    return Command(resume=said) if waits and asked.confirm is None else sent(asked)


def sent(asked: ChatInput) -> Any:
    """What the graph takes: a message, with its picture, or the answer to a confirmation."""
    if asked.confirm is not None:
        return Command(resume=asked.confirm)
    if asked.image is None:
        return {"messages": [("user", asked.message)]}
    text = [{"type": "text", "text": asked.message}] if asked.message else []
    return {"messages": [("user", [*text, {"type": "image", "url": asked.image}])]}


def _events(
    recommender: Recommender, catalog: Catalog, errand: Errand, place: Place, given: Any, scope: TurnScope
) -> Iterator[Event]:
    modes: Any = FOLLOWED if errand.followed else WHOLE
    told = Told(catalog, modes)
    config: Any = {"configurable": place, "callbacks": [Leaving(scope)]}
    how: Any = {"context": errand.context, "stream_mode": list(modes), "durability": "exit"}
    parts: Any = recommender.stream(given, config, **how)
    with closing(parts):
        for mode, part in parts:
            scope.bound = scope.bound or _binds(mode, part)
            scope.check()
            yield from told.events(mode, part)


def _binds(mode: str, part: Any) -> bool:
    if mode == "updates":
        return any(node in part for node in _BINDING)
    return mode == "custom" and part.get("event") == "tool" and part["name"] not in LOOKUP
