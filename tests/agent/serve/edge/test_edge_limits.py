"""How much, how often and how long: every limit over a real socket."""

from __future__ import annotations

import base64
import io
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from langgraph_recommender.agent.serve.edge import rates
from langgraph_recommender.agent.serve.edge.bodies import AT_ONCE
from langgraph_recommender.agent.serve.edge.content import Allowed, TooMuch
from langgraph_recommender.agent.serve.edge.rates import MOST_BUCKETS, Buckets
from langgraph_recommender.agent.serve.identity import Caller, Key, Keys, digest_of
from PIL import Image
from starlette.applications import Starlette

KEY, FAST = "a-key-0123456789", "fast-key-0123456789"


def chunks(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield b"x" * 1_000


@pytest.fixture(scope="module")
def small(live: Callable[..., Any]) -> Any:
    return live(max_body_bytes=10_000, body_timeout_s=0.5, answer_timeout_s=1.0, head_timeout_s=0.5)


@pytest.mark.parametrize("content", [b"x" * 10_001, list(chunks(11))])
@pytest.mark.parametrize("path", ["/echo/t", "/v1/echo"])
def test_a_body_that_is_too_large_is_refused(small: Any, content: Any, path: str) -> None:
    answer = small.client().post(path, content=content if isinstance(content, bytes) else iter(content))
    assert answer.status_code == 413
    assert "0.01 MB" in answer.text
    told = answer.json()["error"] if path.startswith("/v1") else answer.json()
    assert told["code"] == "body_too_large"


@pytest.mark.parametrize("content", [b"x" * 10_000, list(chunks(10)), b""])
def test_a_body_within_the_limit_passes(small: Any, content: Any) -> None:
    answer = small.client().post("/echo/t", content=content if isinstance(content, bytes) else iter(content))
    assert answer.json()["length"] == (0 if content == b"" else 10_000)


def test_bodies_together_are_bounded_and_given_back(live: Callable[..., Any]) -> None:
    served = live(max_body_bytes=1_000, body_timeout_s=5)
    head = b"POST /echo/t HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
    held = [served.raw() for _ in range(AT_ONCE)]
    for connection in held:
        connection.sendall(head + b"x" * 999)
    refused = until(
        lambda: served.client().post("/echo/t", content=b"y" * 100), lambda answer: answer.status_code == 503
    )
    assert refused.json()["code"] == "too_much_at_once"
    assert refused.headers["retry-after"] == "1"
    for connection in held:
        connection.sendall(b"x")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
        connection.close()
    assert served.client().post("/echo/t", content=b"y" * 1_000).status_code == 200


def until(asked: Callable[[], httpx.Response], wanted: Callable[[httpx.Response], bool]) -> httpx.Response:
    """The first answer that is wanted, within five seconds."""
    deadline = time.monotonic() + 5
    while not wanted(answer := asked()):
        assert time.monotonic() < deadline
    return answer


@pytest.mark.parametrize("sent", [b"", b"ab"])
def test_a_body_that_trickles_is_given_up(small: Any, sent: bytes) -> None:
    head = b"POST /echo/t HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
    answer = small.said(head + sent)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"body_too_slow" in answer
    assert b"connection: close" in answer.lower()


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"400"),
        (b"Content-Length: -1\r\n\r\n", b"400"),
        (b"Content-Length: 99999999999999999999999\r\n\r\n", b"400"),
        (b"Content-Length: 99999999999\r\n\r\n", b"413"),
        (b"Content-Length: 99999999999\r\nExpect: 100-continue\r\n\r\n", b"413"),
        (b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", b"400"),
        (b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", b"400"),
        (b"Transfer-Encoding: gzip\r\n\r\n", b"400"),
    ],
)
def test_a_body_of_a_strange_length_is_refused(small: Any, request_: bytes, status: bytes) -> None:
    answer = small.said(b"POST /echo/t HTTP/1.1\r\nHost: x\r\n" + request_)
    assert answer[9:12] == status


@pytest.mark.parametrize("sent", [b"", b"G", b"GET /health HTTP/1.1\r\nHost: x\r\nX-A: "])
def test_a_head_that_does_not_come_is_given_up(small: Any, sent: bytes) -> None:
    assert small.said(sent).startswith(b"HTTP/1.1 408")


