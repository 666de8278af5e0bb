"""Two runs on the same conversations: better, worse, or can't tell."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from langgraph_recommender.evals.checks import Failure
from langgraph_recommender.evals.facts import CatalogFacts
from langgraph_recommender.evals.metrics import METRICS, Difference, Verdict, compare, paired, trials_of
from langgraph_recommender.evals.metrics.measuring import Key
from langgraph_recommender.evals.metrics.metric import Trials
from langgraph_recommender.evals.outcome import Outcome, TurnOutcome
from langgraph_recommender.evals.targets import Observed
from langgraph_recommender.tools.items import CatalogSchema

FACTS = CatalogFacts.build(CatalogSchema(facets=()), [])
WRONG = Failure("intent", "recommend", "chitchat")


def run(passed: Sequence[bool], calls: Sequence[int] | None = None) -> dict[Key, Trials]:
    outcomes = [
        Outcome(
            "s.yaml",
            1,
            str(n),
            "c",
            "en",
            1,
            (TurnOutcome("x", Observed("y", model_calls=made), () if ok else (WRONG,)),),
        )
        for n, (ok, made) in enumerate(zip(passed, calls or [0] * len(passed), strict=True))
    ]
    return trials_of(outcomes, lambda _: FACTS)


def found(one: dict[Key, Trials], other: dict[Key, Trials], name: str) -> Difference:
    return next(each for each in compare(METRICS, paired(one, other), seed=1) if each.metric.name == name)


def test_a_clear_gain_is_better_one_way_and_worse_the_other() -> None:
    good, bad = run([True] * 38 + [False] * 2), run([True] * 20 + [False] * 20)
    ahead = found(good, bad, "passed")
    assert ahead.verdict is Verdict.BETTER
    assert ahead.difference.mean == pytest.approx(18 / 40)
    assert ahead.difference.low > 0
    assert found(bad, good, "passed").verdict is Verdict.WORSE


def test_fewer_calls_are_better() -> None:
    ones = [True] * 30
    assert found(run(ones, [1] * 30), run(ones, [2] * 30), "model calls").verdict is Verdict.BETTER


def test_a_small_or_no_difference_cannot_be_told() -> None:
    one = run([True] * 19 + [False])
    assert found(one, run([True] * 20), "passed").verdict is Verdict.UNKNOWN
    same = found(one, one, "passed")
    assert same.p == 1.0
    assert (same.difference.low, same.difference.high) == (0.0, 0.0)


def test_pairs_count_and_not_their_spread() -> None:
    """Each conversation makes one call more: certain in pairs, although the conversations differ wildly."""
    calls = [n * 7 % 40 for n in range(40)]
    one = found(run([True] * 40, [n + 1 for n in calls]), run([True] * 40, calls), "model calls")
    assert one.verdict is Verdict.WORSE


def test_p_values_are_corrected_for_the_number_of_metrics() -> None:
    pairs = paired(run([True] * 8), run([True] * 2 + [False] * 6))
    alone = compare([one for one in METRICS if one.name == "passed"], pairs, seed=1)[0]
    among = next(one for one in compare(METRICS, pairs, seed=1) if one.metric.name == "passed")
    assert alone.verdict is Verdict.BETTER
    assert among.verdict is Verdict.UNKNOWN
    assert among.p > alone.p


def test_only_what_both_have_is_compared() -> None:
    assert len(paired(run([True] * 3), run([True] * 2))) == 2
    assert compare(METRICS, [], seed=1) == []
