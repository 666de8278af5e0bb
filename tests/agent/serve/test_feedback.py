"""Verdicts on items over HTTP: remembered once, obeyed by the next list."""

from __future__ import annotations

from typing import Any

import httpx
import pytest


def say(asking: httpx.Client, message: str, thread: str | None = None) -> dict[str, Any]:
    return asking.post("/api/chat", json={"message": message, "thread_id": thread}).json()


def judge(asking: httpx.Client, item: str, kind: str, thread: str | None = None) -> dict[str, Any]:
    answer = asking.post("/api/feedback", json={"item_id": item, "kind": kind, "thread_id": thread})
    assert answer.status_code == 200, answer.text
    return answer.json()


def events(asking: httpx.Client) -> list[tuple[str, str]]:
    return [(one["item_id"], one["kind"]) for one in asking.get("/api/profile").json()["profile"]["events"]]


@pytest.mark.parametrize("kind", ["dislike", "seen"])
def test_what_is_put_away_does_not_come_back(guest: httpx.Client, kind: str) -> None:
    first = say(guest, "a lamp")
    put_away = first["items"][0]["item_id"]
    assert judge(guest, put_away, kind, first["thread_id"]) == {"remembered": True, "in_conversation": True}
    again = say(guest, "show me a lamp", first["thread_id"])
    assert again["items"]
    assert put_away not in [one["item_id"] for one in again["items"]]


def test_more_like_this_means_the_item_of_the_button(guest: httpx.Client) -> None:
    first = say(guest, "a lamp")
    second = say(guest, "a clock", first["thread_id"])
    assert all(one["item_id"].startswith("clock") for one in second["items"])
    pressed = first["items"][1]["item_id"]
    judge(guest, pressed, "more_like", first["thread_id"])
    again = say(guest, "more like this", first["thread_id"])
    assert again["items"][0]["item_id"].startswith("lamp")
    assert pressed not in [one["item_id"] for one in again["items"]]


def test_the_same_verdict_twice_counts_once_and_a_changed_mind_counts(guest: httpx.Client) -> None:
    assert judge(guest, "lamp-1", "like")["remembered"]
    assert not judge(guest, "lamp-1", "like")["remembered"]
    assert judge(guest, "lamp-1", "dislike")["remembered"]
    assert judge(guest, "lamp-1", "like")["remembered"]
    assert events(guest) == [("lamp-1", "like"), ("lamp-1", "dislike"), ("lamp-1", "like")]


def test_what_was_forgotten_may_be_said_again(guest: httpx.Client) -> None:
    for _ in range(3):
        assert judge(guest, "lamp-1", "like")["remembered"]
        assert events(guest) == [("lamp-1", "like")]
        assert guest.delete("/api/profile", params={"about": "Lumo lamp 1"}).json()["count"] == 1
        assert events(guest) == []


def take_back(asking: httpx.Client, item: str, kind: str, thread: str | None = None) -> dict[str, Any]:
    named = {"item_id": item, "kind": kind} | ({"thread_id": thread} if thread else {})
    answer = asking.delete("/api/feedback", params=named)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("kind", ["dislike", "seen"])
@pytest.mark.parametrize("who", ["guest", "ada"])
def test_what_is_taken_back_comes_up_again(request: pytest.FixtureRequest, who: str, kind: str) -> None:
    asking = request.getfixturevalue(who)
    first = say(asking, "a lamp")
    thread, put_away = first["thread_id"], first["items"][0]["item_id"]
    judge(asking, put_away, kind, thread)
    assert take_back(asking, put_away, kind, thread) == {"taken_back": True, "in_conversation": True}
    assert take_back(asking, put_away, kind, thread) == {"taken_back": False, "in_conversation": True}
    assert events(asking) == []
    for again in (say(asking, "show me a lamp", thread), say(asking, "show me a lamp")):
        assert put_away in [one["item_id"] for one in again["items"]]


def test_a_verdict_taken_back_leaves_none_that_it_replaced_and_may_be_said_again(guest: httpx.Client) -> None:
    for _ in range(3):
        for kind in ("dislike", "seen", "like"):
            assert judge(guest, "lamp-1", kind)["remembered"]
        assert take_back(guest, "lamp-1", "like")["taken_back"]
        assert events(guest) == [("lamp-1", "seen")]
        assert not take_back(guest, "lamp-1", "dislike")["taken_back"]
        assert take_back(guest, "lamp-1", "seen")["taken_back"]
        assert events(guest) == []


def test_nobody_takes_back_what_somebody_else_said(ada: httpx.Client, bob: httpx.Client) -> None:
    judge(ada, "lamp-1", "like")
    assert not take_back(bob, "lamp-1", "like")["taken_back"]
    assert events(ada) == [("lamp-1", "like")]
    assert take_back(ada, "lamp-1", "like")["taken_back"]


@pytest.mark.parametrize(
    ("named", "status", "code"),
    [
        ({"item_id": "no-such", "kind": "like"}, 404, "unknown_item"),
        ({"item_id": "lamp-1", "kind": "like", "thread_id": "no-such"}, 404, "unknown_thread"),
        ({"item_id": "lamp-1", "kind": "more_like"}, 422, "wrong_input"),
        ({"item_id": "", "kind": "like"}, 422, "wrong_input"),
        ({"kind": "like"}, 422, "wrong_input"),
    ],
)
def test_what_cannot_be_taken_back_changes_nothing(
    guest: httpx.Client, named: dict[str, str], status: int, code: str
) -> None:
    judge(guest, "lamp-1", "like")
    answer = guest.delete("/api/feedback", params=named)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert events(guest) == [("lamp-1", "like")]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"item_id": "no-such", "kind": "like"}, 404, "unknown_item"),
        ({"item_id": "lamp-1", "kind": "like", "thread_id": "no-such"}, 404, "unknown_thread"),
        ({"item_id": "lamp-1", "kind": "adore"}, 422, "wrong_input"),
        ({"kind": "like"}, 422, "wrong_input"),
    ],
)
def test_what_cannot_be_taken_changes_nothing(
    guest: httpx.Client, body: dict[str, str], status: int, code: str
) -> None:
    answer = guest.post("/api/feedback", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert events(guest) == []
