"""Splits by hand, and for any events: no target in its own history or train, nothing later than it before it."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langgraph_recommender.tools.errors import LogError
from langgraph_recommender.tools.ranking.data.model import Interactions, ItemTable
from langgraph_recommender.tools.ranking.data.splits import (
    Held,
    Split,
    cold_split,
    leave_one_out,
    of_likes,
    time_split,
)

ITEMS = ItemTable(tuple("abcdefgh"))
DAY = 86400.0


def made(events: list[tuple[int, int, float]], weights: list[float] | None = None) -> Interactions:
    """(user, item, day) -> interactions, sorted as they are read."""
    rows = np.array(events, float).reshape(-1, 3)
    order = np.lexsort((rows[:, 2], rows[:, 0]))
    users, items, days = rows[order].T
    weighed = np.ones(len(order)) if weights is None else np.array(weights)[order]
    names = tuple(f"u{number}" for number in range(int(users.max(initial=-1)) + 1))
    typed = (users.astype(np.int32), items.astype(np.int32), weighed.astype(np.float32), days * DAY)
    return Interactions(names, ITEMS, *typed)


def asked(held: Held) -> list[tuple[int, str, str]]:
    """(user, history, target) of each."""
    letters = np.array(ITEMS.item_ids)
    parts = (held.histories.slice(place, place + 1).rows for place in range(len(held.targets)))
    histories = ["".join(letters[rows]) for rows in parts]
    return list(zip(held.users.tolist(), histories, letters[held.targets].tolist(), strict=True))


def kept(train: Interactions) -> list[tuple[int, str]]:
    return [(user, ITEMS.item_ids[row]) for user, row in zip(train.users.tolist(), train.rows.tolist(), strict=True)]


A, B, C, D, E = range(5)
FIRST = [(0, A, 1), (0, B, 2), (0, C, 4), (0, D, 7), (1, A, 3)]
LATER = [(1, B, 8), (2, C, 5), (2, B, 6), (2, E, 9), (3, A, 10)]
BY_HAND = made([*FIRST, *LATER])


def test_leave_one_out_by_hand() -> None:
    split = leave_one_out(BY_HAND)
    assert kept(split.train) == [(0, "a"), (0, "b"), (1, "a"), (1, "b"), (2, "c"), (3, "a")]
    assert asked(split.validation) == [(0, "ab", "c"), (2, "c", "b")]
    assert asked(split.test) == [(0, "abc", "d"), (2, "cb", "e")]
    assert split.validation.histories.ages.tolist() == [3.0, 2.0, 1.0]
    assert split.test.histories.ages.tolist() == [6.0, 5.0, 3.0, 4.0, 3.0]
    assert kept(split.before_test) == [one for one in kept(BY_HAND) if one not in ((0, "d"), (2, "e"))]


def test_time_split_by_hand() -> None:
    split = time_split(BY_HAND, validation_share=0.3, test_share=0.2)
    assert kept(split.train) == [(0, "a"), (0, "b"), (0, "c"), (1, "a"), (2, "c")]
    assert asked(split.validation) == [(0, "abc", "d"), (1, "a", "b"), (2, "c", "b")]
    assert asked(split.test) == [(2, "cb", "e")]
    assert split.test.histories.ages.tolist() == [4.0, 3.0]
    assert kept(split.before_test) == [one for one in kept(BY_HAND) if one not in ((2, "e"), (3, "a"))]


def test_time_split_asks_for_the_first_new_item_of_each_user() -> None:
    events = [(0, A, 1), (0, B, 2), (0, A, 11), (0, C, 12), (0, D, 13), (1, E, 12), (2, A, 5), (2, A, 14)]
    split = time_split(made(events), validation_share=0.25, test_share=0.5)
    assert asked(split.test) == [(0, "aba", "c")]


def test_cold_split_by_hand() -> None:
    split = cold_split(BY_HAND, rng=np.random.default_rng(0), validation_share=0.2, test_share=0.2)
    cold = {"validation": split.validation, "test": split.test}
    letters = {name: {ITEMS.item_ids[row] for row in held.targets} for name, held in cold.items()}
    assert {row for _, row in kept(split.train)} == {"a", "b", "c", "d", "e"} - letters["validation"] - letters["test"]
    warm = "".join(sorted({row for _, row in kept(split.train)}))
    before = [(0, "a", "b"), (0, "ab", "c"), (0, "abc", "d"), (1, "a", "b"), (2, "c", "b"), (2, "cb", "e")]
    expected = [
        (user, "".join(item for item in history if item in warm), target)
        for user, history, target in before
        if target not in warm
    ]
    assert sorted(asked(split.validation) + asked(split.test)) == sorted(one for one in expected if one[1])


def test_only_liked_targets() -> None:
    interactions = made([(0, A, 1), (0, B, 2), (0, C, 3), (1, A, 1), (1, B, 2), (1, C, 3)], [1, 1, -1, 1, 1, 0.5])
    assert asked(of_likes(leave_one_out(interactions).test, interactions)) == [(1, "ab", "c")]


def test_users_with_few_events_and_repeats_are_not_asked() -> None:
    same = made([(0, A, day) for day in range(5)] + [(1, A, 1), (1, B, 2), (2, A, 1)])
    split = leave_one_out(same)
    assert asked(split.validation) == asked(split.test) == []
    assert len(split.train) == 6


def test_no_events_at_all() -> None:
    split = leave_one_out(made([]))
    assert (len(split.train), len(split.validation.targets), len(split.test.targets)) == (0, 0, 0)
    with pytest.raises(LogError, match="without times"):
        time_split(made([]))


def test_time_split_needs_times() -> None:
    with pytest.raises(LogError, match=r"without times cannot be split by time.*leave_one_out"):
        time_split(replace(BY_HAND, times=np.full(len(BY_HAND), np.nan)))
    with pytest.raises(LogError, match="at 1 different times are too few"):
        time_split(replace(BY_HAND, times=np.ones(len(BY_HAND))))


def test_leave_one_out_without_times_goes_by_order() -> None:
    split = leave_one_out(replace(BY_HAND, times=np.full(len(BY_HAND), np.nan)))
    assert asked(split.test) == [(0, "abc", "d"), (2, "cb", "e")]
    assert split.test.histories.ages.tolist() == [0.0] * 5


EVENTS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, len(ITEMS) - 1), st.integers(0, 40)), min_size=6, max_size=60
)


def cold(interactions: Interactions) -> Split:
    return cold_split(interactions, rng=np.random.default_rng(3), validation_share=0.2, test_share=0.2)


def timed(interactions: Interactions) -> Split:
    return time_split(interactions, validation_share=0.2, test_share=0.2)


WAYS = pytest.mark.parametrize("way", [leave_one_out, timed, cold])


def split_or_none(way: Callable[[Interactions], Split], interactions: Interactions) -> Split | None:
    """None for events at too few different times."""
    try:
        return way(interactions)
    except LogError:
        return None


def moments(interactions: Interactions) -> dict[tuple[int, int], list[float]]:
    """When each user had each item."""
    found: dict[tuple[int, int], list[float]] = {}
    for user, row, time in zip(interactions.users, interactions.rows, interactions.times, strict=True):
        found.setdefault((int(user), int(row)), []).append(float(time))
    return found


@WAYS
@given(events=EVENTS)
@settings(max_examples=60, deadline=None)
def test_nothing_leaks(way: Callable[[Interactions], Split], events: list[tuple[int, int, float]]) -> None:
    interactions = made(events)
    split = split_or_none(way, interactions)
    if split is None:
        return
    had, trained = moments(interactions), set(zip(split.train.users.tolist(), split.train.rows.tolist(), strict=True))
    for held in (split.validation, split.test):
        assert (held.histories.ages >= 0).all()
        for place, (user, target) in enumerate(zip(held.users.tolist(), held.targets.tolist(), strict=True)):
            history = held.histories.slice(place, place + 1).rows.tolist()
            assert history
            assert target not in history
            assert (user, target) not in trained
            latest = max(had[user, target])
            assert all(min(had[user, row]) <= latest for row in history)


@WAYS
@given(events=EVENTS)
@settings(max_examples=40, deadline=None)
def test_the_test_knows_no_more_than_train_and_validation(
    way: Callable[[Interactions], Split], events: list[tuple[int, int, float]]
) -> None:
    split = split_or_none(way, made(events))
    if split is None:
        return
    train, before = set(_events(split.train)), set(_events(split.before_test))
    assert train <= before
    assert not {(int(u), int(t)) for u, t in zip(split.test.users, split.test.targets, strict=True)} & {
        (user, row) for user, row, _ in before
    }


@given(events=EVENTS)
@settings(max_examples=60, deadline=None)
def test_the_cut_in_time_holds_for_everybody(events: list[tuple[int, int, float]]) -> None:
    interactions = made(events)
    split = split_or_none(timed, interactions)
    if split is None:
        return
    cut = interactions.times[~np.isin(interactions.times, split.train.times)].min()
    assert split.train.times.max() < cut
    had = moments(interactions)
    for held in (split.validation, split.test):
        for user, target in zip(held.users.tolist(), held.targets.tolist(), strict=True):
            assert min(had[user, target]) >= cut


@given(events=EVENTS)
@settings(max_examples=40, deadline=None)
def test_cold_items_are_nowhere_in_training(events: list[tuple[int, int, float]]) -> None:
    split = cold(made(events))
    for held in (split.validation, split.test):
        assert not np.isin(held.targets, split.train.rows).any()
        assert not np.isin(held.targets, held.histories.rows).any()
    assert not np.isin(split.test.targets, split.before_test.rows).any()


@WAYS
@given(events=EVENTS, shift=st.integers(0, 59))
@settings(max_examples=40, deadline=None)
def test_a_digest_is_the_same_twice_and_another_after_any_change(
    way: Callable[[Interactions], Split], events: list[tuple[int, int, float]], shift: int
) -> None:
    interactions = made(events)
    place = shift % len(interactions)
    split = split_or_none(way, interactions)
    if split is None:
        return
    assert way(made(events)).digest() == split.digest()
    assert made(events).digest() == interactions.digest()
    for name, change in (("rows", lambda row: (row + 1) % len(ITEMS)), ("weights", lambda weight: weight / 2)):
        values = getattr(interactions, name).copy()
        values[place] = change(values[place])
        assert replace(interactions, **{name: values}).digest() != interactions.digest()
    assert replace(interactions, ratings=interactions.weights).digest() != interactions.digest()
    if len(split.train):
        assert replace(split, train=split.train.where(np.arange(len(split.train)) > 0)).digest() != split.digest()


def _events(interactions: Interactions) -> list[tuple[int, int, float]]:
    return list(zip(interactions.users.tolist(), interactions.rows.tolist(), interactions.times.tolist(), strict=True))