def test_a_second_head_must_come_in_time_too(small: Any) -> None:
    with small.raw() as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
        connection.sendall(b"GET /hea")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 408")


def test_a_head_without_end_is_cut_off(small: Any) -> None:
    head = b"GET /health HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: %s\r\n" % (at, b"y" * 900) for at in range(200))
    try:
        answer = small.said(head)
    except ConnectionError:
        return
    assert answer == b"" or answer.startswith((b"HTTP/1.1 431", b"HTTP/1.1 400"))


def test_an_answer_that_does_not_begin_is_given_up(small: Any) -> None:
    answer = small.client().get("/slow")
    assert answer.status_code == 504
    assert answer.json()["code"] == "answer_too_slow"
    assert small.app.state.cancelled.wait(5)


def test_an_answer_that_has_begun_may_take_its_time(small: Any) -> None:
    assert small.client().get("/stream?seconds=1.5").text == "x" * 10


def test_a_client_that_does_not_read_is_cut(live: Callable[..., Any]) -> None:
    served = live(stall_timeout_s=0.5)
    with served.raw() as connection:
        connection.sendall(b"GET /stream?size=3000000 HTTP/1.1\r\nHost: x\r\n\r\n")
        assert served.app.state.cancelled.wait(10)
    assert served.client().get("/health").status_code == 200


def test_a_client_that_leaves_stops_what_it_asked_for(live: Callable[..., Any]) -> None:
    served = live()
    with served.raw() as connection:
        connection.sendall(b"GET /stream?seconds=20 HTTP/1.1\r\nHost: x\r\n\r\n")
        connection.recv(1)
    assert served.app.state.cancelled.wait(5)


def test_one_connection_too_many_is_told_so(live: Callable[..., Any]) -> None:
    served = live(max_connections=3)
    held = [served.raw() for _ in range(3)]
    time.sleep(0.1)
    with served.raw() as fourth:
        assert fourth.recv(100).startswith(b"HTTP/1.1 503")
    for one in held:
        one.close()

    def health() -> httpx.Response:
        try:
            return served.client().get("/health")
        except httpx.TransportError:
            return httpx.Response(503)

    assert until(health, lambda answer: answer.status_code == 200)


