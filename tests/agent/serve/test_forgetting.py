"""What is left in the storage of a server when conversations end: nothing, in a file and on a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import httpx
import openai
import pytest
from langgraph_recommender.agent import create_recommender
from langgraph_recommender.agent.hosted import open_model
from langgraph_recommender.agent.serve import turns
from langgraph_recommender.agent.serve.app import create_app
from langgraph_recommender.agent.serve.forgetting import lose_thread
from langgraph_recommender.agent.serve.identity import Caller, Key, Keys, digest_of, keys_of, thread_of
from langgraph_recommender.agent.serve.served import Served, served
from langgraph_recommender.agent.settings import Settings
from langgraph_recommender.agent.state.opening import Storage, open_storage
from langgraph_recommender.agent.state.sqlite import PrunedSqliteSaver
from langgraph_recommender.evals.openai_server import OpenAIServer
from langgraph_recommender.tools.catalog import Catalog
from openai import OpenAI
from pydantic import SecretStr

from .conftest import ADA, BOB, UNHURRIED, client, frames, live
from .openai_talks import MODEL, Talk, opened, prices, thread

FRONT = "key-of-a-front-end-0123"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    kind: dict[str, Any] = {}
    if request.param == "postgres":
        kind["database_url"] = SecretStr(request.getfixturevalue("database"))
    with open_storage(Settings(home=tmp_path, **kind)) as one:
        yield one


@pytest.fixture
def ready(storage: Storage, little_shop: Catalog) -> Served:
    recommender = create_recommender(little_shop, checkpointer=storage.checkpointer, store=storage.store)
    front = Key(digest_of(FRONT), Caller("front", "front end", scope="*"))
    keys = Keys((*keys_of({ADA: "ada", BOB: "bob"}).known, front))
    return served(recommender, little_shop, keys=keys, locks=storage.locks, delete=storage.threads.delete)


@pytest.fixture
def url(ready: Served) -> Iterator[str]:
    with live(create_app(ready, UNHURRIED)) as one:
        yield one


def left(storage: Storage) -> list[str]:
    """The keys of everything that is no profile."""
    roots = ("conversations", "openai", "openai-threads")
    return [one.key for root in roots for one in storage.store.search((root,), limit=1000)]


def talked(ai: OpenAI) -> tuple[Talk, str]:
    """Ada over a front end: a talk of two turns, and a response that follows on another."""
    talk = Talk(ai, "ada")
    talk.say("a lamp under 110")
    talk.say("under 60")
    first = ai.responses.create(model=MODEL, input="a clock", user="ada")
    return talk, ai.responses.create(model=MODEL, input="cheaper", user="ada", previous_response_id=first.id).id


def asked(ada: httpx.Client, message: str, thread: str | None = None) -> httpx.Response:
    return ada.post("/api/chat", json={"message": message, "thread_id": thread})


def test_a_swept_conversation_is_unknown_and_leaves_nothing(storage: Storage, ready: Served, url: str) -> None:
    with client(url, ADA) as ada, opened(url, FRONT) as ai:
        told = asked(ada, "a chair").json()["thread_id"]
        talk, response = talked(ai)
        between = datetime.now(UTC)
        kept = asked(ada, "a lamp").json()["thread_id"]
        assert storage.threads.delete_idle(between, partial(lose_thread, ready)) == 4
        assert left(storage) == [kept]
        assert ada.get(f"/api/threads/{told}").status_code == 404
        assert asked(ada, "cheaper", told).status_code == 404
        with pytest.raises(openai.NotFoundError):
            ai.responses.create(model=MODEL, input="cheaper", user="ada", previous_response_id=response)
        assert prices(talk.say("under 40")) == ["<40.0"]
        assert asked(ada, "cheaper", kept).status_code == 200


def test_a_deleted_conversation_leaves_nothing_and_the_others_stay(storage: Storage, url: str) -> None:
    with client(url, ADA) as ada, opened(url, FRONT) as ai:
        talk, response = talked(ai)
        before = left(storage)
        retold = thread(talk.again())  # a fork, to which the talk leads from now on
        assert ada.delete(f"/api/threads/{retold}").status_code == 204
        assert set(left(storage)) <= set(before)
        assert ai.responses.retrieve(response).id == response


def test_whoever_is_forgotten_leaves_nothing_wherever_they_came_in(storage: Storage, url: str) -> None:
    with client(url, ADA) as ada, client(url, BOB) as bob, opened(url, FRONT) as ai:
        _, response = talked(ai)
        kept = asked(bob, "a lamp").json()["thread_id"]
        assert ada.delete("/api/profile").status_code == 200
        assert left(storage) == [kept]
        with pytest.raises(openai.NotFoundError):
            ai.responses.retrieve(response)


def test_a_turn_that_waited_while_its_conversation_was_deleted_elsewhere_is_not_written(
    storage: Storage, url: str, ready: Served
) -> None:
    with client(url, ADA) as ada:
        told = asked(ada, "a chair").json()["thread_id"]
        stored, message = thread_of("ada", told), {"message": "cheaper", "thread_id": told}
        held = ExitStack()
        held.enter_context(storage.locks.hold(stored, timeout_s=5))
        with held, ada.stream("POST", "/api/chat/stream", json=message) as answer:
            events = frames(answer.iter_lines())
            assert next(events)["event"] == "thread"
            storage.threads.saver.drop(stored)
            lose_thread(ready, stored)
            held.close()
            assert next(events)["problem"]["status"] == 404
    assert storage.checkpointer.get_tuple({"configurable": {"thread_id": stored, "checkpoint_ns": ""}}) is None


def test_a_first_turn_that_fails_leaves_no_conversation(
    url: str, ready: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    with client(url, ADA) as ada:
        monkeypatch.setattr(turns, "carry_out", Mock(side_effect=RuntimeError))
        assert asked(ada, "a lamp").status_code == 500
    assert ready.conversations.of("ada") == []


def test_deletions_that_wait_for_another_process_keep_nobody_from_reading(
    storage: Storage, url: str, ready: Served
) -> None:
    with client(url, ADA) as ada, client(url, BOB) as bob, ThreadPoolExecutor() as at_once, ExitStack() as elsewhere:
        mine = [ready.conversations.start("ada") for _ in range(ready.turns.limits.workers + 1)]
        read = asked(bob, "a lamp").json()["thread_id"]
        for one in mine:
            elsewhere.enter_context(storage.locks.hold(thread_of("ada", one), timeout_s=5))
        deleting = [at_once.submit(ada.delete, f"/api/threads/{one}") for one in mine]
        assert bob.get(f"/api/threads/{read}", timeout=10).status_code == 200
        assert not any(one.done() for one in deleting)
        elsewhere.close()
        assert [one.result().status_code for one in deleting] == [204] * len(mine)


def test_no_byte_of_what_a_person_said_stays_in_the_files(
    tmp_path: Path, little_shop: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    emptied = list[object]()
    empty = PrunedSqliteSaver.erase_traces
    monkeypatch.setattr(PrunedSqliteSaver, "erase_traces", lambda saver: (emptied.append(saver), empty(saver))[1])
    with open_storage(Settings(home=tmp_path)) as storage:
        recommender = create_recommender(little_shop, checkpointer=storage.checkpointer, store=storage.store)
        ready = served(recommender, little_shop, keys=keys_of({ADA: "ada"}), delete=storage.threads.delete)
        with live(create_app(ready, UNHURRIED)) as url, client(url, ADA) as ada:
            for word in ("Wilhelmina", "Ottokar", "Kunigunde"):
                asked(ada, f"remember that I love lamps, says {word}")
            written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
            assert b"Kunigunde" in written
            assert ada.delete("/api/profile").json()["count"] > 0
            written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert not [one for one in (b"Wilhelmina", b"Ottokar", b"Kunigunde", b"I love lamps") if one in written]
    assert len(emptied) == 1


def test_a_turn_of_a_front_end_that_is_left_leaves_everything_as_it_was(
    storage: Storage, little_shop: Catalog, writer: OpenAIServer, until: Callable[[Callable[[], bool]], None]
) -> None:
    def kept() -> list[str]:
        return left(storage) + [one.checkpoint["id"] for one in storage.checkpointer.list(None)]

    recommender = create_recommender(
        little_shop,
        open_model("openai:slow", base_url=writer.base_url),
        checkpointer=storage.checkpointer,
        store=storage.store,
    )
    ready = served(recommender, little_shop, keys=keys_of({ADA: "ada"}))
    with live(create_app(ready, UNHURRIED)) as url, opened(url) as ai:
        writer.pause_s = 0
        talk = Talk(ai)
        for words in ("a lamp under 110", "under 90", "under 60"):
            talk.say(words)
        before, first = kept(), {"role": "user", "content": "a chair"}
        shown = {"role": "assistant", "content": "1. **Tempo clock 5**"}
        for history in (
            [],
            talk.messages[:2],  # goes on from an earlier place
            [*talk.messages[:2], first, shown],  # does so, and goes through an exchange again
            [*talk.messages, first, shown],  # goes through one more exchange where it stands
            [first, shown],  # is not known at all
        ):
            writer.pause_s = 0.01
            said = [*history, {"role": "user", "content": "a clock under 80"}]
            gone = writer.hung_up
            with ai.chat.completions.create(model=MODEL, messages=said, stream=True) as stream:
                next(chunk for chunk in stream if chunk.choices[0].delta.content)
            until(lambda: writer.hung_up > gone and not ready.turns.pending)  # noqa: B023
            assert kept() == before
            writer.pause_s = 0
            assert prices(Talk(ai, messages=said).again()) == ["<80.0"]
            before = kept()
        assert prices(talk.say("any other?")) == ["<60.0"]
