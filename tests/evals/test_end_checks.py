"""Every expectation of a whole conversation is shown once where it holds and once where it does not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from langgraph_recommender.evals.checks import END_CHECKS, END_REMARKED, Remark, check_end, remarks_at_end
from langgraph_recommender.evals.suite import AtEnd
from langgraph_recommender.evals.targets import Asked, Observed, Shown, ToolUse
from langgraph_recommender.tools.profile.model import FeedbackKind, ItemEvent, UserProfile


def things(*ids: str) -> tuple[Shown, ...]:
    return tuple(Shown(one, one.upper()) for one in ids)


def said(**fields: Any) -> Observed:
    return Observed(reply="Here is something for you.", language="en", intent="recommend", **fields)


ENDS = [
    ("never_shown", {"never_shown": "Clock"}, [things("a1")], [things("a1"), things("c1")]),
    ("shown_sometime", {"shown_sometime": "Clock"}, [things("c1"), things("a1")], [things("a1")]),
    ("satisfy", {"satisfy": "price < 50"}, [things("a1"), (), things("a2")], [things("a1"), things("c1")]),
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


def test_questions_are_counted(facts: Any) -> None:
    turns = (said(question=Asked("brand")), said(), said(question=Asked("price")))
    assert check_end(AtEnd(questions=2), turns, facts) == []
    assert [one.got for one in check_end(AtEnd(questions=1), turns, facts)] == ["2 asked: brand, price"]


def test_tools_and_profile_at_the_end(facts: Any) -> None:
    liked = ItemEvent(item_id="b1", catalog="shop", kind=FeedbackKind.LIKE, time=datetime(2026, 1, 1, tzinfo=UTC))
    turns = (said(tools=(ToolUse("forget"),)), said(profile=UserProfile(user_id="u", events=[liked])))
    kept = AtEnd.model_validate({"tools": {"include": "forget"}, "profile": {"has": {"liked": "Chair"}}})
    assert check_end(kept, turns, facts) == []
    broken = AtEnd.model_validate({"tools": {"forbid": "forget"}, "profile": {"empty": True}})
    assert {one.check for one in check_end(broken, turns, facts)} == {"at_end.tools.forbid", "at_end.profile.empty"}
    assert check_end(kept, (), facts) == []


def test_a_slow_conversation_is_remarked_on(facts: Any) -> None:
    turns = (said(latency_ms=300.0), said(latency_ms=300.0))
    assert remarks_at_end(AtEnd(latency_ms=600), turns, facts) == []
    assert check_end(AtEnd(latency_ms=500), turns, facts) == []
    assert remarks_at_end(AtEnd(latency_ms=500), turns, facts) == [Remark("at_end.latency_ms", "500", "600 ms")]


def test_every_expectation_of_the_end_has_a_check() -> None:
    assert set(END_CHECKS) | set(END_REMARKED) | {"tools", "profile"} == set(AtEnd.model_fields)
