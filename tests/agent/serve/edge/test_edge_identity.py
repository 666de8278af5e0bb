"""Keys and guests, over a real socket."""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from langgraph_recommender.agent.serve.edge.identified import Identified
from langgraph_recommender.agent.serve.edge.keys_file import read_keys
from langgraph_recommender.agent.serve.identity import Caller, Key, Keys, digest_of, guest, keys_of

ADA, PHONE, BOT, OLD = "ada-key-0123456789", "ada-phone-0123456789", "bot-key-0123456789", "old-key-0123456789"
KEYS = Keys(
    (
        Key(digest_of(ADA), Caller("ada", "key 1")),
        Key(digest_of(PHONE), Caller("ada", "key 2")),
        Key(digest_of(BOT), Caller("shop", "bot", scope="shop-*")),
        Key(digest_of(OLD), Caller("old", "key 4"), expires=datetime(2020, 1, 1, tzinfo=UTC)),
    )
)


@pytest.fixture(scope="module")
def keyed(live: Callable[..., Any]) -> Any:
    return live(KEYS)


@pytest.fixture(scope="module")
def open_to_all(live: Callable[..., Any]) -> Any:
    return live(trusted_proxies="127.0.0.1")


@pytest.mark.parametrize(
    ("headers", "user"),
    [
        ({"Authorization": f"Bearer {ADA}"}, "ada"),
        ({"Authorization": f"bearer   {PHONE}"}, "ada"),
        ({"X-API-Key": ADA}, "ada"),
        ({"X-API-Key": ADA, "Authorization": f"Bearer {ADA}"}, "ada"),
        ({"X-API-Key": ADA, "Authorization": "Basic YTpi"}, "ada"),
        ({"X-API-Key": BOT}, "shop"),
        ({"X-API-Key": BOT, "X-User-Id": "shop-7"}, "shop-7"),
        ({"X-API-Key": BOT, "X-User-Id": "shop-小明".encode()}, "shop-小明"),
        ({"X-API-Key": ADA, "X-User-Id": "ada"}, "ada"),
    ],
)
def test_a_key_names_its_user(keyed: Any, headers: dict[str, Any], user: str) -> None:
    answer = keyed.client().get("/who", headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"user": user, "guest": False})
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 401, "key_missing"),
        ({"Authorization": ADA}, 401, "key_missing"),
        ({"Authorization": "Bearer"}, 401, "key_missing"),
        ({"Cookie": f"recommender_guest={'0' * 32}"}, 401, "key_missing"),
        ({"X-API-Key": "wrong"}, 401, "key_unknown"),
        ({"X-API-Key": ADA.upper()}, 401, "key_unknown"),
        ({"X-API-Key": b"\xff\xfe\xfd"}, 401, "key_unknown"),
        ({"X-API-Key": "x" * 30_000}, 401, "key_unknown"),
        ({"X-API-Key": OLD}, 401, "key_expired"),
        ({"X-API-Key": ADA, "Authorization": f"Bearer {BOT}"}, 401, "key_ambiguous"),
        ({"X-API-Key": ADA, "X-User-Id": "bob"}, 403, "user_out_of_scope"),
        ({"X-API-Key": BOT, "X-User-Id": "ada"}, 403, "user_out_of_scope"),
        ({"X-API-Key": BOT, "X-User-Id": b"shop-\xff"}, 400, "user_invalid"),
        ({"X-API-Key": BOT, "X-User-Id": "shop-" + "x" * 200}, 400, "user_invalid"),
        ({"X-API-Key": BOT, "X-User-Id": "shop-\u200b".encode()}, 400, "user_invalid"),
    ],
)
def test_whoever_has_no_right_is_told_why(keyed: Any, headers: dict[str, Any], status: int, code: str) -> None:
    answer = keyed.client().get("/who", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert ("www-authenticate" in answer.headers) == (status == 401)
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_two_keys_or_users_in_one_request_are_one_too_many(keyed: Any) -> None:
    twice = [("X-API-Key", ADA), ("X-API-Key", BOT)]
    assert keyed.client().get("/who", headers=twice).json()["code"] == "key_ambiguous"
    users = [("X-API-Key", BOT), ("X-User-Id", "shop-1"), ("X-User-Id", "shop-2")]
    assert keyed.client().get("/who", headers=users).json()["code"] == "user_invalid"
    same = [("X-API-Key", ADA), ("X-API-Key", ADA)]
    assert keyed.client().get("/who", headers=same).status_code == 200


def test_what_is_open_needs_no_key_and_the_rest_does(keyed: Any) -> None:
    client = keyed.client()
    assert client.get("/health").status_code == 200
    assert client.get("/").status_code == 404
    for path in ("/nothing", "/openapi.json", "/docs", "/metrics", "/health/", "/static/../who"):
        assert client.get(path).status_code == 401, path
    assert client.post("/v1/echo").json()["error"]["code"] == "key_missing"


def test_every_key_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    real = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda one, other: compared.append(one) or real(one, other))
    assert KEYS.find(ADA) is KEYS.known[0]
    assert compared == [key.digest for key in KEYS.known]


