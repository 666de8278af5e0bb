"""Storing, loading, once per key, and never across users."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from langgraph.store.base import BaseStore
from langgraph_recommender.tools.errors import StoreError
from langgraph_recommender.tools.profile.memory import ProfileMemory
from langgraph_recommender.tools.profile.model import FeedbackKind, UserProfile
from langgraph_recommender.tools.profile.records import LONGEST_TEXT

STRANGE_IDS = [
    "a",
    "A",
    "a.b",
    "a",
    "a/b",
    "..",
    "*",
    "a?",
    "[a]",
    "%",
    "用户",
    "e\u0301",
    "\u00e9",
    " x",
    "x",
    "x" * 5000,
    "\ud800",
]


def everything_in(store: BaseStore) -> list[object]:
    return list(store.search((), limit=10_000))


def test_what_was_remembered_comes_back_in_order(memory: ProfileMemory, say) -> None:
    memory.remember("u", say.likes("comedy", "I love comedies", on=2), key="2")
    memory.remember("u", say.likes("drama", on=1), key="1")
    memory.record("u", say.event("tt1", FeedbackKind.LIKE, "Alien", reason="tense", strength=0.5), key="3")
    memory.set_language("u", "zh")
    profile = memory.load("u")
    assert profile.preferences == [say.likes("drama", on=1), say.likes("comedy", "I love comedies", on=2)]
    assert profile.events == [say.event("tt1", FeedbackKind.LIKE, "Alien", reason="tense", strength=0.5)]
    assert profile.language == "zh"
    assert profile.user_id == "u"


@pytest.mark.parametrize("nobody", [None, "", "  "])
def test_without_a_user_nothing_is_stored(memory: ProfileMemory, store: BaseStore, say, nobody: str | None) -> None:
    memory.remember(nobody, say.likes("comedy"), key="1")
    memory.record(nobody, say.event("tt1", FeedbackKind.LIKE), key="2")
    memory.set_language(nobody, "en")
    assert everything_in(store) == []
    assert memory.load(nobody) == UserProfile(user_id=nobody or "")
    assert memory.forget(nobody, "comedy") == []
    assert memory.forget_all(nobody) == 0
    assert memory.export(nobody)["preferences"] == []


def test_users_never_see_each_other(memory: ProfileMemory, say) -> None:
    ids = list(dict.fromkeys(STRANGE_IDS))
    for number, user in enumerate(ids):
        memory.remember(user, say.likes(f"topic {number}"), key="same key")
    for number, user in enumerate(ids):
        assert [one.value for one in memory.load(user).preferences] == [f"topic {number}"]
    assert memory.forget_all("a") == 1
    assert all(len(memory.load(user).preferences) == 1 for user in ids if user != "a")


def test_the_user_id_itself_is_not_stored(memory: ProfileMemory, store: BaseStore, say) -> None:
    memory.remember("alice@example.com", say.likes("comedy"), key="1")
    assert "alice" not in str(everything_in(store))


def test_the_same_key_writes_once(memory: ProfileMemory, say) -> None:
    for on in (0, 5):
        memory.remember("u", say.likes("comedy", on=on), key="turn-1:0")
        memory.record("u", say.event("tt1", FeedbackKind.LIKE, on=on), key="turn-1:0")
    profile = memory.load("u")
    assert profile.preferences == [say.likes("comedy")]
    assert profile.events == [say.event("tt1", FeedbackKind.LIKE)]
    assert profile.history == []


def test_a_write_repeated_by_another_process_writes_once(store: BaseStore, say) -> None:
    """After a crash the turn runs again, in a new process that shares nothing but the store."""
    for memory in (ProfileMemory(store), ProfileMemory(store)):
        memory.remember("u", say.likes("comedy"), key="turn-1:0")
    assert len(everything_in(store)) == 1


def test_a_statement_with_several_values_is_kept_apart_and_once(memory: ProfileMemory, say) -> None:
    for _ in range(2):
        memory.remember("u", say.always("genre", "not in", ("horror", "war")), key="1")
    assert [one.constraint.value for one in memory.load("u").constraints] == ["horror", "war"]


def test_statements_of_one_instant_keep_the_order_of_their_keys(memory: ProfileMemory, say) -> None:
    for turn in (10, 9, 2):
        memory.remember("u", say.likes(f"topic {turn}"), key=f"turn-{turn}")
    assert [one.value for one in memory.load("u").preferences] == ["topic 2", "topic 9", "topic 10"]


def test_concurrent_turns_of_one_user_lose_nothing(store: BaseStore, say) -> None:
    def turn(number: int) -> None:
        memory = ProfileMemory(store)
        memory.remember("u", say.likes(f"topic {number}"), key=f"turn-{number}")
        memory.record("u", say.event(f"tt{number}", FeedbackKind.SEEN), key=f"turn-{number}")
        memory.load("u")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(turn, [number % 24 for number in range(48)]))
    profile = ProfileMemory(store).load("u")
    assert {one.value for one in profile.preferences} == {f"topic {number}" for number in range(24)}
    assert len(profile.preferences) == len(profile.events) == 24


def test_users_come_while_others_are_read(store: BaseStore, say) -> None:
    """An in-memory store is a dictionary that may not grow while it is searched."""

    def visit(number: int) -> int:
        memory = ProfileMemory(store)
        memory.remember(f"user {number}", say.likes("comedy"), key="1")
        return len(memory.load(f"user {number // 2}").preferences)

    with ThreadPoolExecutor(8) as pool:
        assert max(pool.map(visit, range(60))) == 1


def test_characters_that_a_store_cannot_hold_are_replaced(memory: ProfileMemory, say) -> None:
    memory.remember("u", say.likes("comedy", "I \x00love\x1b \ud83d 喜剧 😀"), key="\x00\ud83d")
    assert memory.load("u").preferences[0].evidence == "I  love  ? 喜剧 😀"


def test_endless_words_are_cut(memory: ProfileMemory, say) -> None:
    memory.remember("u", say.likes("comedy", "very " * 200_000), key="1")
    kept = memory.load("u").preferences[0].evidence
    assert len(kept) == LONGEST_TEXT
    assert kept.endswith("…")


def test_a_time_without_a_zone_is_utc(memory: ProfileMemory, say) -> None:
    memory.remember("u", say.likes("comedy").model_copy(update={"time": say.now.replace(tzinfo=None)}), key="1")
    memory.remember("u", say.likes("comedy", on=1), key="2")
    assert memory.load("u").preferences == [say.likes("comedy", on=1)]


def test_export_holds_all_that_is_stored(memory: ProfileMemory, say) -> None:
    import json

    memory.remember("u", say.likes("horror", "I love horror"), key="1")
    memory.remember("u", say.hates("horror", "I can't stand horror anymore", on=1), key="2")
    memory.remember("u", say.always("price", "<=", 20, "never above 20"), key="3")
    memory.record("u", say.event("tt1", FeedbackKind.CHOSEN, "Alien"), key="4")
    exported = json.loads(json.dumps(memory.export("u")))
    assert UserProfile.model_validate(exported) == memory.load("u")
    assert "I love horror" in json.dumps(exported["history"])


def test_a_stored_statement_that_cannot_be_read_is_named(memory: ProfileMemory, store: BaseStore, say) -> None:
    memory.remember("u", say.likes("comedy"), key="1")
    [item] = store.search((), limit=10)
    broken = {**item.value, "data": {**item.value["data"], "weight": 7}}
    store.put(item.namespace, item.key, broken)
    with pytest.raises(StoreError, match=r"preference-.*cannot be read.*forget"):
        memory.load("u")
