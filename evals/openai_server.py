"""An OpenAI-compatible chat server around any chat model, on a real socket: it counts its calls and fails on demand.

It speaks `POST /v1/chat/completions` (plain and streamed, tools, JSON schema, usage) and `GET /v1/models`.
"""

from __future__ import annotations

import json
import select
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, convert_to_messages

from .openai_faults import Fault, Refusal, distort, refusal

Json = dict[str, Any]
_POLL_S = 0.01


@dataclass(frozen=True, slots=True)
class Call:
    """One request for a completion, as it came in."""

    body: Json
    status: int
    """Of the answer; 0 when the connection was dropped."""

    @property
    def way(self) -> str:
        """How the answer was asked for: `json_schema`, `tools` or `text`."""
        if (self.body.get("response_format") or {}).get("type") == "json_schema":
            return "json_schema"
        return "tools" if self.body.get("tools") else "text"


@dataclass
class OpenAIServer:
    """Serves a chat model on 127.0.0.1 at a free port, as a context manager.

    with OpenAIServer(OfflineChatModel()) as server:
        ChatOpenAI(base_url=server.base_url, api_key="none", model="offline").invoke("Hello")
        server.calls  # one Call each, failed ones included
    """

    model: BaseChatModel
    faults: frozenset[Fault] = frozenset()
    """What goes wrong with every answer."""
    delay_s: float = 2.0
    """How long a slow answer takes."""
    pause_s: float = 0.0
    """Between two pieces of a streamed answer."""
    calls: list[Call] = field(default_factory=list)
    asked: int = 0
    """Requests that have come, those included whose answer is held back."""
    hung_up: int = 0
    """Clients that closed the connection before they had their answer."""
    _lock: Lock = field(default_factory=Lock, repr=False)
    _closing: Event = field(default_factory=Event, repr=False)
    _http: ThreadingHTTPServer | None = field(default=None, repr=False)

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL."""
        assert self._http is not None, "the server has not been entered"
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def __enter__(self) -> OpenAIServer:
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"fake": self}))
        self._http.daemon_threads = True
        Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._http is not None
        self._closing.set()
        self._http.shutdown()
        self._http.server_close()

    def wait(self, seconds: float, left: Callable[[], bool]) -> None:
        """Holds an answer back, until the time is over, the client has left or the server closes."""
        end = time.monotonic() + seconds
        while not left() and (rest := end - time.monotonic()) > 0 and not self._closing.wait(min(rest, _POLL_S)):
            pass

    def note_hung_up(self) -> None:
        """Counts a client that left."""
        with self._lock:
            self.hung_up += 1

    def complete(self, body: Json, left: Callable[[], bool] = lambda: False) -> Json | Refusal | str | None:
        """The completion, a refusal, a body that is no JSON, or None to drop the connection."""
        with self._lock:
            self.asked += 1
        answer = refusal(self.faults, body) or self._answer(body, left)
        status = 0 if answer is None else answer.status if isinstance(answer, Refusal) else 200
        with self._lock:
            self.calls.append(Call(body, status))
        return answer

    def _answer(self, body: Json, left: Callable[[], bool]) -> Json | Refusal | str | None:
        if Fault.SLOW in self.faults:
            self.wait(self.delay_s, left)
        if Fault.DROP in self.faults:
            return None
        if Fault.GARBAGE in self.faults:
            return "<html>this is not the answer"
        try:
            message = _invoke(self.model, body)
        except Exception as error:  # what a server does: the client hears of any failure as a 500
            return Refusal(500, f"{type(error).__name__}: {error}")
        return completion(distort(message, self.faults), body)


def _invoke(model: BaseChatModel, body: Json) -> AIMessage:
    given = {key: body[key] for key in ("tools", "tool_choice", "response_format") if body.get(key)}
    return model.invoke(convert_to_messages(body["messages"]), stop=_stops(body), **given)


def _stops(body: Json) -> list[str] | None:
    stop = body.get("stop")
    return [stop] if isinstance(stop, str) else stop


def completion(message: AIMessage, body: Json) -> Json:
    """An answer in OpenAI's form."""
    calls = [
        {
            "id": call["id"],
            "type": "function",
            "function": {"name": call["name"], "arguments": json.dumps(call["args"], ensure_ascii=False)},
        }
        for call in message.tool_calls
    ]
    usage = message.usage_metadata
    return {
        "id": "chatcmpl-local",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": body.get("model", "local"),
        "choices": [
            {
                "index": 0,
                "message": {
                    "role": "assistant",
                    "content": message.text or None,
                    **({"tool_calls": calls} if calls else {}),
                },
                "finish_reason": "tool_calls" if calls else "stop",
            }
        ],
        "usage": {
            "prompt_tokens": usage["input_tokens"] if usage else 0,
            "completion_tokens": usage["output_tokens"] if usage else 0,
            "total_tokens": usage["total_tokens"] if usage else 0,
        },
    }


def stream_events(answer: Json, *, usage: bool) -> Iterator[Json]:
    """The same answer as streamed chunks: the role, the words, the tool calls, the end and, if asked for, the usage."""
    choice = answer["choices"][0]
    message = choice["message"]
    head = {key: answer[key] for key in ("id", "created", "model")} | {"object": "chat.completion.chunk"}
    deltas = [{"role": "assistant", "content": ""}]
    deltas += [{"content": word} for word in _words(message["content"] or "")]
    deltas += [{"tool_calls": [{"index": place, **call}]} for place, call in enumerate(message.get("tool_calls", []))]
    for delta in deltas:
        yield {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    yield {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}]}
    if usage:
        yield {**head, "choices": [], "usage": answer["usage"]}


def _words(text: str) -> list[str]:
    return [text[start : start + 8] for start in range(0, len(text), 8)]


class _Handler(BaseHTTPRequestHandler):
    """Answers for `fake`, which each server sets in a subclass of its own: the library makes a handler a request."""

    protocol_version = "HTTP/1.1"
    fake: OpenAIServer

    def do_GET(self) -> None:
        self._send(200, {"object": "list", "data": [{"id": "local", "object": "model"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        try:
            self._reply(self.fake.complete(body, self._left), body)
        except ConnectionError:  # the client gave up waiting
            self.fake.note_hung_up()
            self.close_connection = True

    def _left(self) -> bool:
        """Whether the client has closed its side: there is something to read, and it is the end."""
        readable, _, _ = select.select([self.connection], [], [], 0)
        return bool(readable) and not self.connection.recv(1, socket.MSG_PEEK)

    def _reply(self, answer: Json | Refusal | str | None, body: Json) -> None:
        if self._left():
            raise ConnectionAbortedError
        if answer is None:
            self.close_connection = True
        elif isinstance(answer, Refusal):
            self._send(answer.status, {"error": {"message": answer.message, "type": "invalid_request_error"}})
        elif isinstance(answer, dict) and body.get("stream"):
            usage = (body.get("stream_options") or {}).get("include_usage", False)
            self._send_stream(stream_events(answer, usage=usage))
        else:
            self._send(200, answer)

    def _send(self, status: int, answer: Json | str) -> None:
        content = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _send_stream(self, events: Iterator[Json]) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for event in events:
            self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
            self.wfile.flush()
            if self.fake.pause_s:
                self.fake.wait(self.fake.pause_s, self._left)
            if self._left():
                raise ConnectionAbortedError
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: the calls are kept."""
