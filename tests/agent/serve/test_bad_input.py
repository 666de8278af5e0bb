"""What no route may break at: wrong bodies, huge ones, odd ids, scripts in texts, pictures that are bombs."""

from __future__ import annotations

import asyncio
import base64
import socket
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from langgraph_recommender.agent import create_recommender
from langgraph_recommender.agent.serve.edge import content
from langgraph_recommender.agent.serve.identity import keys_of
from langgraph_recommender.agent.serve.served import served
from langgraph_recommender.agent.settings import Settings
from langgraph_recommender.agent.state.opening import open_storage
from langgraph_recommender.tools.catalog import Catalog, open_catalog
from langgraph_recommender.tools.catalog.pictures.locating import data_of
from pydantic import SecretStr

from .conftest import ADA, client

POSTS = ("/api/chat", "/api/chat/stream", "/api/feedback")
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
WRONG: list[Any] = [
    b"",
    b"{",
    b"nonsense",
    b"[]",
    b"null",
    b"5",
    b'"text"',
    b'{"message": ["a"]}',
    b'{"message": 5, "item_id": 5, "kind": 5}',
    b'{"message": "a", "nope": 1}',
    b'{"message": "a", "thread_id": {}}',
    b'{"message": "a", "confirm": "perhaps"}',
    b'{"message": "a", "image": "http://127.0.0.1:9/a.png"}',
    b'{"message": "a", "image": "file:///etc/passwd"}',
    b'{"message": "' + b"x" * 30_000 + b'"}',
    b"\xff\xfe{}",
    b"[" * 100_000,
    b'{"message": ' + b"1" * 10_000 + b"}",
]


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("body", WRONG, ids=range(len(WRONG)))
def test_a_wrong_body_is_told_as_a_problem(guest: httpx.Client, path: str, body: bytes) -> None:
    answer = guest.post(path, content=body, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500
    is_a_problem(answer)


def is_a_problem(answer: httpx.Response) -> None:
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == answer.status_code
    assert told["code"]
    assert told["request_id"] == answer.headers["x-request-id"]
    assert "Traceback" not in answer.text
    assert 'File "' not in answer.text


@pytest.mark.parametrize("path", ["invoke", "batch", "stream"])
@pytest.mark.parametrize(
    "body", [b"\x94", b"{", b"[" * 100_000, b'{"inputs": [{"image": "x"}]}', b'{"input": {"image": "x"}}']
)
def test_a_wrong_body_for_langserve_is_no_server_error(guest: httpx.Client, path: str, body: bytes) -> None:
    answer = guest.post(f"/recommender/{path}", content=body, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/chat", 405),
        ("PUT", "/api/feedback", 405),
        ("GET", "/api/nothing", 404),
        ("GET", "/api/threads/%00", 404),
        ("GET", "/api/threads/..%2f..%2fetc", 404),
        ("DELETE", "/api/threads/" + "x" * 300, 422),
        ("GET", "/api/threads/" + "%F0%9F%98%80", 404),
        ("GET", "/api/catalog/items/%ED%A0%80", 404),
        ("GET", "/api/profile?language=xx", 422),
        ("DELETE", "/api/profile?about=", 422),
    ],
)
def test_a_wrong_address_is_told_as_a_problem(guest: httpx.Client, method: str, path: str, status: int) -> None:
    answer = guest.request(method, path)
    assert answer.status_code == status
    is_a_problem(answer)


@pytest.mark.parametrize("odd", ["\x00", "a\x00b", "\n", " ", "😀" * 50, "../../x", "'; DROP TABLE", "%s%n"])
def test_an_odd_thread_is_unknown(guest: httpx.Client, odd: str) -> None:
    for path in POSTS[:2]:
        answer = guest.post(path, json={"message": "hi", "thread_id": odd})
        assert answer.status_code == 404
        assert answer.json()["code"] == "unknown_thread"


@pytest.mark.parametrize("path", POSTS)
def test_a_huge_body_is_refused(guest: httpx.Client, path: str) -> None:
    answer = guest.post(path, content=b'{"message": "' + b"x" * 25_000_000)
    assert answer.status_code == 413


def test_nobody_waits_for_a_confirmation(guest: httpx.Client) -> None:
    started = guest.post("/api/chat", json={"message": "hello"}).json()["thread_id"]
    for asked in ({"confirm": True}, {"confirm": False, "thread_id": started}):
        answer = guest.post("/api/chat", json=asked)
        assert answer.status_code == 409, answer.text
        is_a_problem(answer)
    assert len(guest.get(f"/api/threads/{started}").json()["turns"]) == 1


@pytest.mark.parametrize("message", ["", " ", "\x00\x1b[31m", SCRIPT, "😀", "ﷺ" * 300, "\u202e" * 50, "{{7*7}} ${x}"])
def test_an_odd_message_is_answered(guest: httpx.Client, message: str) -> None:
    answer = guest.post("/api/chat", json={"message": message})
    assert answer.status_code == 200
    assert answer.json()["turn"]["reply"].strip()
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_scripts_of_a_catalog_arrive_as_text(tmp_path: Path, serving: Callable[..., str]) -> None:
    (tmp_path / "evil.csv").write_text(
        f'id,title,text,price\n"1{SCRIPT}","Lamp {SCRIPT}","{SCRIPT} \ndata: x\n\nevent: turn",5\n2,Lamp,A lamp,6\n',
        "utf-8",
    )
    with httpx.Client(base_url=serving(open_catalog(str(tmp_path / "evil.csv"), home=tmp_path))) as client:
        found = client.get("/api/catalog/search", params={"q": "lamp"})
        assert found.headers["content-type"] == "application/json"
        evil = next(one for one in found.json()["items"] if SCRIPT in one["title"])
        assert client.get(f"/api/catalog/items/{httpx.URL('/' + evil['item_id']).path[1:]}").status_code in (200, 404)
        with client.stream("POST", "/api/chat/stream", json={"message": "a lamp"}) as answer:
            names = [line for line in answer.iter_lines() if line.startswith("event: ")]
        assert names.count("event: turn") == 1
        assert names[-1] == "event: turn"


