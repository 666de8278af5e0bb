"""One key of a chatbot for many users, and guests: nobody sees what is another's."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from langgraph_recommender.agent import create_recommender
from langgraph_recommender.agent.serve.admission import TurnLimits
from langgraph_recommender.agent.serve.identity import Caller, Key, Keys, digest_of, thread_of
from langgraph_recommender.agent.serve.served import served
from langgraph_recommender.agent.state.locks import InProcessLocks
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


def complete(client: httpx.Client, words: str, **more: Any) -> httpx.Response:
    said = [{"role": "user", "content": words}]
    return client.post("/v1/chat/completions", json={"model": "recommender", "messages": said, **more})


def test_the_header_says_who_it_is_whatever_the_body_says(bot: Callable[[str], httpx.Client]) -> None:
    one, other = bot("shop-one"), bot("shop-two")
    assert complete(one, "remember that I love lamps", user="shop-two").status_code == 200
    assert complete(one, "remember that I love clocks", user="somebody").status_code == 200
    remembered = one.get("/api/profile").text
    assert "lamp" in remembered
    assert "clock" in remembered
    assert one.get("/api/profile", params={"user": "shop-two"}).text == remembered
    assert other.get("/api/profile").json()["statements"] == []


def test_a_person_below_a_key_sees_takes_along_and_forgets_what_is_theirs(
    serving: Callable[..., str], little_shop: Catalog
) -> None:
    url = serving(little_shop, keys=KEYS)
    with (
        httpx.Client(base_url=url, headers={"X-API-Key": ADA}, timeout=60) as ada,
        httpx.Client(base_url=url, headers={"X-API-Key": BOT}, timeout=60) as shop,
    ):
        thread = complete(ada, "remember that I love lamps", user="carol").json()["recommender"]["thread_id"]
        carol, dave = {"user": "carol"}, {"user": "dave"}
        assert "lamp" in ada.get("/api/profile", params=carol).text
        for client, who in ((ada, {}), (ada, dave), (shop, carol), (shop, {"user": "shop-ada"})):
            assert client.get("/api/profile", params=who).json()["statements"] == []
            assert client.get(f"/api/threads/{thread}", params=who).status_code == 404
            assert client.delete(f"/api/threads/{thread}", params=who).status_code == 404
            client.delete("/api/profile", params=who)
        assert ada.get(f"/api/threads/{thread}", params=carol).json()["turns"]
        (told,) = ada.get("/api/profile/export", params=carol).json()["conversations"]
        assert told["thread_id"] == thread
        assert ada.delete("/api/profile", params=carol).json()["count"]
        assert ada.get("/api/profile", params=carol).json()["statements"] == []
        assert ada.get(f"/api/threads/{thread}", params=carol).status_code == 404


def test_people_whom_a_caller_makes_up_share_its_place_in_the_queue(
    serving: Callable[..., str], little_shop: Catalog, until: Callable[..., None]
) -> None:
    locks = InProcessLocks()
    ready = served(create_recommender(little_shop), little_shop, keys=KEYS, locks=locks, limits=TurnLimits(of_user=1))
    carol = Caller("shop-ada", "key 2").person("carol")
    thread = ready.conversations.start(carol)
    url = serving(ready)
    with (
        httpx.Client(base_url=url, headers={"X-API-Key": ADA}, timeout=60) as ada,
        httpx.Client(base_url=url, headers={"X-API-Key": BOT}, timeout=60) as shop,
        ThreadPoolExecutor() as pool,
    ):
        with locks.hold(thread_of(carol, thread), timeout_s=5):
            held = pool.submit(complete, ada, "a lamp", user="carol", metadata={"thread_id": thread})
            until(lambda: ready.turns.pending == 1)
            assert complete(ada, "a lamp", user="dave").status_code == 429
            assert complete(shop, "a lamp", user="shop-bob").status_code == 200
        assert held.result().status_code == 200


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
