"""Accuracy by hand, and what happens with nothing, with one item twice, and with equal scores."""

from collections.abc import Callable
from itertools import pairwise
from math import log2

import numpy as np
import pytest
from langgraph_recommender.tools.ranking.data.model import Histories
from langgraph_recommender.tools.ranking.data.splits import Held
from langgraph_recommender.tools.ranking.learning.evaluate import ranks
from langgraph_recommender.tools.ranking.metrics import (
    Relevant,
    average_precision,
    graded_ndcg_of,
    hit_at,
    hit_rate,
    ndcg,
    ndcg_at,
    ndcg_of,
    precision,
    recall,
    reciprocal_at,
    reciprocal_rank,
    top,
)

Metric = Callable[[np.ndarray, Relevant, int], np.ndarray]
LISTS = np.array([[7, 3, 9, 1], [2, 5, 2, -1], [4, 6, 8, 0], [-1, -1, -1, -1], [3, 4, 5, 6]])
RELEVANT = Relevant.of([[3, 1, 5], [2], [9], [1], []])
TABLE: dict[Metric, list[float]] = {
    # Person 1 finds 2 of 3, at places 2 and 4; 2 the one, twice; 3 none; 4 has no list; 5 finds nothing relevant.
    precision: [2 / 4, 1 / 4, 0, 0, 0],
    recall: [2 / 3, 1, 0, 0, 0],
    hit_rate: [1, 1, 0, 0, 0],
    reciprocal_rank: [1 / 2, 1, 0, 0, 0],
    average_precision: [(1 / 2 + 2 / 4) / 3, 1, 0, 0, 0],
    ndcg: [(1 / log2(3) + 1 / log2(5)) / (1 + 1 / log2(3) + 1 / log2(4)), 1, 0, 0, 0],
}
ACCURACY = pytest.mark.parametrize("metric", TABLE, ids=lambda one: one.__name__)


@ACCURACY
def test_by_hand(metric: Metric) -> None:
    assert metric(LISTS, RELEVANT, 4) == pytest.approx(TABLE[metric])


@ACCURACY
def test_nobody(metric: Metric) -> None:
    assert metric(np.zeros((0, 4), int), Relevant.of([]), 4).shape == (0,)
    assert metric(np.zeros((1, 0), int), Relevant.of([[1]]), 4).tolist() == [0]


@ACCURACY
def test_a_perfect_list_has_1_and_only_the_first_k_count(metric: Metric) -> None:
    perfect, relevant = np.array([[4, 2, 9]]), Relevant.of([[9, 4, 2]])
    assert metric(perfect, relevant, 3).tolist() == [1]
    if metric is not recall:
        assert metric(perfect, relevant, 2).tolist() == [1]
    assert metric(np.array([[0, 1, 4]]), relevant, 2).tolist() == [0]


@ACCURACY
def test_an_item_that_stands_twice_counts_once(metric: Metric) -> None:
    once, twice = np.array([[4, 7, 8]]), np.array([[4, 4, 4]])
    assert metric(twice, Relevant.of([[4, 9]]), 3) == metric(once, Relevant.of([[4, 9]]), 3)


@ACCURACY
def test_never_higher_when_a_relevant_item_falls(metric: Metric) -> None:
    places = [metric(np.array([[*range(10, 10 + before), 1]]), Relevant.of([[1, 2]]), 6)[0] for before in range(8)]
    assert all(one >= other for one, other in pairwise(places))
    assert places[-1] == 0


def test_grades() -> None:
    relevant = Relevant.of([{1: 3.0, 2: 1.0, 5: 0.0}])
    assert len(relevant.rows) == 2
    ideal = 7 / log2(2) + 1 / log2(3)
    assert ndcg(np.array([[2, 8, 1]]), relevant, 3) == pytest.approx([(1 / log2(2) + 7 / log2(4)) / ideal])
    linear = (1 / log2(2) + 3 / log2(4)) / (3 / log2(2) + 1 / log2(3))
    assert ndcg(np.array([[2, 8, 1]]), relevant, 3, exponential=False) == pytest.approx([linear])


def test_an_order_of_graded_ids() -> None:
    grades = {"a": 3.0, "b": 1.0, "c": 0.0}
    ideal = 7 / log2(2) + 1 / log2(3)
    assert ndcg_of(["b", "x", "a"], grades) == pytest.approx((1 / log2(2) + 7 / log2(4)) / ideal)
    assert graded_ndcg_of(["b", "x", "a"], grades) == pytest.approx((1 / log2(2) + 7 / log2(3)) / ideal)
    assert ndcg_of([], {}) == 0.0


def test_ndcg_as_scikit_learn_has_it() -> None:
    from sklearn.metrics import ndcg_score

    generator = np.random.default_rng(3)
    grades = generator.integers(0, 4, (50, 30))
    scores = generator.random((50, 30))
    relevant = Relevant.of([dict(enumerate(map(float, one))) for one in grades])
    for k in (1, 5, 10, 30):
        ours = ndcg(top(scores, k), relevant, k)
        assert ours.mean() == pytest.approx(ndcg_score(np.exp2(grades) - 1, scores, k=k))
        linear = ndcg(top(scores, k), relevant, k, exponential=False)
        assert linear.mean() == pytest.approx(ndcg_score(grades, scores, k=k))


def test_from_a_rank_alone_as_from_a_list() -> None:
    found = np.array([1.0, 2.0, 4.0, 10.0, 11.0, 500.0])
    lists = np.array([[row if place != at else 99 for place, row in enumerate(range(20), 1)] for at in found])
    target = Relevant.one_each(np.full(6, 99))
    assert ndcg_at(found) == pytest.approx(ndcg(lists, target))
    assert hit_at(found) == pytest.approx(hit_rate(lists, target))
    assert hit_at(found) == pytest.approx(recall(lists, target))
    assert reciprocal_at(found, 10) == pytest.approx(reciprocal_rank(lists, target))
    assert reciprocal_at(found, 10) == pytest.approx(average_precision(lists, target))
    assert reciprocal_at(found)[4] == pytest.approx(1 / 11)


def test_equal_scores_share_their_mean_rank_and_a_list_takes_the_lower_row() -> None:
    held = Held(Histories.of([[0], [0]]), np.array([1, 3], np.int32), np.arange(2, dtype=np.int32))
    scores = np.array([[9.0, 0.5, 0.5, 0.5, 0.1]] * 2)
    assert ranks(lambda _: scores, held).tolist() == [2, 2]
    assert top(scores, 3).tolist() == [[0, 1, 2]] * 2
    assert top(np.zeros((1, 4)), 9).tolist() == [[0, 1, 2, 3, -1, -1, -1, -1, -1]]
    assert top(np.full((1, 2), -np.inf), 1).tolist() == [[-1]]
    assert top(np.zeros((1, 0)), 2).tolist() == [[-1, -1]]


def test_top_is_the_beginning_of_a_stable_sort() -> None:
    scores = np.random.default_rng(1).integers(0, 5, (40, 50)).astype(float)
    assert (top(scores, 12) == np.argsort(-scores, axis=1, kind="stable")[:, :12]).all()
