"""Conversations that nobody goes on with are deleted by a server, and are unknown from then on."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from queue import Queue

import pytest
from langgraph.store.memory import InMemoryStore
from langgraph_recommender.agent.serve.conversations import Conversations
from langgraph_recommender.agent.serve.identity import thread_of
from langgraph_recommender.agent.state.opening import Storage
from langgraph_recommender.agent.state.sweeping import sweeping
from langgraph_recommender.agent.state.threads import Threads
from langgraph_recommender.tools.errors import StoreError

WAIT_S = 20


def test_old_conversations_are_deleted_and_forgotten(storage: Storage, say: Callable[..., list[str]]) -> None:
    conversations, gone = Conversations(storage.store), Queue[str]()
    for user in ("ada", "bob"):
        say(storage, thread_of(user, conversations.start(user, f"of {user}")), "hello")

    def forget(stored: str) -> None:
        conversations.drop(stored)
        gone.put(stored)

    tomorrow = datetime.now(UTC) + timedelta(days=1)
    with sweeping(storage.threads, 0.5, forget, clock=lambda: tomorrow):
        swept = {gone.get(timeout=WAIT_S) for _ in range(2)}
    assert swept == {thread_of("ada", "of ada"), thread_of("bob", "of bob")}
    assert not conversations.known("ada", "of ada")
    assert conversations.of("bob") == []


def test_conversations_in_use_stay(storage: Storage, say: Callable[..., list[str]]) -> None:
    looked = Queue[None]()

    def clock() -> datetime:
        looked.put(None)
        return datetime.now(UTC)

    say(storage, "ada:1", "hello")
    with sweeping(storage.threads, 1, pytest.fail, every_s=0.01, clock=clock):
        for _ in range(3):
            looked.get(timeout=WAIT_S)
    assert len(say(storage, "ada:1", "again")) == 4


@pytest.mark.parametrize("error", [StoreError("The file is locked."), sqlite3.OperationalError("The file is locked.")])
def test_a_failure_is_logged_and_tried_again(caplog: pytest.LogCaptureFixture, error: Exception) -> None:
    asked = Queue[None]()

    class Broken(Threads):
        def delete_idle(self, before: datetime, forget: Callable[[str], None]) -> int:
            asked.put(None)
            raise error

    with sweeping(Broken(None, None), 1, pytest.fail, every_s=0.01):  # pyright: ignore
        asked.get(timeout=WAIT_S)
        asked.get(timeout=WAIT_S)
    assert "could not be deleted: The file is locked." in caplog.text


def test_without_a_setting_nothing_is_deleted() -> None:
    with sweeping(None, None, pytest.fail):  # pyright: ignore
        pass


def test_of_two_users_with_one_thread_id_only_the_one_is_unknown() -> None:
    conversations = Conversations(InMemoryStore())
    for user in ("ada", "bob"):
        conversations.start(user, "same")
    for stored in (thread_of("ada", "same"), "0000000000000000:same", "no scope"):
        conversations.drop(stored)
    assert (conversations.known("ada", "same"), conversations.known("bob", "same")) == (False, True)
