"""`Guest`: one person in one conversation, known by a cookie."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from .connection import Answer, Connection

Place = tuple[str, int]
"""Host and port."""
_TOKEN = b"event: token"
_OK = 200


@dataclass(frozen=True, slots=True)
class Told:
    """One turn, as its guest saw it. Times are seconds."""

    began: float
    """On the clock of `perf_counter`."""
    took: float
    first_token: float | None = None
    items: int = 0
    error: str = ""
    output: dict[str, Any] | None = None


@dataclass(slots=True)
class Guest:
    """Says one message after the other, each to the next of the servers: they share what they remember."""

    places: Sequence[Place]
    streams: bool = False
    """Whether the replies are streamed."""
    keeps: bool = False
    """Whether what was answered is kept beside how long it took."""
    thread_id: str | None = None
    _cookie: str = ""
    _said: int = 0
    _connections: list[Connection] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._connections = [Connection(*place) for place in self.places]

    async def say(self, message: str, asked_at: float | None = None) -> Told:
        """One turn; what goes wrong is told in it. With `asked_at` its time counts from there."""
        began = perf_counter() if asked_at is None else asked_at
        asked = {"message": message} | ({"thread_id": self.thread_id} if self.thread_id else {})
        connection = self._connections[self._said % len(self._connections)]
        self._said += 1
        try:
            path = "/api/chat/stream" if self.streams else "/api/chat"
            answer = await connection.post(path, json.dumps(asked).encode(), self._cookie, _TOKEN)
        except (OSError, EOFError) as error:
            return Told(began, perf_counter() - began, error=f"{type(error).__name__}: {error}")
        return self._told(answer, began, perf_counter() - began)

    def leave(self) -> None:
        """Hangs up."""
        for one in self._connections:
            one.close()

    def _told(self, answer: Answer, began: float, took: float) -> Told:
        if answer.status != _OK:
            return Told(began, took, error=f"{answer.status}: {answer.body[:200].decode(errors='replace')}")
        if "set-cookie" in answer.headers:
            self._cookie = answer.headers["set-cookie"].split(";", 1)[0]
        output = _of_stream(answer.body) if self.streams else json.loads(answer.body)
        self.thread_id = output.get("thread_id", self.thread_id)
        if not output.get("turn"):
            return Told(began, took, error=f"no turn in {answer.body[-200:].decode(errors='replace')}")
        first = None if answer.marked_at is None else answer.marked_at - began
        return Told(began, took, first, len(output["turn"]["recommendations"]), output=output if self.keeps else None)


def _of_stream(body: bytes) -> dict[str, Any]:
    """The thread and the turn of a stream of events."""
    lines = (line for line in body.decode().split("\n") if line.startswith("data: "))
    events = [json.loads(line.removeprefix("data: ")) for line in lines]
    thread = next((one["thread_id"] for one in events if one["event"] == "thread"), None)
    return {"thread_id": thread, "turn": next((one["turn"] for one in events if one["event"] == "turn"), None)}
