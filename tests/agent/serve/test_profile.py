"""One's own profile and conversations over HTTP: shown, exported, forgotten."""

from __future__ import annotations

from typing import Any

import httpx
import pytest


def say(asking: httpx.Client, message: str, thread: str | None = None) -> dict[str, Any]:
    return asking.post("/api/chat", json={"message": message, "thread_id": thread}).json()


def test_what_was_said_is_shown_exported_and_forgotten(ada: httpx.Client, bob: httpx.Client) -> None:
    thread = say(ada, "remember that I love lamps")["thread_id"]
    shown = ada.get("/api/profile").json()
    assert any("lamps" in one for one in shown["statements"])
    assert shown["profile"]["preferences"]
    assert any("喜欢" in one for one in ada.get("/api/profile", params={"language": "zh"}).json()["statements"])
    export = ada.get("/api/profile/export")
    assert export.headers["content-disposition"] == 'attachment; filename="profile.json"'
    assert export.json()["preferences"]
    assert bob.get("/api/profile").json()["statements"] == []
    assert ada.delete("/api/profile").json()["count"] > 0
    assert ada.get("/api/profile").json()["statements"] == []
    assert ada.get(f"/api/threads/{thread}").status_code == 404
    assert ada.post("/api/chat", json={"message": "hi", "thread_id": thread}).status_code == 404


def test_an_export_holds_what_was_said(ada: httpx.Client, bob: httpx.Client) -> None:
    ada.delete("/api/profile")
    first = say(ada, "remember that I love lamps")["thread_id"]
    second = say(ada, "a clock under 60")["thread_id"]
    say(ada, "cheaper", second)
    export = ada.get("/api/profile/export").json()
    said = {one["thread_id"]: [turn["message"] for turn in one["turns"]] for one in export["conversations"]}
    assert said == {first: ["remember that I love lamps"], second: ["a clock under 60", "cheaper"]}
    assert all(turn["reply"] for one in export["conversations"] for turn in one["turns"])
    assert "clock" not in bob.get("/api/profile/export").text
    ada.delete("/api/profile")
    assert ada.get("/api/profile/export").json()["conversations"] == []


def test_an_export_is_described(ada: httpx.Client) -> None:
    described = ada.get("/openapi.json").json()
    answer = described["paths"]["/api/profile/export"]["get"]["responses"]["200"]["content"]["application/json"]
    shape = described["components"]["schemas"][answer["schema"]["$ref"].rpartition("/")[2]]
    assert {"preferences", "events", "conversations"} <= set(shape["properties"])


def test_what_a_long_conversation_began_with_is_exported_as_well(ada: httpx.Client) -> None:
    ada.delete("/api/profile")
    thread = say(ada, "a lamp under 100")["thread_id"]
    for _ in range(21):
        say(ada, "hello", thread)
    (told,) = ada.get("/api/profile/export").json()["conversations"]
    assert "a lamp under 100" not in [one["message"] for one in told["turns"]]
    assert "a lamp under 100" in told["earlier"][0]


def test_one_thing_may_be_forgotten(guest: httpx.Client) -> None:
    say(guest, "remember that I love lamps")
    say(guest, "remember that I love clocks")
    gone = guest.delete("/api/profile", params={"about": "lamps"}).json()
    assert gone["count"] == 1
    left = " ".join(guest.get("/api/profile").json()["statements"])
    assert "clocks" in left
    assert "lamps" not in left


def test_a_conversation_is_read_again(guest: httpx.Client) -> None:
    first = say(guest, "a lamp")
    second = say(guest, "under 60", first["thread_id"])
    read = guest.get(f"/api/threads/{first['thread_id']}").json()
    assert [one["message"] for one in read["turns"]] == ["a lamp", "under 60"]
    assert [one["reply"] for one in read["turns"]] == [first["turn"]["reply"], second["turn"]["reply"]]
    assert [one["items"] for one in read["turns"]] == [first["items"], second["items"]]
    assert read["question"] == second["turn"]["question"]
    assert read["confirm"] is None


@pytest.mark.parametrize("way", ["get", "delete"])
def test_a_conversation_of_somebody_else_is_unknown(ada: httpx.Client, bob: httpx.Client, way: str) -> None:
    thread = say(ada, "a lamp")["thread_id"]
    foreign, missing = (getattr(bob, way)(f"/api/threads/{one}") for one in (thread, "0" * 32))
    assert foreign.status_code == missing.status_code == 404
    assert _without_id(foreign) == _without_id(missing)
    answers = [bob.post("/api/chat", json={"message": "hi", "thread_id": one}) for one in (thread, "0" * 32)]
    assert {one.status_code for one in answers} == {404}
    assert _without_id(answers[0]) == _without_id(answers[1])
    assert len(ada.get(f"/api/threads/{thread}").json()["turns"]) == 1


def test_a_deleted_conversation_is_gone(guest: httpx.Client) -> None:
    thread = say(guest, "a lamp")["thread_id"]
    assert guest.delete(f"/api/threads/{thread}").status_code == 204
    assert guest.get(f"/api/threads/{thread}").status_code == 404
    assert guest.delete(f"/api/threads/{thread}").status_code == 404


def _without_id(answer: httpx.Response) -> dict[str, Any]:
    return {**answer.json(), "request_id": ""}
