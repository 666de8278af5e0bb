"""One turn over HTTP: whole, and as it happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

Streamed = Callable[..., list[dict[str, Any]]]


def test_a_conversation(guest: httpx.Client) -> None:
    first = guest.post("/api/chat", json={"message": "a lamp"}).json()
    assert first["turn"]["recommendations"]
    cards = first["items"]
    assert [one["item_id"] for one in cards] == [one["item_id"] for one in first["turn"]["recommendations"]]
    assert cards[0]["price"]["role"] == "price"
    again = guest.post("/api/chat", json={"message": "under 60", "thread_id": first["thread_id"]}).json()
    assert any(one["facet"] == "price" for one in again["turn"]["constraints"])
    assert all(one["price"]["value"] < 60 for one in again["items"])


def test_a_stream_brings_items_words_and_the_turn(guest: httpx.Client, streamed: Streamed) -> None:
    events = streamed(guest, message="a lamp")
    kinds = [one["event"] for one in events]
    assert kinds[0] == "thread"
    assert kinds[-1] == "turn"
    assert {"tool", "item", "token"} <= set(kinds)
    spoken = "".join(one["text"] for one in events if one["event"] == "token")
    assert spoken == events[-1]["turn"]["reply"]
