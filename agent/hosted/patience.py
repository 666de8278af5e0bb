"""While a hosted model is waited for, whoever waits may change their mind: the connection is then closed at once.

`PATIENCE` holds, in the context of a turn, what is called ten times a second during a read from the model's server.
What it raises ends the call; TimeoutError counts as the server's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

PATIENCE: ContextVar[Callable[[], None] | None] = ContextVar("patience", default=None)
_STEP_S = 0.1


def patient(model: BaseChatModel) -> BaseChatModel:
    """The model; if it is one of OpenAI's client, its reads ask PATIENCE. Other clients end at their next token."""
    client: Any = getattr(getattr(model, "root_client", None), "_client", None)
    for transport in (getattr(client, "_transport", None), *getattr(client, "_mounts", {}).values()):
        pool: Any = getattr(transport, "_pool", None)
        backend = getattr(pool, "_network_backend", None)
        if backend is not None and not getattr(backend, "asks_patience", False):
            pool._network_backend = _asking(backend)
    return model


def _asking(inner: Any) -> Any:
    """A network backend of the same library whose connections are read in short steps."""
    from httpcore2 import NetworkBackend, NetworkStream, ReadTimeout  # noqa: PLC0415 - comes with openai

    class Stream(NetworkStream):
        def __init__(self, stream: NetworkStream) -> None:
            self._stream = stream
            self.write, self.close, self.get_extra_info = stream.write, stream.close, stream.get_extra_info

        def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
            end = None if timeout is None else time.monotonic() + timeout
            while True:
                _ask(ReadTimeout)
                try:
                    rest = _STEP_S if end is None else min(_STEP_S, max(end - time.monotonic(), 0.001))
                    return self._stream.read(max_bytes, rest)
                except ReadTimeout:
                    if end is not None and time.monotonic() >= end:
                        raise

        def start_tls(self, *given: Any, **named: Any) -> NetworkStream:
            return Stream(self._stream.start_tls(*given, **named))

    class Backend(NetworkBackend):
        asks_patience = True

        def connect_tcp(self, *given: Any, **named: Any) -> NetworkStream:
            return Stream(inner.connect_tcp(*given, **named))

        def connect_unix_socket(self, *given: Any, **named: Any) -> NetworkStream:
            return Stream(inner.connect_unix_socket(*given, **named))

        def sleep(self, seconds: float) -> None:
            inner.sleep(seconds)

    return Backend()


def _ask(timeout: type[Exception]) -> None:
    asked = PATIENCE.get()
    if asked is not None:
        try:
            asked()
        except TimeoutError as error:
            raise timeout(str(error)) from error
