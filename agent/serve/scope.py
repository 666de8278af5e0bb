"""One turn's scope: whether somebody still waits for it, and what it writes once it is over."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from math import inf
from threading import Event
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple

Write = Callable[[], object]
_LOCAL = ("offline", "gated-reply")
"""What models call themselves that answer at once, or only pass on what another writes."""


class Left(BaseException):
    """Nobody waits for the turn any more. No `Exception`: what stands in for a model that failed must not catch it."""


@dataclass(slots=True)
class TurnScope:
    """Of one turn, shared by the thread that runs it and the loop that waits for it."""

    until: float = inf
    """On the clock of `time.monotonic`: from then on no hosted model is waited for, the offline one takes over."""
    left: Event = field(default_factory=Event)
    bound: bool = False
    """True once something was done that cannot be undone: the turn then runs to its end, whoever has left."""
    writes: list[Write] = field(default_factory=list)
    checkpoint_id: str = ""
    """Of the newest checkpoint among what it writes."""
    begun: CheckpointTuple | None = None
    """Where it begins, when that is to be written with it and not before."""

    def check(self) -> None:
        """Raises Left when the turn is to end."""
        if self.left.is_set() and not self.bound:
            raise Left

    def check_model(self) -> None:
        """Raises Left as `check` does, and TimeoutError when no time is left for a hosted model."""
        self.check()
        if time.monotonic() > self.until:
            raise TimeoutError("no time left for it in this turn")

    def begin_at(self, held: CheckpointTuple, write: Write) -> None:
        """The turn begins there, as the newest checkpoint of a thread that `write` will put it into."""
        self.begun = held
        self.writes.append(write)

    def keep(self) -> None:
        """Writes the turn: all of it, now that it is over."""
        for write in self.writes:
            write()


SCOPE: ContextVar[TurnScope | None] = ContextVar("turn_scope", default=None)


class Leaving(BaseCallbackHandler):
    """Ends what takes too long at the next call of a model or at its next token, which closes the model's stream.

    A turn that nobody waits for ends there; in one that is late only the hosted model does.
    """

    raise_error = True
    run_inline = True

    def __init__(self, scope: TurnScope) -> None:
        self._scope = scope
        self._hosted: set[UUID] = set()

    def on_chat_model_start(self, *_: Any, run_id: UUID, **given: Any) -> None:
        """Before a model is called."""
        self._scope.check()
        if given.get("invocation_params", {}).get("_type") not in _LOCAL:
            self._hosted.add(run_id)
            self._scope.check_model()

    def on_llm_new_token(self, *_: Any, run_id: UUID, **__: Any) -> None:
        """While it writes."""
        (self._scope.check_model if run_id in self._hosted else self._scope.check)()


def whole_turns(saver: BaseCheckpointSaver[Any]) -> BaseCheckpointSaver[Any]:
    """A saver over the same storage that holds back what a turn within a scope writes until that turn is over.

    A turn that fails, or that nobody waits for, leaves nothing behind. Outside of a scope it writes at once. What a
    turn begins with and has not been written yet is read from the scope.
    """
    ours: Any = copy.copy(saver)

    def put(config: Any, checkpoint: Any, metadata: Any, new_versions: Any) -> Any:
        scope = SCOPE.get()
        if scope is None:
            return saver.put(config, checkpoint, metadata, new_versions)
        scope.writes.append(partial(saver.put, config, checkpoint, metadata, new_versions))
        scope.checkpoint_id = checkpoint["id"]
        place = config["configurable"]
        kept = {"thread_id": place["thread_id"], "checkpoint_ns": place.get("checkpoint_ns", "")}
        return {"configurable": {**kept, "checkpoint_id": checkpoint["id"]}}

    def put_writes(config: Any, writes: Any, task_id: str, task_path: str = "") -> None:
        scope = SCOPE.get()
        if scope is None:
            saver.put_writes(config, writes, task_id, task_path)
        else:
            scope.writes.append(partial(saver.put_writes, config, writes, task_id, task_path))

    def get_tuple(config: Any) -> CheckpointTuple | None:
        scope = SCOPE.get()
        begun: Any = scope.begun if scope else None
        here = begun and config["configurable"]["thread_id"] == begun.config["configurable"]["thread_id"]
        return begun if here else saver.get_tuple(config)

    ours.put, ours.put_writes, ours.get_tuple = put, put_writes, get_tuple
    return ours
