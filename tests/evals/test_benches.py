"""Figures and their bounds, the registry, and the violations a benchmark reports."""

from __future__ import annotations

import doctest
from typing import Any

import pytest
from langgraph_recommender.evals.benches import BENCHES, BenchReport, Figure, Options, figures, find_bench
from langgraph_recommender.evals.benches.conversations import _figures, _notes
from langgraph_recommender.evals.generate import RandomTalk, RandomTurn, Violation
from langgraph_recommender.evals.targets import Observed
from langgraph_recommender.tools.errors import SettingsError


def test_examples_in_the_docstrings() -> None:
    assert doctest.testmod(figures).failed == 0


@pytest.mark.parametrize(("share", "expected"), [(0.5, 10.0), (0.95, 19.0), (1.0, 20.0), (0.0, 1.0)])
def test_percentile_is_the_nearest_rank(share: float, expected: float) -> None:
    assert figures.percentile([float(value) for value in range(20, 0, -1)], share) == expected


def test_a_bound_is_reached_or_not() -> None:
    assert Figure("a", 2, at_most=2).reached is True
    assert Figure("a", 3, at_most=2).reached is False
    assert Figure("a", 1, at_least=2).reached is False
    assert Figure("a", 3).reached is None


def test_one_missed_bound_fails_the_report() -> None:
    good, bad = Figure("a", 1, at_most=2), Figure("b", 3, at_most=2)
    assert BenchReport("x", (good,), Options()).reached
    report = BenchReport("x", (good, bad), Options(seed=9))
    assert not report.reached
    assert report.as_data()["seed"] == 9
    assert report.as_data()["versions"]["langgraph"]


def test_an_unknown_benchmark_suggests_the_nearest() -> None:
    assert find_bench("turns") is BENCHES["turns"]
    with pytest.raises(SettingsError, match="'conversations'"):
        find_bench("conversation")


def test_each_kind_of_violation_fails_the_conversations() -> None:
    def told(*kinds: Any) -> list[RandomTalk]:
        found = tuple(Violation(kind, "a", "why") for kind in kinds)
        return [RandomTalk("shop", "en", 1, 0, (RandomTurn("a lamp", Observed("ok"), 3, found),))]

    assert all(one.reached is not False for one in _figures(told()))
    assert not _notes(told())
    for kind in ("not in the catalog", "breaks what was said", "shown again", "no answer"):
        assert [one.reached for one in _figures(told(kind))].count(False) == 1
        assert kind in _notes(told(kind))[0]
