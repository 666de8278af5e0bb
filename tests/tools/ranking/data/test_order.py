"""Whether a file's order means anything."""

from dataclasses import replace

import numpy as np
import pytest
from langgraph_recommender.tools.ranking.data.model import Interactions, ItemTable
from langgraph_recommender.tools.ranking.data.order import in_order, is_ordered

IDS = tuple(str(one) for one in (3, 20, 100, 7, 51))


def interactions(histories: list[list[int]], ids: tuple[str, ...] = IDS) -> Interactions:
    users = np.repeat(np.arange(len(histories), dtype=np.int32), [len(one) for one in histories])
    rows = np.array([row for one in histories for row in one], np.int32)
    times = np.full(len(rows), np.nan)
    people = tuple(f"u{user}" for user in range(len(histories)))
    return Interactions(people, ItemTable(ids), users, rows, np.ones(len(rows), np.float32), times)


@pytest.mark.parametrize(
    ("histories", "ordered"),
    [
        ([[0, 3, 1, 4, 2], [3, 4], [1, 2]], False),  # as numbers: 3, 7, 20, 51, 100
        ([[2, 1, 0, 4, 3], [2, 0]], False),  # as words: 100, 20, 3, 51, 7
        ([[0, 3, 1, 4, 2], [4, 3], [1, 2]], True),
        ([[0], [1], [2]], True),
        ([[0, 0], [1, 1, 1]], True),
        ([], True),
    ],
)
def test_sorted_by_item(histories: list[list[int]], ordered: bool) -> None:
    assert is_ordered(interactions(histories)) is ordered


def test_words_that_are_no_numbers() -> None:
    ids = ("c", "a", "b", "e", "d")
    assert not is_ordered(interactions([[1, 2, 0, 4, 3], [1, 3]], ids))
    assert is_ordered(interactions([[0, 1, 2, 3, 4], [0, 1]], ids))


def test_what_is_in_order_stays() -> None:
    given = interactions([[1, 0, 2], [4, 3]])
    assert in_order(given, 0) == (given, True)


def test_times_say_what_came_first_also_where_ids_rise_with_them() -> None:
    rising = interactions([[0, 3, 1, 4, 2], [3, 4], [1, 2]])
    assert is_ordered(replace(rising, times=np.arange(9.0)))
    assert not is_ordered(replace(rising, times=np.zeros(9)))


def test_shuffling_keeps_every_event_with_its_user() -> None:
    given = interactions([[0, 3, 1, 4, 2], [3, 4], [1, 2]])
    mixed, ordered = in_order(given, 0)
    assert not ordered
    assert np.isnan(mixed.times).all()
    assert mixed.users.tolist() == given.users.tolist()
    pairs = list(zip(given.users.tolist(), given.rows.tolist(), strict=True))
    assert sorted(zip(mixed.users.tolist(), mixed.rows.tolist(), strict=True)) == sorted(pairs)
    assert mixed.digest() == in_order(given, 0)[0].digest() != in_order(given, 1)[0].digest()
