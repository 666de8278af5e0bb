"""One key of a chatbot for many users, and guests: nobody sees what is another's."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from langgraph_recommender.agent.serve.identity import Caller, Key, Keys, digest_of
from langgraph_recommender.tools.catalog import Catalog

BOT, ADA = "key-of-the-bot-0123456789", "key-of-ada-0123456789"
KEYS = Keys(
    (Key(digest_of(BOT), Caller("bot", "bot", scope="shop-*")), Key(digest_of(ADA), Caller("shop-ada", "key 2")))
)


@pytest.fixture
def bot(serving: Callable[..., str], little_shop: Catalog) -> Callable[[str], httpx.Client]:
    """A client of the bot's key that speaks for a user."""
    url = serving(little_shop, keys=KEYS)
    return lambda user: httpx.Client(base_url=url, headers={"X-API-Key": BOT, "X-User-Id": user}, timeout=60)


def test_users_of_one_key_are_strangers(bot: Callable[[str], httpx.Client]) -> None:
    one, other = bot("shop-ada"), bot("shop-bob")
    thread = one.post("/api/chat", json={"message": "remember that I love lamps"}).json()["thread_id"]
    assert one.post("/api/chat", json={"message": "a lamp", "thread_id": thread}).status_code == 200
    assert other.post("/api/chat", json={"message": "a lamp", "thread_id": thread}).status_code == 404
    assert "lamp" in one.get("/api/profile").text
    assert "lamp" not in other.get("/api/profile").text


def test_a_user_is_the_same_by_the_bot_s_key_and_by_an_own_one(bot: Callable[[str], httpx.Client]) -> None:
    client = bot("shop-ada")
    thread = client.post("/api/chat", json={"message": "a lamp"}).json()["thread_id"]
    own = {"X-API-Key": ADA}
    with httpx.Client(base_url=client.base_url, headers=own, timeout=60) as ada:
        assert ada.post("/api/chat", json={"message": "cheaper", "thread_id": thread}).status_code == 200


def test_a_guest_s_conversation_is_unknown_to_another(serving: Callable[..., str], little_shop: Catalog) -> None:
    url = serving(little_shop)
    with httpx.Client(base_url=url, timeout=60) as one, httpx.Client(base_url=url, timeout=60) as other:
        thread = one.post("/api/chat", json={"message": "a lamp"}).json()["thread_id"]
        unknown = other.post("/api/chat", json={"message": "a lamp", "thread_id": thread})
        never = other.post("/api/chat", json={"message": "a lamp", "thread_id": "0" * 32})
        assert one.post("/api/chat", json={"message": "cheaper", "thread_id": thread}).status_code == 200
    assert unknown.status_code == never.status_code == 404
    kept = {"detail", "code", "title", "cure"}
    assert {key: unknown.json()[key] for key in kept} == {key: never.json()[key] for key in kept}
