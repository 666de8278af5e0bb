"""The few-shot benchmark: who is held out, that nothing of them is trained on, and what it measures by hand."""

from __future__ import annotations

import numpy as np
import pytest
from langgraph_recommender.evals.benches import find_bench
from langgraph_recommender.evals.benches.strangers import MOST, hold_out, judged, wanting
from langgraph_recommender.tools.errors import TrainingError
from langgraph_recommender.tools.ranking.data.model import Histories, Interactions, ItemTable
from langgraph_recommender.tools.ranking.metrics import Relevant

USERS, ITEMS = 60, 40


def log(each: int = 16) -> Interactions:
    random = np.random.default_rng(2)
    rows = np.concatenate([random.permutation(ITEMS)[:each] for _ in range(USERS)])
    weights = np.where(np.arange(len(rows)) % 4 == 3, -1.0, 1.0)
    users = np.repeat(np.arange(USERS), each)
    items = ItemTable(tuple(f"i{row}" for row in range(ITEMS)))
    return Interactions(
        tuple(f"u{user}" for user in range(USERS)),
        items,
        users.astype(np.int32),
        rows.astype(np.int32),
        weights.astype(np.float32),
        np.full(len(users), np.nan),
    )


def test_nothing_of_the_strangers_is_trained_on() -> None:
    everything = log()
    strangers = hold_out(everything, 1)
    away = set(range(USERS)) - set(strangers.known.users.tolist())
    assert len(away) == len(strangers.likes) == USERS * 0.2
    assert strangers.cold.sum() == ITEMS * 0.1
    assert not strangers.cold[strangers.known.rows].any()
    liked = {
        frozenset(everything.rows[(everything.users == user) & (everything.weights > 0)].tolist()) for user in away
    }
    held = {frozenset([*one, *cold]) for one, cold in zip(strangers.likes, strangers.cold_likes, strict=True)}
    assert held == liked
    assert all(strangers.cold[rows].all() for rows in strangers.cold_likes)


def test_the_same_items_are_to_be_found_whatever_was_told() -> None:
    strangers = hold_out(log(), 1)
    assert len(strangers.told(0).rows) == 0
    assert np.diff(strangers.told(3).starts).tolist() == [3] * len(strangers.likes)
    wanted = strangers.left
    for person, likes in enumerate(strangers.likes):
        mine = wanted.rows[wanted.starts[person] : wanted.starts[person + 1]]
        assert set(mine.tolist()) == set(likes[MOST:].tolist())


def test_the_same_seed_holds_out_the_same() -> None:
    one, same, other = (hold_out(log(), seed) for seed in (1, 1, 2))
    assert np.array_equal(one.cold, same.cold)
    assert all(np.array_equal(a, b) for a, b in zip(one.likes, same.likes, strict=True))
    assert not np.array_equal(one.cold, other.cold)


def test_what_was_told_and_what_is_not_asked_for_is_left_out() -> None:
    scores = np.arange(20.0)[None, :].repeat(2, axis=0)
    told, wanted = Histories.of([[19, 18], []]), Relevant.of([[17, 2], [19, 9]])
    recall, ndcg = judged(lambda asked: scores[: len(asked)], told, wanted, np.ones(20, bool))
    assert recall.tolist() == [0.5, 0.5]
    assert ndcg == pytest.approx([1 / (1 + 1 / np.log2(3))] * 2)
    few = np.arange(20) < 10
    assert judged(lambda asked: scores[: len(asked)], told, wanted, few)[0].tolist() == [0.5, 0.5]


def test_equal_scores_find_what_chance_finds() -> None:
    people = 400
    told, wanted = Histories.of([[]] * people), Relevant.of([[0]] * people)
    recall, _ = judged(lambda asked: np.zeros((len(asked), 40)), told, wanted, np.ones(40, bool))
    assert recall.mean() == pytest.approx(10 / 40, abs=0.06)
    assert wanting([np.array([1]), np.array([])]).tolist() == [0]


def test_people_with_few_likes_are_an_error() -> None:
    with pytest.raises(TrainingError, match="liked more than 5 items"):
        hold_out(log(each=5), 1)


def test_it_is_a_benchmark() -> None:
    assert "held-out users" in find_bench("fewshot").about
