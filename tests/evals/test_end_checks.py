"""Every expectation of a whole conversation is shown once where it holds and once where it does not."""

from __future__ import annotations

from typing import Any

import pytest
from langgraph_recommender.evals.checks import END_CHECKS, check_end
from langgraph_recommender.evals.suite import AtEnd
from langgraph_recommender.evals.targets import Observed, Shown


def things(*ids: str) -> tuple[Shown, ...]:
    return tuple(Shown(one, one.upper()) for one in ids)


def said(**fields: Any) -> Observed:
    return Observed(reply="Here is something for you.", language="en", intent="recommend", **fields)


ENDS = [
    ("never_shown", {"never_shown": "Clock"}, [things("a1")], [things("a1"), things("c1")]),
    ("shown_sometime", {"shown_sometime": "Clock"}, [things("c1"), things("a1")], [things("a1")]),
    ("no_repeats", {"no_repeats": True}, [things("a1"), things("a2")], [things("a1"), things("a2", "a1")]),
]


@pytest.mark.parametrize(("name", "expect", "right", "wrong"), ENDS, ids=[one[0] for one in ENDS])
def test_each_check_of_the_whole_conversation(name: str, expect: Any, right: Any, wrong: Any, facts: Any) -> None:
    stated = AtEnd.model_validate(expect)
    assert check_end(stated, tuple(said(shown=one) for one in right), facts) == []
    failures = check_end(stated, tuple(said(shown=one) for one in wrong), facts)
    assert [one.check for one in failures] == [f"at_end.{name}"]


def test_model_calls_are_added_up(facts: Any) -> None:
    turns = (said(model_calls=2), said(model_calls=2))
    assert check_end(AtEnd(model_calls=4), turns, facts) == []
    assert [one.check for one in check_end(AtEnd(model_calls=3), turns, facts)] == ["at_end.model_calls"]
    assert {"never_shown", "shown_sometime", "no_repeats", "model_calls"} == set(END_CHECKS)
