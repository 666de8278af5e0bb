"""A small app behind the whole edge, on a real socket."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI, Request
from fastapi.responses import StreamingResponse
from langgraph_recommender.agent.serve.edge.identified import caller_of
from langgraph_recommender.agent.serve.edge.server import server_of
from langgraph_recommender.agent.serve.edge.settings import EdgeSettings
from langgraph_recommender.agent.serve.edge.stack import protect
from langgraph_recommender.agent.serve.identity import Caller, Keys


@dataclass(frozen=True)
class Live:
    """A server that runs."""

    app: FastAPI
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, **headers: str) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers=headers, timeout=20)

    def raw(self) -> socket.socket:
        """A bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def said(self, request: bytes) -> bytes:
        """What the server answers to bytes, until it closes the connection."""
        with self.raw() as connection:
            connection.sendall(request)
            return everything(connection)


def everything(connection: socket.socket) -> bytes:
    parts = []
    try:
        while part := connection.recv(65_536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def small_app() -> FastAPI:
    app = FastAPI()
    app.state.cancelled = threading.Event()

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/who")
    async def who(caller: Annotated[Caller, Depends(caller_of)]) -> dict[str, Any]:
        return {"user": caller.user, "guest": caller.guest}

    @app.post("/echo/{thread}")
    async def echo(request: Request, thread: str) -> dict[str, Any]:
        return {"thread": thread, "length": len(await request.body())}

    @app.post("/v1/echo")
    async def compatible(request: Request) -> dict[str, Any]:
        return {"length": len(await request.body())}

    @app.get("/slow")
    async def slow() -> dict[str, str]:
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            app.state.cancelled.set()
            raise
        return {}

    @app.get("/stream")
    async def stream(seconds: float = 0.3, size: int = 1) -> StreamingResponse:
        async def pieces() -> AsyncIterator[bytes]:
            try:
                for _ in range(10):
                    yield b"x" * size
                    await asyncio.sleep(seconds / 10)
            except (asyncio.CancelledError, GeneratorExit):
                app.state.cancelled.set()
                raise

        return StreamingResponse(pieces())

    @app.get("/boom")
    async def boom() -> None:
        raise RuntimeError("a secret of the inside")

    return app


@pytest.fixture(scope="module")
def live() -> Iterator[Callable[..., Live]]:
    """Starts servers: live(keys, per_minute=60, ...); all of them end with the module."""
    running = []

    def start(
        keys: Keys | None = None, app: FastAPI | None = None, clock: Callable[[], float] = time.monotonic, **edge: Any
    ) -> Live:
        settings = EdgeSettings(**{"per_minute": 0, "address_per_minute": 0, "shutdown_timeout_s": 1, **edge})
        served = app or small_app()
        protect(served, keys or Keys(), settings, clock)
        server = server_of(served, settings)
        listening = socket.create_server(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        running.append((server, thread))
        while not server.started:
            assert thread.is_alive()
        return Live(served, listening.getsockname()[1])

    yield start
    for server, _ in running:
        server.should_exit = True
    for _, thread in running:
        thread.join(timeout=10)
