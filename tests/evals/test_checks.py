"""Every expectation is shown once where it holds and once where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from langgraph_recommender.evals.checks import CHECKS, REMARKED, Moment, Remark, check_turn, remarks
from langgraph_recommender.evals.suite import Expectation, ProfileFacts, Relative
from langgraph_recommender.evals.targets import Asked, Observed, Shown, ToolUse
from langgraph_recommender.graphs.policies import Policies
from langgraph_recommender.tools.constraints import Constraint, Op, Source
from langgraph_recommender.tools.profile.model import (
    FeedbackKind,
    ItemEvent,
    LastingConstraint,
    Preference,
    UserProfile,
)
from pydantic import BaseModel

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TITLES = {"a1": "Lamp One (Lamps, #1)", "a2": "Lamp Two", "b1": "Chair", "b2": "Stool", "c1": "Clock", "c2": "台灯"}


def things(*ids: str) -> tuple[Shown, ...]:
    return tuple(Shown(one, TITLES.get(one, "Ghost")) for one in ids)


def said(**fields: Any) -> Observed:
    return Observed(**{"reply": "Here is something for you.", "language": "en", "intent": "recommend", **fields})


def because(item: str, reason: str, **fields: Any) -> Observed:
    return said(shown=(Shown(item, TITLES[item], (reason,)),), **fields)


def limit(facet: str, op: Op, value: Any, **fields: Any) -> Constraint:
    return Constraint(facet=facet, op=op, value=value, **fields)


def event(item: str, kind: FeedbackKind) -> ItemEvent:
    return ItemEvent(item_id=item, catalog="shop", kind=kind, time=NOW)


UNDER_50 = limit("price", Op.LT, 50.0)
NO_BORG = LastingConstraint(constraint=limit("brand", Op.NE, "Borg"), catalog="shop", time=NOW)
ONLY_ACME = LastingConstraint(constraint=limit("brand", Op.IN, ("Acme",)), catalog="shop", time=NOW)
CHEAP = LastingConstraint(constraint=limit("price", Op.LE, 50.0), catalog="shop", time=NOW)


def profile(*parts: Preference | ItemEvent | LastingConstraint, language: Any = "") -> UserProfile:
    return UserProfile(
        user_id="u",
        preferences=[one for one in parts if isinstance(one, Preference)],
        events=[one for one in parts if isinstance(one, ItemEvent)],
        constraints=[one for one in parts if isinstance(one, LastingConstraint)],
        language=language,
    )


LIKES_LAMPS = Preference(facet="tags", value="desk lamps", weight=0.8, time=NOW)
HATES_LAMPS = Preference(facet="tags", value="lamps", weight=-0.8, time=NOW)


@dataclass(frozen=True)
class Case:
    """`right` and `wrong` answer the same turn; only `wrong` may fail, and only in this check."""

    check: str
    expect: dict[str, Any]
    right: Observed
    wrong: Observed
    earlier: tuple[Observed, ...] = ()
    rules: dict[str, Any] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)


PRICES = {"constraints_include": "price < 50"}
BEFORE = (said(shown=things("a2", "b1")), said())
KNOWS_A1 = event("a1", FeedbackKind.SEEN)
CASES = [
    Case("intent", {"intent": ["recommend", "refine"]}, said(), said(intent="chitchat")),
    Case("language", {}, said(), said(language="zh")),
    Case("language", {}, said(), said(reply="为你推荐这些，希望你喜欢。")),
    Case("language", {}, said(), said(reply=" ")),
    Case("language", {"language": "zh"}, said(language="zh", reply="给你 Lamp Two", shown=things("a2")), said()),
    Case(
        "language",
        {"language": "zh"},
        said(language="zh", reply="对比：Acme、Acme、lamp、desk、lamp", shown=things("a1", "a2")),
        said(language="zh", reply="对比：one way or another, maybe so", shown=things("a1", "a2")),
    ),
    Case("emotion.recognised", {"emotion": "sad"}, said(emotion="sad"), said(emotion="neutral")),
    Case("emotion.recognised", {"emotion": ["sad", "stressed"]}, said(emotion="stressed"), said(emotion="happy")),
    Case(
        "emotion.acknowledged",
        {"emotion": {"recognised": "sad", "acknowledged": True}},
        said(emotion="sad", reply="That sounds really hard. Maybe Lamp Two?", shown=things("a2")),
        said(emotion="sad", reply="Maybe Lamp Two?", shown=things("a2")),
    ),
    Case(
        "emotion.acknowledged",
        {"language": "zh", "emotion": {"acknowledged": True}},
        said(emotion="stressed", language="zh", reply="别着急，看看这个。"),
        said(emotion="stressed", language="zh", reply="看看这个台灯。"),
    ),
    Case(
        "emotion.acknowledged",
        {"emotion": {"acknowledged": False}},
        said(emotion="neutral"),
        said(emotion="neutral", reply="I'm so sorry to hear that. Here is something."),
    ),
    Case(
        "emotion.not_cheered",
        {"emotion": {"recognised": "sad", "not_cheered": True}},
        said(emotion="sad", reply="That's rough. Maybe Lamp Two?", shown=things("a2")),
        said(emotion="sad", reply="Awesome! Here is Lamp Two!", shown=things("a2")),
    ),
    Case("constraints_include", PRICES, said(constraints=(UNDER_50,)), said()),
    Case(
        "constraints_include",
        PRICES,
        said(constraints=(limit("price", Op.LE, 41.0),)),
        said(constraints=(limit("price", Op.LE, 60.0), limit("brand", Op.NE, "Core"))),
    ),
    Case(
        "constraints_include", PRICES, said(constraints=(UNDER_50,)), said(constraints=(limit("price", Op.LT, 15.0),))
    ),
    Case(
        "constraints_include",
        PRICES,
        said(constraints=(UNDER_50,)),
        said(constraints=(UNDER_50.model_copy(update={"hard": False}),)),
    ),
    Case(
        "constraints_include",
        {"constraints_include": "brand = Acme"},
        said(constraints=(limit("brand", Op.IN, ("acme",)),)),
        said(constraints=(limit("brand", Op.IN, ("Acme", "Borg")),)),
    ),
    Case(
        "constraints_exactly",
        {"constraints_exactly": "price < 50"},
        said(constraints=(UNDER_50, limit("year", Op.GT, 2000.0, source=Source.POLICY))),
        said(constraints=(UNDER_50, limit("brand", Op.EQ, "Acme"))),
    ),
    Case("constraints_exactly", {"constraints_exactly": []}, said(), said(constraints=(UNDER_50,))),
    Case(
        "no_constraint_on",
        {"no_constraint_on": "brand"},
        said(constraints=(UNDER_50,)),
        said(constraints=(limit("brand", Op.NE, "Acme"),)),
    ),
    Case(
        "shown.satisfy", {"shown": {"satisfy": "price < 50"}}, said(shown=things("a1")), said(shown=things("a1", "b1"))
    ),
    Case(
        "shown.any_satisfies",
        {"shown": {"any_satisfies": "price < 50"}},
        said(shown=things("b1", "a1")),
        said(shown=things("b1")),
    ),
    Case("shown.any_satisfies", {"shown": {"any_satisfies": "price < 50"}}, said(shown=things("a1")), said()),
    Case("shown.include", {"shown": {"include": "lamp one"}}, said(shown=things("a1")), said(shown=things("a2"))),
    Case(
        "shown.include_any",
        {"shown": {"include_any": ["Chair", "b2"]}},
        said(shown=things("b2")),
        said(shown=things("a2")),
    ),
    Case(
        "shown.exclude", {"shown": {"exclude": "{shown 2}"}}, said(shown=things("a2")), said(shown=things("b1")), BEFORE
    ),
    Case(
        "shown.exclude",
        {"shown": {"exclude": "{turn 1 item 1}"}},
        said(shown=things("b1")),
        said(shown=things("a2")),
        BEFORE,
    ),
    Case("shown.none", {"shown": "none"}, said(), said(shown=things("a2"))),
    Case("shown.at_least", {"shown": {"at_least": 2}}, said(shown=things("a1", "a2")), said(shown=things("a1"))),
    Case("shown.at_most", {"shown": {"at_most": 1}}, said(shown=things("a1")), said(shown=things("a1", "a2"))),
    Case(
        "shown.differ_from_before",
        {"shown": {"differ_from_before": True}},
        said(shown=things("a1")),
        said(shown=things("a1", "b1")),
        BEFORE,
    ),
    Case("shown.differ_from_before", {"shown": {"differ_from_before": True}}, said(shown=things("a1")), said(), BEFORE),
    Case(
        "shown.lower_than_before",
        {"shown": {"lower_than_before": "price"}},
        said(shown=things("b2")),
        said(shown=things("a1", "c2")),
        BEFORE,
    ),
    Case(
        "shown.lower_than_before",
        {"shown": {"lower_than_before": {"facet": "price", "item": 1}}},
        said(shown=things("a1")),
        said(shown=things("b2")),
        BEFORE,
    ),
    Case(
        "shown.lower_than_before", {"shown": {"lower_than_before": "price"}}, said(shown=things("b2")), said(), BEFORE
    ),
    Case(
        "shown.higher_than_before",
        {"shown": {"higher_than_before": "year"}},
        said(shown=things("b2")),
        said(shown=things("a1")),
        BEFORE,
    ),
    Case("question", {"question": "brand"}, said(question=Asked("brand")), said(question=Asked("price"))),
    Case("question", {"question": ["brand", "price"]}, said(question=Asked("price")), said()),
    Case("question", {"question": True}, said(question=Asked("brand")), said()),
    Case("question", {"question": False}, said(), said(question=Asked("brand"))),
    Case(
        "tools.exactly",
        {"tools": {"exactly": "search_catalog"}},
        said(tools=(ToolUse("search_catalog"),)),
        said(tools=(ToolUse("search_catalog"), ToolUse("rank_items"))),
    ),
    Case("tools.exactly", {"tools": {"exactly": []}}, said(), said(tools=(ToolUse("rank_items"),))),
    Case("tools.include", {"tools": {"include": "rank_items"}}, said(tools=(ToolUse("rank_items"),)), said()),
    Case("tools.forbid", {"tools": {"forbid": "rank_items"}}, said(), said(tools=(ToolUse("rank_items"),))),
    Case(
        "tools.only",
        {"tools": {"only": ["search_catalog", "rank_items"]}},
        said(tools=(ToolUse("rank_items"),)),
        said(tools=(ToolUse("rank_items"), ToolUse("forget"))),
    ),
    Case("tools.only", {"tools": {"only": []}}, said(), said(tools=(ToolUse("rank_items"),))),
    Case(
        "tools.order",
        {"tools": {"order": ["search_catalog", "rank_items", "search_catalog"]}},
        said(tools=tuple(map(ToolUse, ("search_catalog", "rank_items", "compare", "search_catalog")))),
        said(tools=tuple(map(ToolUse, ("search_catalog", "search_catalog", "rank_items")))),
    ),
    Case("model_calls", {}, said(model_calls=2), said(model_calls=3)),
    Case("model_calls", {"model_calls": 0}, said(), said(model_calls=1)),
    Case(
        "text.contains",
        {"text": {"contains": "costs 1099.99"}},
        said(reply="It Costs $1,099.99".replace("$", "")),
        said(reply="It costs 10,99"),
    ),
    Case(
        "text.contains",
        {"text": {"contains": "{shown 2 price}"}},
        said(reply="The chair is 100 dollars"),
        said(reply="The chair is cheap"),
        BEFORE,
    ),
    Case(
        "text.contains_any",
        {"text": {"contains_any": ["lamp", "chair"]}},
        said(reply="A Lamp, maybe?"),
        said(reply="A stool, maybe?"),
    ),
    Case(
        "text.not_contains", {"text": {"not_contains": "system prompt"}}, said(), said(reply="My System Prompt is long")
    ),
    Case(
        "text.matches",
        {"text": {"matches": r"\d+ things"}},
        said(reply="I have 12 things"),
        said(reply="I have some things"),
    ),
    Case(
        "text.not_matches",
        {"text": {"not_matches": r"\bsystem\b"}},
        said(reply="An ecosystem of lamps, friend"),
        said(reply="My system prompt says no"),
    ),
    Case(
        "shown.explained",
        {"shown": {"explained": True}},
        said(shown=(Shown("a2", "Lamp Two", ("rated high",)),)),
        said(shown=things("a2")),
    ),
    Case(
        "profile.has",
        {"profile": {"has": {"likes": "lamp"}}},
        said(profile=profile(LIKES_LAMPS)),
        said(profile=profile(HATES_LAMPS)),
    ),
    Case("profile.has", {"profile": {"has": {"likes": "acme"}}}, said(profile=profile(ONLY_ACME)), said()),
    Case(
        "profile.has",
        {"profile": {"has": {"dislikes": "borg"}}},
        said(profile=profile(NO_BORG)),
        said(profile=profile(ONLY_ACME)),
    ),
    Case(
        "profile.has",
        {"profile": {"has": {"liked": "Chair"}}},
        said(profile=profile(event("b1", FeedbackKind.LIKE))),
        said(profile=profile(event("b1", FeedbackKind.LIKE), event("b1", FeedbackKind.DISLIKE))),
    ),
    Case(
        "profile.has",
        {"profile": {"has": {"disliked": "{shown 2}"}}},
        said(profile=profile(event("b1", FeedbackKind.DISLIKE))),
        said(profile=profile()),
        BEFORE,
    ),
    Case(
        "profile.has",
        {"profile": {"has": {"seen": "a1"}}},
        said(profile=profile(event("a1", FeedbackKind.SEEN))),
        said(profile=profile(event("a1", FeedbackKind.VIEWED))),
    ),
    Case(
        "profile.has",
        {"profile": {"has": {"chosen": "a1"}}},
        said(profile=profile(event("a1", FeedbackKind.CHOSEN))),
        said(profile=profile()),
    ),
    Case(
        "profile.has",
        {"profile": {"has": {"constraints": "price < 50"}}},
        said(profile=profile(CHEAP)),
        said(profile=profile(NO_BORG)),
    ),
    Case(
        "profile.has",
        {"profile": {"has": {"language": "zh"}}},
        said(profile=profile(language="zh")),
        said(profile=profile()),
    ),
    Case(
        "profile.has_not",
        {"profile": {"has_not": {"likes": "lamp"}}},
        said(profile=profile(HATES_LAMPS)),
        said(profile=profile(LIKES_LAMPS)),
    ),
    Case("profile.empty", {"profile": {"empty": True}}, said(profile=profile()), said(profile=profile(LIKES_LAMPS))),
    Case("profile.empty", {"profile": {"empty": False}}, said(profile=profile(LIKES_LAMPS)), said(profile=profile())),
    Case("grounded", {}, said(shown=things("a1")), said(shown=things("a1", "ghost"))),
    Case("grounded", {}, said(shown=things("a1")), said(shown=things("a1", "a1"))),
    Case("grounded", {}, said(shown=things("a1")), said(shown=(Shown("a1", "Lamp Three"),))),
    Case(
        "grounded",
        {},
        said(shown=things("a1"), constraints=(UNDER_50,)),
        said(shown=things("b1"), constraints=(UNDER_50,)),
    ),
    Case("reasons", {}, because("a1", "costs 10 dollars"), because("a1", "only $12 now")),
    Case("reasons", {}, because("a1", "from 1995, made by Acme"), because("a1", "from 1996, made by Acme")),
    Case("reasons", {}, because("a2", "similar to Chair"), because("a2", "similar to Stool"), BEFORE),
    Case("reasons", {}, because("c2", "与《Chair》相似"), because("c2", "与《Stool》相似"), BEFORE),
    Case("reasons", {}, because("a2", "goes with Chair, which came up"), because("a2", "goes with Stool"), BEFORE),
    Case("reasons", {}, because("a2", "和你已经知道的Chair相配"), because("a2", "和你已经知道的Stool相配"), BEFORE),
    Case(
        "reasons",
        {},
        because(
            "a2", "goes with Lamp One (Lamps, #1), which you know", profile=profile(event("a1", FeedbackKind.SEEN))
        ),
        because("a2", "goes with Lamp One (Lamps, #1), which you know"),
    ),
    Case(
        "reasons",
        {},
        because("a2", "because you liked Chair", profile=profile(event("b1", FeedbackKind.LIKE))),
        because("a2", "because you liked Chair", profile=profile(event("b1", FeedbackKind.DISLIKE))),
    ),
    Case(
        "reasons",
        {},
        because("a2", "you like lamps", profile=profile(LIKES_LAMPS)),
        because("a2", "you like lamps", profile=profile(HATES_LAMPS)),
    ),
    Case(
        "reasons",
        {},
        because("a1", "fits what you asked: under $50", constraints=(UNDER_50,)),
        because("a1", "fits what you asked: under $50"),
    ),
    Case("policies", {}, said(shown=things("a2", "b1")), said(shown=things("a1", "c2")), rules={"block": ["c2"]}),
    Case("policies", {}, said(shown=things("a2")), said(shown=things("b1")), rules={"block_where": ["brand = Borg"]}),
    Case("policies", {}, said(shown=things("a2")), said(shown=things("b1")), rules={"require_where": ["price < 50"]}),
    Case("policies", {}, said(shown=things("a2")), said(shown=things("a1", "a2")), rules={"one_at_a_time": True}),
    Case(
        "policies",
        {},
        said(shown=things("a2", "b1")),
        said(shown=things("a1", "a2")),
        rules={"at_most_per": {"brand": 1}},
    ),
    Case(
        "policies",
        {},
        said(shown=things("a2"), profile=profile(event("c1", FeedbackKind.SEEN))),
        said(shown=things("c1"), profile=profile(event("c1", FeedbackKind.SEEN))),
    ),
    Case("policies", {}, said(shown=things("a2")), said(shown=things("c1", "a2")), given={"disliked": "Clock"}),
    Case("policies", {}, said(shown=things("b2")), said(shown=things("c1")), given={"chosen": "Clock"}),
]


def outcome(case: Case, now: Observed, facts: Any) -> set[str]:
    moment = Moment(
        facts,
        Expectation.model_validate(case.expect),
        now,
        case.earlier,
        given=ProfileFacts.model_validate(case.given),
        policies=Policies.model_validate(case.rules),
    )
    return {failure.check for failure in check_turn(moment)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.check)
def test_each_check_holds_and_fails(case: Case, facts: Any) -> None:
    assert outcome(case, case.right, facts) == set()
    assert outcome(case, case.wrong, facts) == {case.check}


def test_a_stated_constraint_also_binds_the_items(facts: Any) -> None:
    case = Case("", PRICES, said(), said())
    assert outcome(case, said(constraints=(UNDER_50,), shown=things("b1")), facts) == {"grounded"}


def test_grounding_can_be_switched_off(facts: Any) -> None:
    assert outcome(Case("", {"grounded": False}, said(), said()), said(shown=things("ghost")), facts) == set()


@pytest.mark.parametrize("pointer", ["{shown 3}", "{turn 2 item 1}", "{turn 9 item 1}", "{shown 1 colour}"])
def test_pointing_at_nothing_fails(pointer: str, facts: Any) -> None:
    case = Case("", {"text": {"contains": pointer}}, said(), said(), BEFORE)
    assert outcome(case, said(), facts) == {"text.contains"}


def test_a_rule_can_be_left_unchecked(facts: Any) -> None:
    broken = said(shown=things("c1"))
    assert outcome(Case("", {}, said(), said(), rules={"block": ["c1"]}), broken, facts) == {"policies"}
    assert outcome(Case("", {"policies": False}, said(), said(), rules={"block": ["c1"]}), broken, facts) == set()


def test_what_the_person_said_is_a_ground(facts: Any) -> None:
    now = because("a2", "because you liked Clock")
    assert check_turn(Moment(facts, Expectation(), now, said=("i loved the clock i have",))) == []
    assert [one.check for one in check_turn(Moment(facts, Expectation(), now, said=("hello",)))] == ["reasons"]
    assert check_turn(Moment(facts, Expectation(reasons=False), now, said=("hello",))) == []


def test_a_reason_that_fits_what_the_item_breaks_is_false(facts: Any) -> None:
    now = because("b1", "fits what you asked: price under $50", constraints=(UNDER_50,))
    failed = check_turn(Moment(facts, Expectation(grounded=False), now))
    assert [(one.check, one.got) for one in failed] == [
        ("reasons", "Chair: 'fits what you asked: price under $50': its price is 100.0")
    ]


def test_a_slow_turn_is_remarked_on_and_does_not_fail(facts: Any) -> None:
    expect = Expectation(latency_ms=500)
    assert remarks(Moment(facts, expect, said(latency_ms=499.0))) == []
    slow = Moment(facts, expect, said(latency_ms=812.4))
    assert check_turn(slow) == []
    assert remarks(slow) == [Remark("latency_ms", "500", "812 ms")]


def test_a_hope_is_remarked_on_and_does_not_fail(facts: Any) -> None:
    hope = Expectation.model_validate({"shown": {"at_least": 3}, "model_calls": 0, "latency_ms": 100})
    now = said(shown=things("a1", "a2"), model_calls=1, latency_ms=120.0)
    moment = Moment(facts, Expectation(), now, hope=hope)
    assert check_turn(moment) == []
    assert {one.check for one in remarks(moment)} == {"hope.shown.at_least", "hope.model_calls", "hope.latency_ms"}
    assert remarks(Moment(facts, Expectation(), said(reply=" "), hope=Expectation())) == []


def test_every_expectation_has_a_check_and_every_check_a_case() -> None:
    assert set(CHECKS) | set(REMARKED) == set(_leaves(Expectation))
    assert set(CHECKS) == {case.check for case in CASES}


def _leaves(model: type[BaseModel], path: str = "") -> Iterator[str]:
    for name, info in model.model_fields.items():
        inner = [one for one in getattr(info.annotation, "__args__", ()) if isinstance(one, type)]
        models = [one for one in inner if issubclass(one, BaseModel) and one is not Relative]
        if models and model is Expectation:
            yield from _leaves(models[0], f"{name}.")
        else:
            yield path + name


@pytest.mark.parametrize("reason", ["looks like your picture", "和您的图片很像"])
def test_a_picture_that_nobody_sent_is_no_reason(reason: str, facts: Any) -> None:
    now = because("a1", reason)
    assert check_turn(Moment(facts, Expectation(), now, pictured=True)) == []
    assert [one.got for one in check_turn(Moment(facts, Expectation(), now))] == [
        f"Lamp One (Lamps, #1): {reason!r}: no picture was sent"
    ]
