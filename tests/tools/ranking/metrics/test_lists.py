"""What lists show, by hand: how much of the catalog, how popular, how new, how varied, how well mixed."""

from math import log, log2, sqrt

import numpy as np
import pytest
from langgraph_recommender.tools.ranking.data.model import Histories
from langgraph_recommender.tools.ranking.metrics import (
    average_popularity,
    coverage,
    exposure,
    facet_shares,
    gini,
    intra_list_diversity,
    mean_of,
    miscalibration,
    mix_of_histories,
    mix_of_lists,
    novelty,
)

LISTS = np.array([[0, 1], [0, 2], [0, -1], [-1, -1]])
NOBODY = np.zeros((0, 2), int)
SHARES, GENRES = facet_shares([["jazz"], ["pop"], ["pop", "jazz", "pop"], []])


def test_coverage_and_gini() -> None:
    # Items 0, 1, 2, 3 stand in 3, 1, 1, 0 places: ascending 0 1 1 3, (-3 * 0 - 1 * 1 + 1 * 1 + 3 * 3) / (4 * 5).
    assert coverage(LISTS, 4) == 0.75
    assert gini(LISTS, 4) == pytest.approx(9 / 20)
    assert coverage(NOBODY, 4) == gini(NOBODY, 4) == coverage(NOBODY, 0) == gini(NOBODY, 0) == 0
    assert gini(np.array([[0, 0]]), 2) == 0.5


def test_gini_is_half_the_mean_difference_over_the_mean() -> None:
    places = np.random.default_rng(1).integers(0, 9, 12)
    lists = np.repeat(np.arange(12), places)[:, None]
    apart = np.abs(places[:, None] - places[None]).mean()
    assert gini(lists, 12) == pytest.approx(apart / (2 * places.mean()))


def test_popularity_and_novelty() -> None:
    counts = np.array([8, 4, 1, 0])
    assert average_popularity(LISTS, counts) == pytest.approx([6, 4.5, 8, np.nan], nan_ok=True)
    assert mean_of(average_popularity(LISTS, counts)) == pytest.approx(18.5 / 3)
    assert novelty(LISTS, counts, 8) == pytest.approx([0.5, 1.5, 0, np.nan], nan_ok=True)
    assert novelty(np.array([[3, 3]]), counts, 8) == pytest.approx([log2(8)])
    assert np.isnan(mean_of(average_popularity(NOBODY, counts)))


def test_diversity() -> None:
    vectors = np.array([[1, 0], [0, 1], [sqrt(0.5), sqrt(0.5)], [0, 0]])
    lists = np.array([[0, 1, 2], [0, 2, -1], [0, 0, -1], [0, 3, -1], [0, -1, -1], [-1, -1, -1]])
    near = 1 - sqrt(0.5)
    expected = [(1 + 2 * near) / 3, near, 0, 1, np.nan, np.nan]
    assert intra_list_diversity(lists, vectors) == pytest.approx(expected, nan_ok=True)
    assert intra_list_diversity(np.zeros((0, 3), int), vectors).shape == (0,)


def test_diversity_of_many_lists_is_that_of_each_pair() -> None:
    generator = np.random.default_rng(1)
    vectors = generator.normal(size=(40, 6))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    lists = generator.integers(0, 40, (600, 5))
    apart = 1 - np.einsum("bkd,bld->bkl", vectors[lists], vectors[lists])
    pairs = apart[:, *np.triu_indices(5, 1)].mean(axis=1)
    assert intra_list_diversity(lists, vectors) == pytest.approx(pairs)


def test_mixes() -> None:
    assert GENRES == ("jazz", "pop")
    assert mix_of_lists(LISTS, SHARES) == pytest.approx(np.array([[0.5, 0.5], [0.75, 0.25], [1, 0], [0, 0]]))
    assert mix_of_lists(LISTS[:1], SHARES, np.array([3.0, 1.0])) == pytest.approx(np.array([[0.75, 0.25]]))
    assert mix_of_lists(np.array([[0, 3]]), SHARES).tolist() == [[1, 0]]


def test_a_dislike_and_an_unknown_item_say_nothing_of_the_taste() -> None:
    histories = Histories.of([[0, 1, 1, 2], [-1, 3], []])
    histories.weights[1] = -1
    histories.weights[2] = 0.5
    assert mix_of_histories(histories, SHARES) == pytest.approx(np.array([[1.5 / 2.5, 1 / 2.5], [0, 0], [0, 0]]))


def test_miscalibration() -> None:
    tastes = np.array([[0.7, 0.3], [0.7, 0.3], [0.7, 0.3], [0.0, 0.0]])
    mixes = np.array([[0.7, 0.3], [1.0, 0.0], [0.0, 0.0], [1.0, 0.0]])
    one_sided = 0.7 * log(0.7 / (0.99 + 0.007)) + 0.3 * log(0.3 / 0.003)
    assert miscalibration(tastes, mixes) == pytest.approx([0, one_sided, log(100), np.nan], nan_ok=True)
    assert miscalibration(tastes[1:2], mixes[1:2], alpha=0.5) == pytest.approx([0.7 * log(0.7 / 0.85) + 0.3 * log(2)])


def test_exposure() -> None:
    places = 1 + 1 / log2(3)
    found = exposure(np.array([[0, 1], [1, 3]]), SHARES)
    assert found == pytest.approx([1 / (1 + places), places / (1 + places)])
    assert exposure(NOBODY, SHARES).tolist() == [0, 0]
