"""Request ids, security headers, other origins, and errors without their inside."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

SHOP = "https://shop.example"


@pytest.fixture(scope="module")
def served(live: Callable[..., Any]) -> Any:
    return live()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (["abc-123_X.y"], True),
        (["x" * 64], True),
        ([], False),
        (["x" * 65], False),
        (['a"b'], False),
        (["a b"], False),
        ([b"\xc3\xa9"], False),
        (["one", "two"], False),
    ],
)
def test_a_request_id_is_kept_when_it_is_one(served: Any, sent: list[str | bytes], kept: bool) -> None:
    answer = served.client().get("/health", headers=[("X-Request-Id", one) for one in sent])
    given = answer.headers.get_list("x-request-id")
    assert len(given) == 1
    assert (given == sent) == kept
    assert kept or re.fullmatch("[0-9a-f]{32}", given[0])


@pytest.mark.parametrize(
    "head",
    [
        b"GET /health HTTP/1.1\r\nHost: x\r\nX-Request-Id: a\x00b\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: x\r\nX-Request-Id: a\x1bb\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: x\r\nX\x01Y: 1\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET /hea\x00lth HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"not http at all\r\n\r\n",
    ],
)
def test_a_damaged_head_is_refused_and_the_server_lives(served: Any, head: bytes) -> None:
    assert served.said(head).startswith(b"HTTP/1.1 400")
    assert served.client().get("/health").status_code == 200


def test_a_path_that_is_no_utf_8_is_not_found(served: Any) -> None:
    answer = served.said(b"GET /%ff%fe/\xff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer[:12] in (b"HTTP/1.1 404", b"HTTP/1.1 400")


def test_every_answer_tells_browsers_to_be_careful(served: Any) -> None:
    for path in ("/health", "/nothing", "/boom"):
        headers = served.client().get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert "strict-transport-security" not in headers
        assert "server" not in headers
        policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
        assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == "'self'"


def test_pictures_come_from_where_the_operator_says(live: Callable[..., Any]) -> None:
    policy = live(image_sources="https://cdn.example").client().get("/health").headers["content-security-policy"]
    assert "img-src 'self' data: blob: https://cdn.example;" in policy


def test_a_bug_is_told_without_its_inside(served: Any) -> None:
    answer = served.client().get("/boom")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_other_origins_may_not_call_by_default(served: Any) -> None:
    asked = {"Origin": SHOP, "Access-Control-Request-Method": "POST"}
    for answer in (served.client().options("/who", headers=asked), served.client().get("/who", headers=asked)):
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_an_origin_that_is_allowed_may_call_with_a_key_and_without_cookies(live: Callable[..., Any]) -> None:
    client = live(cors_origins=f"{SHOP}, http://localhost:3000").client()
    asked = {"Origin": SHOP, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-api-key"}
    allowed = client.options("/who", headers=asked)
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == SHOP
    assert "access-control-allow-credentials" not in allowed.headers
    assert client.get("/who", headers={"Origin": SHOP}).headers["access-control-allow-origin"] == SHOP
    other = client.get("/who", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in other.headers