def test_a_key_has_a_rate_and_is_told_when_to_come_again(live: Callable[..., Any]) -> None:
    now = [0.0]
    fast = Key(digest_of(FAST), Caller("bot", "fast", per_minute=6_000))
    keys = Keys((Key(digest_of(KEY), Caller("ada", "key 1")), fast))
    client = live(keys, clock=lambda: now[0], per_minute=6, burst=3).client(**{"X-API-Key": KEY})
    assert [client.get("/who").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = client.get("/who")
    assert refused.headers["retry-after"] == "10"
    assert refused.json()["code"] == "too_many_requests"
    for free in ("/health", "/static/app.js", "/api/catalog/items/1/picture"):
        assert client.get(free).status_code in (200, 404), free
    now[0] += 10.0
    assert [client.get("/who").status_code for _ in range(2)] == [200, 429]
    other = {"X-API-Key": FAST}
    assert [client.get("/who", headers=other).status_code for _ in range(4)] == [200, 200, 200, 429]
    now[0] += 0.01
    assert client.get("/who", headers=other).status_code == 200


def test_an_address_has_a_rate_whatever_its_keys(live: Callable[..., Any]) -> None:
    served = live(clock=lambda: 0.0, address_per_minute=60, address_burst=5, keys=Keys((Key(b"", Caller("a", "b")),)))
    guesses = [served.client().get("/who", headers={"X-API-Key": f"guess {at}"}).status_code for at in range(8)]
    assert guesses == [401] * 5 + [429] * 3


def test_forwarded_addresses_are_believed_of_trusted_proxies_only(live: Callable[..., Any]) -> None:
    def asked(served: Any, said: list[str]) -> list[int]:
        return [served.client().get("/who", headers={"X-Forwarded-For": one}).status_code for one in said]

    rate = {"clock": lambda: 0.0, "address_per_minute": 1, "address_burst": 1}
    assert asked(live(**rate), ["1.1.1.1", "2.2.2.2"]) == [200, 429]
    behind = live(trusted_proxies="127.0.0.0/8, 10.0.0.0/8", **rate)
    assert asked(behind, ["1.1.1.1", "2.2.2.2", "1.1.1.1"]) == [200, 200, 429]
    assert asked(behind, ["9.9.9.9, 3.3.3.3, 10.1.2.3", "8.8.8.8, 3.3.3.3"]) == [200, 429]
    assert asked(behind, ["2001:db8::1", "2001:db8::2", "2001:db8:1::1"]) == [200, 429, 200]
    assert asked(behind, ["::ffff:4.4.4.4", "4.4.4.4"]) == [200, 429]
    assert asked(behind, ["5.5.5.5:443", "5.5.5.5:80", "5.5.5.5"]) == [200, 429, 429]
    assert asked(behind, ["[2001:db8:2::1]:443", "2001:db8:2::1", "6.6.6.6"]) == [200, 429, 200]
    assert asked(behind, ["<script>", "nonsense"]) == [200, 429]


async def nothing(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def test_ten_thousand_addresses_take_bounded_memory(live: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Buckets] = []
    monkeypatch.setattr(rates, "Buckets", lambda burst: made.append(Buckets(burst)) or made[-1])
    app: Any = Starlette()
    app.router.default = nothing
    served = live(app=app, trusted_proxies="127.0.0.1", address_per_minute=60, address_burst=1, per_minute=60)
    line = b"GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 10.%d.%d.1\r\n\r\n"
    last = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    passed = 0
    for first in range(40):
        answers = served.said(b"".join(line % (first, second) for second in range(250)) + last)
        passed += answers.count(b"HTTP/1.1 204")
    assert passed >= 10_000
    assert [len(buckets.full_at) for buckets in made] == [MOST_BUCKETS, MOST_BUCKETS]


def test_buckets_forget_who_asked_least_recently() -> None:
    buckets = Buckets(burst=1, most=1_000)
    for at in range(10_000):
        assert buckets.take(f"a{at}", 60, now=at * 1e-6) == 0
    assert len(buckets.full_at) == 1_000
    assert buckets.take("a9999", 60, now=0.01) == pytest.approx(1.0, abs=0.02)


def test_a_bucket_gains_tokens_with_time_and_not_above_its_burst() -> None:
    buckets = Buckets(burst=2)
    taken = [buckets.take("a", 60, now) for now in (0, 0, 0, 0.5, 1, 100, 100, 100)]
    assert taken == [0, 0, 1.0, 0.5, 0, 0, 0, 1.0]


def data_uri(content: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def picture(width: int, height: int) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (width, height)).save(held, "PNG")
    return held.getvalue()


def bomb(width: int, height: int) -> bytes:
    """The head of a picture of any size, in 100 bytes."""

    def part(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(b"")) + part(b"IEND", b"")


ALLOWED = Allowed(message_chars=10, history=3, images=2, image_bytes=5_000, image_pixels=10_000)


def test_what_is_within_the_limits_of_content_passes() -> None:
    ALLOWED.check_message("x" * 10)
    ALLOWED.check_history(3)
    ALLOWED.check_images([data_uri(picture(100, 100)), data_uri(b"no picture"), "data:,"][:2])


@pytest.mark.parametrize(
    "uris",
    [
        [data_uri(picture(101, 100))],
        [data_uri(bomb(30_000, 30_000))],
        [data_uri(bomb(2**31 - 1, 2**31 - 1))],
        [data_uri(b"x" * 5_001)],
        ["data:,"] * 3,
    ],
)
def test_a_picture_that_is_too_much_is_refused_by_its_head(uris: list[str]) -> None:
    with pytest.raises(TooMuch):
        ALLOWED.check_images(uris)


def test_long_messages_and_histories_are_refused() -> None:
    with pytest.raises(TooMuch, match="10 characters"):
        ALLOWED.check_message("x" * 11)
    with pytest.raises(TooMuch, match="3 messages"):
        ALLOWED.check_history(4)
