"""An outcome, written down and read back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langgraph_recommender.evals.checks import Failure
from langgraph_recommender.evals.outcome import Outcome, QuestionPut, SimulatedResult, TurnOutcome, Violation
from langgraph_recommender.evals.suite import Expectation
from langgraph_recommender.evals.targets import Asked, Observed, Shown, ToolUse
from langgraph_recommender.tools.errors import SuiteError
from langgraph_recommender.tools.profile.model import UserProfile

OUTCOME: dict[str, Any] = {
    "suite": "shop.yaml",
    "line": 4,
    "name": "lamps",
    "catalog": "shop",
    "language": "zh",
    "planned": 2,
    "tags": ("cold start",),
    "repeat": 3,
    "seed": 7,
}


def through_json(outcome: Outcome) -> Outcome:
    return Outcome.from_data(json.loads(json.dumps(outcome.to_data())))


def test_everything_comes_back(facts: Any) -> None:
    observed = Observed(
        reply="台灯",
        intent="recommend",
        shown=(Shown("c2", "台灯", ("便宜",), 0.5, {"popularity": 0.1}),),
        question=Asked("price", ("50", "100")),
        tools=(ToolUse("search_catalog", {"query": "台灯", "k": 5}),),
        constraints=facts.filters(["price < 50", "tags in (lamp, chair)", "year between 1990 and 2000"]),
        profile=UserProfile(user_id="u1", language="zh"),
        latency_ms=12.5,
        hidden=("emotion",),
    )
    expect = Expectation.model_validate({"intent": "recommend", "shown": {"at_least": 1}, "question": False})
    turn = TurnOutcome("台灯", observed, (Failure("question", "False", "asked about price"),), expect, ("emotion",))
    simulated = SimulatedResult(
        "impatient", ("c2",), 1, (QuestionPut(1, "price", 6, 2),), (Violation(2, "breaks what was said", "b1"),), True
    )
    outcome = Outcome(
        **OUTCOME, turns=(turn,), at_end=(Failure("at_end.no_repeats", "True", "x"),), simulated=simulated
    )
    assert through_json(outcome) == outcome
    assert outcome.skipped == ("emotion",)


def test_a_turn_without_an_answer_comes_back() -> None:
    outcome = Outcome(**OUTCOME, turns=(TurnOutcome("hi", None, (Failure("reply", "an answer", "boom"),)),))
    assert through_json(outcome) == outcome
    assert not outcome.passed


def test_arguments_that_are_no_json_are_written_as_text() -> None:
    turn = TurnOutcome("hi", Observed("yes", tools=(ToolUse("search", {"what": object}),)))
    held = through_json(Outcome(**OUTCOME, turns=(turn,))).turns[0].observed
    assert held is not None
    assert held.tools[0].args == {"what": "<class 'object'>"}


def test_something_else_is_refused() -> None:
    with pytest.raises(SuiteError, match="not an outcome: line"):
        Outcome.from_data({"suite": "shop.yaml"})
