"""Sparse weights between items, folded and kept."""

import numpy as np
import pytest
from langgraph_recommender.tools.ranking.data.model import Histories
from langgraph_recommender.tools.ranking.models.sparse import ItemWeights, largest
from safetensors.numpy import load, save


@pytest.fixture
def dense() -> np.ndarray:
    random = np.random.default_rng(3)
    return (random.standard_normal((6, 6)) * (random.random((6, 6)) < 0.4)).astype(np.float16).astype(np.float32)


@pytest.fixture
def weights(dense: np.ndarray) -> ItemWeights:
    sources, columns = np.nonzero(dense)
    return ItemWeights.of(sources, columns, dense[sources, columns], 6)


def test_a_folded_history_is_a_product(weights: ItemWeights, dense: np.ndarray) -> None:
    asked = Histories.of([[0, 3, 3], [], [5, -1, 2]])
    of_events = np.array([0.5, 1.0, 0.0, -1.0, 9.0, 0.25])
    expected = np.stack([0.5 * dense[0] + dense[3], np.zeros(6), 0.25 * dense[2] - dense[5]])
    assert weights.fold(asked, of_events) == pytest.approx(expected, abs=1e-6)
    rows = np.array([4, 0, 4])
    assert weights.fold(asked, of_events, rows) == pytest.approx(expected[:, rows], abs=1e-6)


@pytest.mark.parametrize("n", [6, 70_000], ids=["two bytes a column", "four"])
def test_is_kept_and_comes_back(dense: np.ndarray, n: int) -> None:
    sources, columns = np.nonzero(dense)
    far = columns + n - 6
    kept = load(save(ItemWeights.of(sources, far, dense[sources, columns], n).tensors()))
    back = ItemWeights.from_tensors(kept)
    assert back.n == n
    one = back.fold(Histories.of([[2]]), np.ones(1))[0]
    assert one[n - 6 :].tolist() == dense[2].tolist()


def test_the_largest_of_each_source() -> None:
    sources, strengths = np.array([0, 0, 0, 2, 2, 5]), np.array([1.0, 3.0, 2.0, 4.0, 4.0, -1.0])
    assert largest(sources, strengths, 2).tolist() == [1, 2, 3, 4, 5]
    assert largest(sources, strengths, 1).tolist() == [1, 3, 5]
