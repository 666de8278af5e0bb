"""Popularity and co-occurrence, by hand."""

import itertools

import numpy as np
import pytest
from langgraph_recommender.tools.ranking.data.model import Histories, Interactions, ItemTable
from langgraph_recommender.tools.ranking.models import pairs
from langgraph_recommender.tools.ranking.models.cooccurrence import Cooccurrence, CooccurrenceConfig
from langgraph_recommender.tools.ranking.models.cooccurrence import fit as fit_cooccurrence
from langgraph_recommender.tools.ranking.models.popularity import PopularityConfig
from langgraph_recommender.tools.ranking.models.popularity import fit as fit_popularity
from langgraph_recommender.tools.ranking.models.recency import Recency

DAY = 86400.0


def events(*histories: list[int], n: int = 5, weights: list[float] | None = None) -> Interactions:
    """Each history one user's, a day between events."""
    rows = [row for history in histories for row in history]
    days = [day for history in histories for day in range(len(history))]
    users = np.repeat(np.arange(len(histories)), [len(history) for history in histories])
    return Interactions(
        tuple(f"u{user}" for user in range(len(histories))),
        ItemTable(tuple(f"i{row}" for row in range(n))),
        users.astype(np.int32),
        np.array(rows, np.int32),
        np.ones(len(rows), np.float32) if weights is None else np.array(weights, np.float32),
        DAY * np.array(days, float),
    )


def counted(train: Interactions, *, window: int, decay: float, backward: float = 0.0) -> dict[tuple[int, int], float]:
    blocks = list(pairs.followers(train, window, decay, backward))
    return {(int(i), int(j)): float(c) for block in blocks for i, j, c in zip(*block, strict=True)}


def test_popularity_is_a_share_of_the_logarithm() -> None:
    model = fit_popularity(events([0, 1], [0, 2], [0]), PopularityConfig(half_life=0.0))
    assert model.counts.tolist() == [3, 1, 1, 0, 0]
    assert model.score(Histories.of([[1]]))[0].tolist() == pytest.approx([1, 0.5, 0.5, 0, 0])


def test_popularity_fades() -> None:
    model = fit_popularity(events([0, 1, 2], [0]), PopularityConfig(half_life=1.0))
    assert model.counts.tolist() == pytest.approx([0.5, 0.5, 1.0, 0, 0])


def test_popularity_without_times_is_plain() -> None:
    plain = events([0, 1], [0])
    untimed = Interactions(plain.user_ids, plain.items, plain.users, plain.rows, plain.weights, np.full(3, np.nan))
    assert fit_popularity(untimed, PopularityConfig(half_life=1.0)).counts.tolist() == [2, 1, 0, 0, 0]


def test_a_dislike_makes_nothing_popular() -> None:
    model = fit_popularity(events([0, 1], weights=[1.0, -1.0]), PopularityConfig(half_life=0.0))
    assert model.counts.tolist() == [1, 0, 0, 0, 0]


def test_counts_what_follows_within_the_window() -> None:
    train = events([0, 1, 2, 3], [1, 2])
    assert counted(train, window=2, decay=0.5) == {(0, 1): 1, (0, 2): 0.5, (1, 2): 2, (1, 3): 0.5, (2, 3): 1}


def test_counts_what_came_before_for_a_part() -> None:
    train = events([0, 1], [0, 1], [1, 0])
    assert counted(train, window=1, decay=1.0, backward=0.25) == {(0, 1): 2.25, (1, 0): 1.5}


def test_an_item_does_not_follow_itself() -> None:
    assert counted(events([0, 0, 0]), window=3, decay=1.0) == {}


def test_blocks_do_not_change_the_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(5)
    train = events(*(random.integers(0, 30, 40).tolist() for _ in range(20)), n=30)
    whole = counted(train, window=7, decay=0.8, backward=0.3)
    monkeypatch.setattr(pairs, "_PAIRS", 50)
    assert len(list(pairs.followers(train, 7, 0.8, 0.3))) > 10
    small = counted(train, window=7, decay=0.8, backward=0.3)
    assert small.keys() == whole.keys()
    assert all(small[pair] == pytest.approx(whole[pair]) for pair in whole)


def test_counts_against_a_plain_loop() -> None:
    random = np.random.default_rng(6)
    histories = [random.integers(0, 9, size).tolist() for size in (1, 2, 12, 30)]
    expected: dict[tuple[int, int], float] = {}
    for history in histories:
        for (here, i), (there, j) in itertools.combinations(enumerate(history), 2):
            if there - here <= 5 and i != j:
                expected[i, j] = expected.get((i, j), 0.0) + 0.7 ** (there - here - 1)
    found = counted(events(*histories, n=9), window=5, decay=0.7)
    assert found.keys() == expected.keys()
    assert all(found[pair] == pytest.approx(expected[pair]) for pair in expected)


def cooccurrence(*histories: list[int], **changes: float) -> Cooccurrence:
    plain = {"window": 1, "backward": 0.0, "source_power": 0.5, "target_power": 0.5, "shrinkage": 1.0, "decay": 0.5}
    return fit_cooccurrence(events(*histories), CooccurrenceConfig(**{**plain, **changes}))  # pyright: ignore[reportArgumentType]


def test_strengths_by_hand() -> None:
    """n = 2, 3, 1: 0 -> 1 twice, 1 -> 2 once. A strongest neighbour has 1 on average."""
    model = cooccurrence([0, 1], [0, 1], [1, 2])
    after_0, after_1 = 2 / np.sqrt(3 * 4), 1 / np.sqrt(4 * 2)
    usual = (after_0 + after_1) / 2
    assert model.score(Histories.of([[0]]))[0, 1] == pytest.approx(after_0 / usual, rel=1e-3)
    assert model.score(Histories.of([[1]]))[0].tolist() == pytest.approx([0, 0, after_1 / usual, 0, 0], rel=1e-3)


def test_the_last_event_weighs_most_and_a_dislike_subtracts() -> None:
    model = cooccurrence([0, 1], [2, 3])
    alone = model.score(Histories.of([[0], [2]]))
    assert model.score(Histories.of([[0, 2]]))[0] == pytest.approx(0.5 * alone[0] + alone[1])
    both = Histories.of([[0, 2]])
    disliked = Histories(both.starts, both.rows, np.array([1.0, -1.0], np.float32), both.ages)
    assert model.score(disliked)[0] == pytest.approx(alone[0] - alone[1])


def test_only_the_strongest_are_kept() -> None:
    model = cooccurrence([0, 1], [0, 1], [0, 2], neighbours=1)
    assert np.flatnonzero(model.score(Histories.of([[0]]))[0]).tolist() == [1]


def test_nobody_did_anything() -> None:
    model = cooccurrence([], [])
    assert not model.score(Histories.of([[0, 1]])).any()


def test_recency_counts_positive_known_events_that_came_after() -> None:
    plain = Histories.of([[0, 1, -1, 2, 3], [4]])
    asked = Histories(plain.starts, plain.rows, np.array([1, 1, 1, -1, 1, 1], np.float32), plain.ages)
    assert Recency(decay=0.5).weights(asked).tolist() == [0.25, 0.5, 0, -0.5, 1, 1]
    assert Recency(decay=0.5, last=2).weights(asked).tolist() == [0, 0.5, 0, -0.5, 1, 1]


def test_recency_by_age() -> None:
    plain = Histories.of([[0, 1, 2]])
    aged = Histories(plain.starts, plain.rows, plain.weights, np.array([20.0, 10.0, -3.0], np.float32))
    assert Recency(half_life=10.0).weights(aged).tolist() == pytest.approx([0.25, 0.5, 1.0])
