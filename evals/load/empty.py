"""A server of FastAPI that does nothing: what a turn over HTTP costs before anything is recommended."""

from __future__ import annotations

import socket
from typing import Any

import uvicorn
from fastapi import FastAPI

ANSWER = {"thread_id": "empty", "turn": {"recommendations": []}}


def main() -> None:
    """Prints its address, then serves until it is stopped."""
    app = FastAPI()

    @app.post("/api/chat")
    async def chat(asked: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG001
        return ANSWER

    listening = socket.create_server(("127.0.0.1", 0))
    print(f"Serving on http://127.0.0.1:{listening.getsockname()[1]}/", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[listening])


if __name__ == "__main__":
    main()
