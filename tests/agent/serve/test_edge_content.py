"""What the limits of content say of a whole server."""

from __future__ import annotations

import base64
import socket
import struct
import threading
import zlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from langgraph_recommender.agent import create_recommender
from langgraph_recommender.agent.serve.app import create_app
from langgraph_recommender.agent.serve.edge.server import server_of
from langgraph_recommender.agent.serve.edge.settings import EdgeSettings
from langgraph_recommender.agent.serve.served import served
from langgraph_recommender.tools.catalog import Catalog

NARROW = EdgeSettings(
    per_minute=0, address_per_minute=0, max_message_chars=50, max_image_pixels=10_000, max_body_bytes=100_000
)


@pytest.fixture(scope="module")
def narrow(little_shop: Catalog) -> Iterator[str]:
    app = create_app(served(create_recommender(little_shop), little_shop), NARROW)
    server = server_of(app, NARROW)
    listening = socket.create_server(("127.0.0.1", 0))
    running = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    running.start()
    while not server.started:
        assert running.is_alive()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    running.join(timeout=10)


def bomb(side: int) -> str:
    """A PNG that says it has `side` times `side` pixels, in 100 bytes."""

    def part(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(b"")) + part(b"IEND", b"")
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


@pytest.mark.parametrize("path", ["/api/chat", "/api/chat/stream"])
@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"message": "a lamp"}, 200),
        ({"message": "x" * 51}, 413),
        ({"message": "like this", "image": bomb(101)}, 413),
        ({"message": "like this", "image": bomb(40_000)}, 413),
        ({"message": "like this", "image": bomb(2**31 - 1)}, 413),
        ({"message": "like this", "image": "data:image/png;base64,bm8gcGljdHVyZQ=="}, 200),
        ({"message": "x" * 200_000}, 413),
        ({"message": "like this", "image": "http://127.0.0.1:9/a.png"}, 422),
    ],
)
def test_more_than_is_taken_is_refused(narrow: str, path: str, asked: dict[str, Any], status: int) -> None:
    answer = httpx.post(f"{narrow}{path}", json=asked, timeout=30)
    assert answer.status_code == status
    assert status == 200 or answer.json()["code"] in ("too_much", "body_too_large", "wrong_input")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{",
        b"[" * 50_000,
        b'{"message": "\xff\xfe"}',
        b'{"message": "\\ud83d"}',
        b'{"message": 1e999}',
        b'{"message": ' + b"9" * 50_000 + b"}",
        b'{"message": "a", "message": "b"}',
        b'{"message": "a", "user": "ada"}',
        b'{"message": {"$gt": ""}}',
        b"\x00" * 100,
        b"\x1f\x8b\x08\x00",
    ],
)
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/json; charset=utf-16", ""])
def test_a_damaged_body_is_no_error_of_ours(narrow: str, body: bytes, kind: str) -> None:
    answer = httpx.post(f"{narrow}/api/chat", content=body, headers={"Content-Type": kind}, timeout=30)
    assert answer.status_code < 500
    assert "Traceback" not in answer.text
    assert answer.headers["x-request-id"]


def test_pictures_that_a_history_brings_are_held_to_the_same_limits(narrow: str) -> None:
    sent = [{"type": "text", "text": "like this"}, {"type": "image_url", "image_url": {"url": bomb(101)}}]
    told = [
        {"role": "user", "content": sent},
        {"role": "assistant", "content": "Here."},
        {"role": "user", "content": "a lamp"},
    ]
    answer = httpx.post(f"{narrow}/v1/chat/completions", json={"model": "recommender", "messages": told}, timeout=30)
    assert answer.status_code == 413
    assert "pixels" in answer.json()["error"]["message"]
