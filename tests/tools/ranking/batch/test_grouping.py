"""Events in any order become the same histories, in memory and by runs on disk."""

from __future__ import annotations

import numpy as np
import pytest
from langgraph_recommender.tools.ranking.batch import grouping
from langgraph_recommender.tools.ranking.batch.events import UNKNOWN, EventBlock
from langgraph_recommender.tools.ranking.batch.grouping import grouped

NAN = float("nan")


def block(*events: tuple[str, int, float], ratings: list[float] | None = None) -> EventBlock:
    users, rows, times = zip(*events, strict=True)
    found = np.array(ratings or [NAN] * len(rows), np.float32)
    return EventBlock(list(users), np.array(rows, np.int32), np.ones(len(rows), np.float32), found, np.array(times))


def histories(blocks: list[EventBlock], **options: int) -> dict[str, list[int]]:
    with grouped(blocks, **options) as found:
        return {
            name: some.histories.rows[some.histories.starts[i] : some.histories.starts[i + 1]].tolist()
            for some in found.users(None)
            for i, name in enumerate(some.user_ids)
        }


def test_users_come_by_id_and_events_by_time() -> None:
    found = histories([block(("b", 1, 9.0), ("a", 2, 5.0)), block(("b", 3, 4.0), ("a", 4, 5.0))])
    assert list(found.items()) == [("a", [2, 4]), ("b", [3, 1])]


def test_without_times_the_order_of_the_file_counts() -> None:
    assert histories([block(("a", 3, NAN), ("b", 1, NAN), ("a", 2, NAN))]) == {"a": [3, 2], "b": [1]}


def test_an_event_without_a_time_has_no_place_where_others_have_one() -> None:
    assert histories([block(("a", 3, NAN), ("a", 2, 1.0), ("b", 1, NAN))]) == {"a": [2], "b": []}


def test_a_repeated_event_counts_once_and_another_time_is_another_event() -> None:
    assert histories([block(("a", 3, 1.0), ("a", 3, 1.0), ("a", 3, 2.0))]) == {"a": [3, 3]}


def test_a_user_of_no_known_item_is_a_user() -> None:
    assert histories([block(("a", UNKNOWN, NAN))]) == {"a": []}


@pytest.mark.parametrize("most_runs", [2, 5, 200])
@pytest.mark.parametrize("in_memory", [1, 1_000, 2_500])
def test_runs_on_disk_give_the_same_as_memory(in_memory: int, most_runs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "_MOST_RUNS", most_runs)
    random = np.random.default_rng(3)
    names = [f"用户{one}" for one in random.integers(0, 90, 6_000)]
    rows, times = random.integers(0, 50, 6_000), random.random(6_000)
    blocks = [
        block(*zip(names[at : at + 500], rows[at : at + 500], times[at : at + 500], strict=True))
        for at in range(0, 6_000, 500)
    ]
    with grouped(blocks, in_memory=max(in_memory, 500)) as found:
        assert 1 <= len(found.runs) <= most_runs
        assert found.runs[0].path
        assert found.cuts or in_memory < 1_000
    everything = histories(blocks)
    assert list(everything) == sorted(set(names))
    assert histories(blocks, in_memory=in_memory) == everything


def test_ages_count_from_the_last_event_and_ratings_weigh_by_the_scale() -> None:
    events = block(("a", 1, 0.0), ("b", 2, 172_800.0), ratings=[5.0, 1.0])
    with grouped([events]) as found:
        assert (found.highest, found.latest, found.events) == (5.0, 172_800.0, 2)
        (some,) = found.users((1.0, 5.0))
    assert some.histories.ages.tolist() == [2.0, 0.0]
    assert some.histories.weights.tolist() == [1.0, -1.0]


def test_no_events_no_users() -> None:
    assert histories([]) == {}
