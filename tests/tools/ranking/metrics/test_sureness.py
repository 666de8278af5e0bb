"""Intervals, gaps between groups and reliability: by hand, and against what a simulation must give."""

import numpy as np
import pytest
from langgraph_recommender.tools.errors import InputError
from langgraph_recommender.tools.ranking.metrics import (
    group_gap,
    mean_with_interval,
    paired_difference,
    reliability,
)
from langgraph_recommender.tools.ranking.metrics.intervals import resampled_means


def test_an_interval_holds_its_mean_and_repeats_with_its_seed() -> None:
    values = [0.0, 0.5, 1.0, 1.0]
    found = mean_with_interval(values, 1)
    assert found.low <= found.mean == 0.625 <= found.high
    assert found == mean_with_interval(values, 1)
    assert f"{mean_with_interval([0.5], 1):.1f}" == "0.5 (0.5 to 0.5)"
    with pytest.raises(InputError, match="nothing"):
        mean_with_interval([], 1)


def test_an_interval_is_as_wide_as_the_standard_error_says() -> None:
    values = np.random.default_rng(1).normal(size=2_500)
    found = mean_with_interval(values, 2)
    assert found.high - found.low == pytest.approx(2 * 1.96 / 50, rel=0.06)


def test_many_values_are_drawn_in_parts_and_come_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(1).random(37)
    whole = resampled_means(values, np.random.default_rng(5))
    monkeypatch.setattr("langgraph_recommender.tools.ranking.metrics.intervals._DRAWN", 1_000)
    assert (resampled_means(values, np.random.default_rng(5)) == whole).all()


def test_a_pair_is_judged_by_its_difference() -> None:
    """Between people the values differ widely; the one is ahead of the other in each."""
    other = np.random.default_rng(1).random(200)
    one = other + 0.01
    assert paired_difference(one, other, 1).low == pytest.approx(0.01)
    assert mean_with_interval(one, 1).low < mean_with_interval(other, 1).high
    with pytest.raises(InputError, match="paired"):
        paired_difference([1.0], [1.0, 2.0, 3.0], 1)


def test_the_gap_is_between_the_best_group_and_the_worst() -> None:
    values = np.array([1.0, 0.0, 0.2, 0.2, 0.9, np.nan])
    found = group_gap(values, ["a", "a", "b", "b", "c", "d"], 1)
    assert found
    assert (found.best, found.worst) == ("c", "b")
    assert {name: one.mean for name, one in found.means.items()} == pytest.approx({"a": 0.5, "b": 0.2, "c": 0.9})
    assert found.difference.mean == pytest.approx(0.7)
    assert found.difference.low == found.difference.high


def test_the_interval_of_a_gap() -> None:
    generator = np.random.default_rng(1)
    values = np.concatenate([generator.normal(0.5, 1, 900), generator.normal(0, 1, 900)])
    found = group_gap(values, ["old"] * 900 + ["new"] * 900, 3)
    assert found
    width = 2 * 1.96 * np.sqrt(2 / 900)
    assert found.difference.high - found.difference.low == pytest.approx(width, rel=0.1)
    assert found.difference.low > 0


def test_one_group_has_no_gap() -> None:
    assert group_gap(np.ones(3), ["a"] * 3, 1) is None
    assert group_gap(np.zeros(0), [], 1) is None
    same = group_gap(np.ones(2), ["a", "b"], 1)
    assert same
    assert same.difference.mean == 0


def test_reliability_by_hand() -> None:
    said = np.array([0.0, 0.1, 0.25, 0.3, 1.0])
    found = reliability(said, np.array([0, 1, 0, 1, 1]), bins=5)
    assert [(one.low, one.high, one.count) for one in found.bins] == [
        (0.0, 0.2, 2),
        (0.2, 0.4, 2),
        (0.8, 1.0, 1),
    ]
    assert [one.rate for one in found.bins] == [0.5, 0.5, 1.0]
    assert found.error == pytest.approx((2 * 0.45 + 2 * 0.225 + 0) / 5)
    assert found.brier == pytest.approx((0 + 0.81 + 0.0625 + 0.49 + 0) / 5)
    assert reliability(np.zeros(0), np.zeros(0)).error == 0


def test_bins_of_equally_many_cases() -> None:
    said = np.array([0.3, 0.1, 0.2, 0.11, 0.12])
    found = reliability(said, np.array([1, 0, 1, 0, 0]), bins=2, even=True)
    assert [(one.low, one.high, one.count) for one in found.bins] == [(0.1, 0.12, 3), (0.2, 0.3, 2)]
    assert found.error == pytest.approx((3 * 0.11 + 2 * 0.75) / 5)


def test_what_happens_as_often_as_it_is_said_to_has_no_error() -> None:
    generator = np.random.default_rng(1)
    said = generator.random(200_000)
    happened = generator.random(200_000) < said
    assert reliability(said, happened).error < 0.01
    assert reliability(said**2, happened).error == pytest.approx(1 / 2 - 1 / 3, abs=0.01)
