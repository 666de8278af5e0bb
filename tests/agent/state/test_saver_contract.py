"""What LangGraph expects of any saver, beside what ours do for themselves: the cases of its conformance suite."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from langgraph.checkpoint.base import BaseCheckpointSaver, Checkpoint, empty_checkpoint
from langgraph.checkpoint.base.id import uuid6
from langgraph_recommender.agent.state.opening import Storage

from .conftest import echo

Saver = BaseCheckpointSaver[str]
VALUES = {"text": "héllo 书", "bytes": b"\x00\xff", "nothing": None, "nested": {"list": [1, 2.5, True, "a"]}}


@pytest.fixture
def saver(storage: Storage) -> Saver:
    return storage.checkpointer


def at(thread: str = "t", ns: str = "", checkpoint_id: str | None = None) -> Any:
    place = {"thread_id": thread, "checkpoint_ns": ns}
    return {"configurable": place | ({"checkpoint_id": checkpoint_id} if checkpoint_id else {})}


def checkpoint(values: dict[str, Any], versions: dict[str, str] | None = None) -> Checkpoint:
    held: Any = {"channel_values": values, "channel_versions": versions or dict.fromkeys(values, "1")}
    return {**empty_checkpoint(), "id": str(uuid6()), **held}


def put(saver: Saver, config: Any, step: int = 0, **metadata: Any) -> Any:
    one = checkpoint({"step": step}, {"step": f"{step + 1}"})
    about: Any = {"source": "loop", "step": step, "parents": {}, **metadata}
    return saver.put(config, one, about, one["channel_versions"])


def steps(saver: Saver, config: Any, **which: Any) -> list[Any]:
    return [one.metadata.get("step") for one in saver.list(config, **which)]


def test_a_checkpoint_comes_back_as_it_was(saver: Saver) -> None:
    one = checkpoint(VALUES)
    one["versions_seen"] = {"node": {"text": "1"}}
    about: Any = {"source": "input", "step": -1, "parents": {}, "run_id": "r", "own": "值"}
    written = saver.put(at(), one, about, one["channel_versions"])
    found = saver.get_tuple(written)
    assert found is not None
    assert found.config == written == at(checkpoint_id=one["id"])
    assert {name: found.checkpoint["channel_values"].get(name) for name in VALUES} == VALUES
    assert found.checkpoint["channel_versions"] == one["channel_versions"]
    assert found.checkpoint["versions_seen"] == one["versions_seen"]
    assert found.metadata.items() >= about.items()
    assert found.parent_config is None


def test_a_thread_is_read_at_its_newest_checkpoint_or_at_one_that_is_named(saver: Saver) -> None:
    first = put(saver, at(), 0)
    second = put(saver, first, 1)
    newest, named = saver.get_tuple(at()), saver.get_tuple(first)
    assert newest is not None
    assert named is not None
    assert (newest.config, newest.parent_config, named.config) == (second, first, first)
    assert saver.get_tuple(at("unknown")) is None
    assert saver.get_tuple(at(checkpoint_id=str(uuid6()))) is None


def test_threads_and_namespaces_know_nothing_of_each_other(saver: Saver) -> None:
    for number, config in enumerate((at("t"), at("t", "child:1"), at("other"))):
        put(saver, config, number)
    assert [steps(saver, one) for one in (at("t"), at("t", "child:1"), at("other"))] == [[0], [1], [2]]
    assert sorted(steps(saver, {"configurable": {"thread_id": "t"}})) == [0, 1]
    assert sorted(steps(saver, None)) == [0, 1, 2]
    saver.delete_thread("t")
    assert steps(saver, None) == [2]


def test_what_did_not_change_is_still_there_when_the_checkpoint_that_wrote_it_is_gone(saver: Saver) -> None:
    config: Any = at()
    for number in range(1, 8):
        versions = {"old": "1", "new": str(number)} | ({"gone": "1"} if number < 3 else {})
        values = {"old": "kept", "new": number} | ({"gone": "dropped"} if number < 3 else {})
        fresh = versions if number == 1 else {"new": str(number)}
        config = saver.put(config, checkpoint(values, versions), {"step": number}, fresh)  # pyright: ignore
    found = saver.get_tuple(at())
    assert found is not None
    assert found.checkpoint["channel_values"] == {"old": "kept", "new": 7}


def test_checkpoints_are_listed_newest_first_and_as_asked(saver: Saver) -> None:
    first = put(saver, at(), 0, source="input")
    second = put(saver, first, 1)
    third = put(saver, second, 2, source="input", own="x")
    assert steps(saver, at()) == [2, 1, 0]
    assert steps(saver, at(), limit=2) == [2, 1]
    assert steps(saver, at(), before=third) == [1, 0]
    assert steps(saver, at(), before=third, limit=1) == [1]
    assert steps(saver, at(), filter={"source": "input"}) == [2, 0]
    assert steps(saver, at(), filter={"source": "input", "own": "x"}) == [2]
    assert steps(saver, at(), filter={"source": "update"}) == []
    assert steps(saver, at("unknown")) == []


def test_writes_wait_with_their_checkpoint_and_are_counted_once(saver: Saver) -> None:
    config = put(saver, at())
    for _ in range(2):
        saver.put_writes(config, [("a", 1), ("b", {"c": [2]})], "task 1")
    saver.put_writes(config, [("a", 3)], "task 2", "path")
    saver.put_writes(config, [("__error__", "first")], "task 3")
    saver.put_writes(config, [("__error__", "second")], "task 3")
    found = saver.get_tuple(config)
    assert found is not None
    said = [*map(tuple, found.pending_writes or ())]
    assert sorted(said) == [
        ("task 1", "a", 1),
        ("task 1", "b", {"c": [2]}),
        ("task 2", "a", 3),
        ("task 3", "__error__", "second"),
    ]
    assert [len(one.pending_writes or ()) for one in saver.list(at())] == [4]
    after = saver.get_tuple(put(saver, config, 1))
    assert after is not None
    assert not after.pending_writes


async def test_an_event_loop_may_wait_for_all_of_it(storage: Storage, say: Callable[..., list[str]]) -> None:
    graph, config = echo(storage), at("ada:1")
    for words in ("hello", "again"):
        state = await graph.ainvoke({"messages": [("user", words)]}, config)
    assert [one.text for one in state["messages"]] == ["hello", "hello!", "again", "again!"]
    assert len([one async for one in graph.aget_state_history(config)]) == 3
    assert len(say(storage, "ada:1", "and now without")) == 6
    await storage.checkpointer.adelete_thread("ada:1")
    assert await storage.checkpointer.aget_tuple(config) is None