def test_a_guest_gets_a_cookie_and_stays_the_same(open_to_all: Any) -> None:
    with open_to_all.client() as client:
        first = client.get("/who")
        cookie = first.headers["set-cookie"]
        again = client.get("/who")
    assert first.json()["guest"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert "set-cookie" not in again.headers
    assert again.json() == first.json()
    secret = cookie.partition("=")[2].partition(".")[0]
    assert len(bytes.fromhex(secret)) == 16
    assert secret not in first.text


def test_guests_are_strangers_to_each_other_and_cannot_name_users(open_to_all: Any) -> None:
    headers = {"X-User-Id": "ada", "Authorization": "Bearer sk-none"}
    users = {open_to_all.client().get("/who", headers=headers).json()["user"] for _ in range(5)}
    assert len(users) == 5
    assert "ada" not in users


def test_a_cookie_that_we_did_not_give_is_replaced(open_to_all: Any) -> None:
    for value in ("admin", "0" * 31, "g" * 32, "0" * 33, ""):
        answer = open_to_all.client(Cookie=f"recommender_guest={value}").get("/who")
        assert "set-cookie" in answer.headers, value


DAY = 24 * 3600


@pytest.mark.parametrize(
    ("ago", "renewed"), [(0, False), (80 * DAY, False), (100 * DAY, True), (-2 * DAY, True), (None, True)]
)
def test_a_guest_who_keeps_coming_stays_the_same(open_to_all: Any, ago: int | None, renewed: bool) -> None:
    secret, now = "1" * 32, int(time.time())
    held = secret if ago is None else f"{secret}.{now - ago}"
    answer = open_to_all.client(Cookie=f"recommender_guest={held}").get("/who")
    assert answer.json()["user"] == guest(secret).user
    assert ("set-cookie" in answer.headers) is renewed
    if renewed:
        again, _, given = answer.headers["set-cookie"].partition("=")[2].partition(";")[0].partition(".")
        assert again == secret
        assert now <= int(given) <= time.time()


def test_other_cookies_do_not_hide_ours(open_to_all: Any) -> None:
    odd = f'a=[1]; b="x; ; c=\\"; recommender_guest={"1" * 32}.{int(time.time())}; {{}}'
    assert "set-cookie" not in open_to_all.client(Cookie=odd).get("/who").headers


def test_behind_https_the_cookie_is_secure_and_https_stays(open_to_all: Any) -> None:
    answer = open_to_all.client(**{"X-Forwarded-Proto": "https"}).get("/who")
    assert answer.headers["set-cookie"].endswith("; Secure")
    assert "strict-transport-security" in answer.headers


def test_who_asks_for_health_or_a_file_gets_no_cookie(open_to_all: Any) -> None:
    for path in ("/health", "/static/app.js"):
        assert "set-cookie" not in open_to_all.client().get(path).headers


def test_a_websocket_is_not_let_through() -> None:
    sent: list[Any] = []

    async def passed(*_: Any) -> None:
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Identified(passed, Keys(), "X-User-Id")({"type": "websocket"}, passed, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]


def test_a_keys_file_says_it_all(tmp_path: Path) -> None:
    path = tmp_path / "keys.yaml"
    path.write_text(
        f"""
- {{key: {ADA}, user: ada, name: laptop}}
- {{key_sha256: {sha256(BOT.encode()).hexdigest()}, user: shop, users: "shop-*", per_minute: 6000}}
- {{key: {OLD}, user: old, expires: 2027-01-01T00:00:00+08:00}}
""",
        "utf-8",
    )
    ada, bot, old = read_keys(path).known
    assert ada == Key(digest_of(ADA), Caller("ada", "laptop"))
    assert bot == Key(digest_of(BOT), Caller("shop", "key 2", "shop-*", 6000))
    assert old.expires == datetime(2026, 12, 31, 16, tzinfo=UTC)
    path.write_text(json.dumps({ADA: "ada", BOT: "shop"}), "utf-8")
    assert read_keys(path) == keys_of({ADA: "ada", BOT: "shop"})


SECRET = "a-secret-0123456789"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[]", "holds no key"),
        ("5", "holds no list"),
        ("", "holds no list"),
        (f'[{{"key": "{SECRET}", "user": "a"', "(line 1)"),
        (f"- key: [{SECRET}\n  user: x: y", "no YAML or JSON"),
        (json.dumps([{"key": SECRET, "user": "a"}, {"key": SECRET + "2"}]), "key 2, user: Field required"),
        (json.dumps([{"key": SECRET, "user": ""}]), "key 1, user"),
        (json.dumps([{"key": SECRET, "user": "a\nb"}]), "key 1, user"),
        (json.dumps([SECRET]), "key 1: "),
        (json.dumps([{"key": "short", "user": "a"}]), "key 1, key: String should have at least 16"),
        (json.dumps([{"key": SECRET, "user": "a", "secret": SECRET}]), "key 1: Extra inputs"),
        (json.dumps([{"user": "a"}]), "key 1: one of"),
        (json.dumps([{"key": SECRET, "key_sha256": "0" * 64, "user": "a"}]), "key 1: one of"),
        (json.dumps([{"key_sha256": SECRET, "user": "a"}]), "key 1, key_sha256"),
        (json.dumps([{"key": SECRET, "user": "a", "users": "*a"}]), "key 1, users"),
        (json.dumps([{"key": SECRET, "user": "a", "expires": "2027-01-01T00:00:00"}]), "key 1, expires"),
        (json.dumps([{"key": SECRET, "user": "a", "expires": SECRET}]), "key 1, expires"),
        (json.dumps([{"key": SECRET, "user": "a", "per_minute": 0}]), "key 1, per_minute"),
        (json.dumps([{"key": SECRET + "é", "user": "a"}]), "key 1, key: Value error, a key may hold printable ASCII"),
        (json.dumps([{"key": SECRET + " ", "user": "a"}]), "key 1, key: Value error, a key may hold printable ASCII"),
        (json.dumps([{"key": SECRET, "user": "a"}, {"key": SECRET, "user": "b"}]), "key 2: the key of key 1"),
        (json.dumps({SECRET: 5}), "key 1, user"),
    ],
)
def test_a_wrong_keys_file_is_refused_without_showing_a_key(tmp_path: Path, content: str, said: str) -> None:
    from langgraph_recommender.tools.errors import SettingsError

    path = tmp_path / "keys.json"
    path.write_text(content, "utf-8")
    with pytest.raises(SettingsError) as refused:
        read_keys(path)
    assert str(path) in str(refused.value)
    assert said in str(refused.value)
    assert "a-secret" not in str(refused.value)


def test_a_keys_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    from langgraph_recommender.tools.errors import SettingsError

    (tmp_path / "latin").write_bytes(b"\xff\xfe")
    for path in (tmp_path / "none", tmp_path, tmp_path / "latin"):
        with pytest.raises(SettingsError, match=str(path)):
            read_keys(path)