def test_a_picture_bomb_is_not_decoded(guest: httpx.Client) -> None:
    bomb = f"data:image/png;base64,{base64.b64encode(png(30_000, 30_000)).decode()}"
    answer = guest.post("/api/chat", json={"message": "like this", "image": bomb})
    assert answer.status_code == 413, answer.text
    is_a_problem(answer)


@pytest.mark.parametrize("path", ["/api/chat", "/api/chat/stream"])
def test_a_damaged_picture_is_told(guest: httpx.Client, path: str) -> None:
    answer = guest.post(path, json={"message": "like this", "image": "data:image/png;base64,not Base64!"})
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_picture")
    is_a_problem(answer)


def test_a_picture_is_unpacked_where_it_holds_nobody_up(
    little_shop: Catalog, serving: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    loops = []

    def noting(uri: str) -> bytes:
        with suppress(RuntimeError):
            loops.append(asyncio.get_running_loop())
        read.append(uri)
        return data_of(uri)

    read: list[str] = []
    monkeypatch.setattr(content, "data_of", noting)
    picture = f"data:image/png;base64,{base64.b64encode(png(20, 20)).decode()}"
    shown = [{"type": "image_url", "image_url": {"url": picture}}]
    talk = {"model": "recommender", "messages": [{"role": "user", "content": shown}]}
    with httpx.Client(base_url=serving(little_shop), timeout=60) as client:
        answers = [
            client.post("/api/chat", json={"message": "like this", "image": picture}),
            client.post("/recommender/invoke", json={"input": {"message": "like this", "image": picture}}),
            client.post("/v1/chat/completions", json=talk),
        ]
    assert [one.status_code for one in answers] == [200, 200, 200]
    assert read == [picture] * 3
    assert loops == []


def png(width: int, height: int) -> bytes:
    """A black picture of so many pixels in a few kilobytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    packer, rows = zlib.compressobj(9), []
    for _ in range(height):
        rows.append(packer.compress(b"\0" * (width // 8 + 1)))
    lines = b"".join(rows) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def test_a_slow_reader_holds_nobody_up(shop_url: str, guest: httpx.Client) -> None:
    url = httpx.URL(shop_url)
    body = b'{"message": "a lamp"}'
    head = f"POST /api/chat/stream HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
    with socket.create_connection((url.host, url.port or 80), timeout=30) as slow:
        slow.sendall(head.encode() + b"Content-Type: application/json\r\nConnection: close\r\n\r\n" + body)
        assert guest.post("/api/chat", json={"message": "a lamp"}).status_code == 200
        read = b""
        while piece := slow.recv(1024):
            read += piece
    assert b"event: turn" in read


def test_the_core_needs_no_langserve(tmp_path: Path) -> None:
    """In a process of its own, where the package cannot be imported."""
    code = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("langserve", "sse_starlette"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Missing())
from langgraph_recommender.agent.serve.app import create_app
from langgraph_recommender.agent.serve.served import served
from langgraph_recommender.agent import create_recommender
from langgraph_recommender.tools.catalog import open_catalog
from pathlib import Path
Path("shop.csv").write_text("id,title,price\\n1,A lamp,5\\n2,A chair,6\\n")
catalog = open_catalog("shop.csv", home=Path("."))
paths = create_app(served(create_recommender(catalog), catalog)).openapi()["paths"]
assert "/api/chat" in paths and not any("/recommender" in path for path in paths), paths
assert "langserve" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


@pytest.mark.postgres
def test_nul_in_ids_breaks_no_route_on_postgresql(
    little_shop: Catalog, postgres_url: str, serving: Callable[..., str]
) -> None:
    asked = {"model": "recommender", "messages": [{"role": "user", "content": "a\0lamp"}]}
    with open_storage(Settings(database_url=SecretStr(postgres_url))) as storage:
        recommender = create_recommender(little_shop, store=storage.store, checkpointer=storage.checkpointer)
        url = serving(served(recommender, little_shop, keys=keys_of({ADA: "ada"}), locks=storage.locks))
        with client(url, ADA) as ada:
            answers = [
                ada.get("/api/threads/%00"),
                ada.delete("/api/threads/%00"),
                ada.get("/v1/responses/%00"),
                ada.delete("/v1/responses/%00"),
                ada.post("/api/chat", json={"message": "a\0lamp", "thread_id": "\0"}),
                ada.post("/v1/chat/completions", json={**asked, "metadata": {"thread_id": "a\0b"}}),
                ada.delete("/api/profile", params={"about": "\0"}),
            ]
            ada.delete("/api/profile")
    assert [one.status_code for one in answers] == [404, 404, 404, 404, 404, 200, 200]
