"""Every metric against a table counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from math import log, log2
from pathlib import Path
from typing import Any

import pytest
from langgraph_recommender.evals.checks import Failure
from langgraph_recommender.evals.facts import CatalogFacts
from langgraph_recommender.evals.metrics import (
    METRICS,
    Better,
    gaps,
    latencies,
    measure,
    read_prices,
    script_of,
    trials_of,
)
from langgraph_recommender.evals.outcome import Outcome, QuestionPut, SimulatedResult, TurnOutcome, Violation
from langgraph_recommender.evals.suite import Expectation, ShownExpectation
from langgraph_recommender.evals.targets import Asked, Observed, Shown
from langgraph_recommender.tools.constraints import Constraint, Op, Source
from langgraph_recommender.tools.errors import SuiteError
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, FacetRole, Item
from langgraph_recommender.tools.profile.model import FeedbackKind, ItemEvent, UserProfile

BY_NAME = {one.name: one for one in METRICS}
FACTS = CatalogFacts.build(
    CatalogSchema(
        facets=(
            Facet(name="price", kind=FacetKind.NUMERIC),
            Facet(name="sold", kind=FacetKind.NUMERIC, role=FacetRole.POPULARITY),
        )
    ),
    [Item(id=f"i{n}", title=f"Item {n}", facets={"price": 10.0 * n, "sold": float(n)}) for n in range(5)],
)


def shown(*numbers: int) -> tuple[Shown, ...]:
    return tuple(Shown(f"i{n}", f"Item {n}") for n in numbers)


def turn(*numbers: int, **rest: Any) -> TurnOutcome:
    expect, failures = rest.pop("expect", None), rest.pop("failures", ())
    return TurnOutcome("hello", Observed("hi", shown=shown(*numbers), **rest), tuple(failures), expect)


def talk(*turns: TurnOutcome, name: str = "a", planned: int | None = None, **rest: Any) -> Outcome:
    return Outcome("s_en.yaml", 1, name, "c", "en", len(turns) if planned is None else planned, turns, **rest)


def wanting(*turns: TurnOutcome, success: int | None = None, name: str = "a", **rest: Any) -> Outcome:
    wanted = rest.pop("wanted", ("i3",))
    return talk(*turns, name=name, planned=5, simulated=SimulatedResult("patient", wanted, success, **rest))


def value(name: str, *outcomes: Outcome) -> float | None:
    found = measure(BY_NAME[name], list(trials_of(outcomes, lambda _: FACTS).values()), seed=1)
    return found and found.value


WRONG = Failure("shown.satisfy", "price < 10", "Item 1")


def test_names_are_told_apart() -> None:
    assert len(BY_NAME) == len(METRICS)


def test_passed_counts_conversations_and_turns_that_were_never_reached() -> None:
    whole, broken, cut = talk(turn(1)), talk(turn(1, failures=[WRONG]), name="b"), talk(turn(1), name="c", planned=2)
    assert value("passed", whole, broken, cut) == pytest.approx(1 / 3)
    assert value("turns passed", whole, broken, cut) == pytest.approx(2 / 4)


def test_success_by_turn_and_turns_of_who_never_succeeds() -> None:
    soon, late, never = wanting(turn(3), success=1), wanting(turn(3), success=3, name="b"), wanting(turn(1), name="c")
    found = [value(f"success@{t}", soon, late, never) for t in (1, 2, 3, 5)]
    assert found == pytest.approx([1 / 3, 1 / 3, 2 / 3, 2 / 3])
    assert value("turns to success", soon, late, never) == pytest.approx((1 + 3 + 5) / 3)
    assert value("success@1", talk(turn(1))) is None


def test_pass_hat_is_the_chance_that_all_of_k_repeats_pass() -> None:
    repeats = [talk(turn(1, failures=[WRONG] if bad else []), repeat=n) for n, bad in enumerate((0, 0, 0, 1), 1)]
    assert [value(f"pass^{k}", *repeats) for k in (1, 2, 4)] == pytest.approx([3 / 4, 3 / 6, 0])
    assert value("pass^2", repeats[0]) is None


def test_the_last_list_is_judged_against_the_target() -> None:
    second, none = wanting(turn(3), turn(1, 3), success=2), wanting(turn(3), turn(1, 2), name="b")
    assert value("recall@5", second, none) == pytest.approx(0.5)
    assert value("NDCG@5", second, none) == pytest.approx((1 / log2(3)) / 2)


def test_items_that_do_not_exist_come_back_or_break_what_was_said() -> None:
    invented = TurnOutcome("x", Observed("x", shown=(Shown("i1", "Another title"), Shown("nope", "Item 1"), *shown(2))))
    assert value("hallucinated", talk(invented)) == pytest.approx(2 / 3)
    assert value("repeated", talk(turn(1, 2), turn(2, 3), turn(2, 1))) == pytest.approx(3 / 6)
    breaks = Violation(1, "breaks what was said", "i1")
    assert (
        value("broken constraints", wanting(turn(1, 2), violations=(breaks, Violation(1, "shown again", "i2")))) == 0.5
    )
    assert value("broken constraints", talk(turn(1, 2, failures=[WRONG]))) == 0.5
    assert value("broken constraints", talk(turn(1, failures=[WRONG, WRONG]))) == 1
    assert value("broken constraints", wanting(turn(1), turn(1), violations=(breaks, breaks))) == 0.5
    policy = Failure("policies", "in stock", "Item 1")
    assert value("broken policies", talk(turn(1, failures=[policy, policy]), turn(2))) == 0.5


def test_popularity_is_the_place_among_all_items() -> None:
    assert value("popularity", talk(turn(4, 0, 2))) == pytest.approx((1 + 0 + 0.5) / 3)


def test_popularity_lift_is_above_what_fits_by_lot() -> None:
    cheap = Constraint(facet="price", op=Op.LE, value=20, source=Source.USER)
    fitting = (0 + 0.25 + 0.5) / 3
    assert value("popularity lift", talk(turn(2, constraints=(cheap,)))) == pytest.approx(0.5 - fitting)
    assert value("popularity lift", talk(turn(4), turn())) == pytest.approx(1 - 0.5)
    assert value("popularity lift", talk(turn(4, hidden=("constraints",)))) is None


def genres(*outcomes: Outcome) -> float | None:
    schema = CatalogSchema(facets=(Facet(name="genre", kind=FacetKind.MULTI, role=FacetRole.CATEGORY),))
    kinds = [("jazz",), ("pop",), ("jazz", "pop"), (), ("folk",)]
    items = [Item(id=f"i{n}", title=f"Item {n}", facets={"genre": one}) for n, one in enumerate(kinds)]
    trials = trials_of(outcomes, lambda _: CatalogFacts.build(schema, items))
    found = measure(BY_NAME["miscalibration"], list(trials.values()), seed=1)
    return found and found.value


def test_miscalibration_holds_what_is_shown_against_the_history_or_the_target() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    had = [ItemEvent(item_id=f"i{n}", catalog="c", kind=FeedbackKind.LIKE, time=now) for n in (0, 1)]
    seen = ItemEvent(item_id="i4", catalog="c", kind=FeedbackKind.SEEN, time=now)
    known = UserProfile(user_id="u", events=[*had, seen])
    assert genres(talk(turn(2, profile=known))) == pytest.approx(0)
    smoothed = 0.99 * 1 + 0.01 * 0.5
    off = 0.5 * log(0.5 / smoothed) + 0.5 * log(0.5 / (0.01 * 0.5))
    assert genres(talk(turn(0, profile=known))) == pytest.approx(off)
    assert genres(talk(turn(profile=known), turn(0, profile=known))) == pytest.approx(off)
    assert genres(wanting(turn(0), wanted=("i0", "i3"))) == pytest.approx(0)
    assert genres(wanting(turn(1), wanted=("i0",))) == pytest.approx(log(100))
    assert genres(talk(turn(0))) is None
    assert genres(wanting(turn(3), wanted=("i0",))) is None


def test_a_gap_is_between_the_best_and_the_worst_served() -> None:
    soon = [wanting(turn(3), success=1, name=f"soon {n}") for n in range(4)]
    never = [
        replace(one, name=f"never {one.name}", simulated=replace(one.simulated, persona="hasty", success_turn=None))
        for one in soon
        if one.simulated
    ]
    late = [replace(soon[0], name="late", simulated=SimulatedResult("hasty", ("i3",), 2))]
    trials = list(trials_of([*soon, *never[:3], *late], lambda _: FACTS).values())
    by = {"persona": lambda one: one.first.simulated.persona, "language": lambda one: one.first.language}
    (found,) = gaps([BY_NAME["success@5"]], trials, by, seed=1)
    assert (found.dimension, found.found.best, found.found.worst) == ("persona", "patient", "hasty")
    assert found.found.difference.mean == pytest.approx(1 - 1 / 4)
    assert found.found.difference.low <= 0.75 <= found.found.difference.high <= 1


def test_what_is_stated_counts_and_nothing_else() -> None:
    asks, silent = Expectation(intent=("recommend",)), turn(1)
    missed = turn(1, expect=asks, failures=[Failure("intent", "recommend", "chitchat")])
    assert value("intent", talk(turn(1, expect=asks), missed, silent)) == 0.5
    hidden = TurnOutcome("x", Observed("x"), (), asks, skipped=("intent",))
    assert value("intent", talk(hidden, silent)) is None
    moves = Expectation(shown=ShownExpectation(differ_from_before=True))
    same = turn(1, expect=moves, failures=[Failure("shown.differ_from_before", "", "")])
    assert value("feedback", talk(turn(2, expect=moves), same, turn(1, expect=asks))) == 0.5


def test_slot_f1_compares_what_the_filters_admit() -> None:
    def held(facet: str, op: Op, number: float, source: Source = Source.USER) -> Constraint:
        return Constraint(facet=facet, op=op, value=number, source=source)

    exact = Expectation(constraints_exactly=("price <= 20", "sold > 1"))
    right = turn(1, expect=exact, constraints=(held("price", Op.LT, 25), held("sold", Op.LE, 1)))
    house = turn(1, expect=exact, constraints=(held("price", Op.LE, 20), held("sold", Op.GT, 1, Source.POLICY)))
    assert value("slot F1", talk(right)) == pytest.approx(2 / (2 + 1 + 1))
    assert value("slot F1", talk(house)) == pytest.approx(2 / 3)
    assert value("slot F1", talk(turn(1, expect=Expectation()))) is None


def test_questions_are_worth_the_bits_that_they_save() -> None:
    put = (QuestionPut(1, "price", 8, 2), QuestionPut(2, "sold", 2, 2))
    asked = wanting(turn(1, question=Asked("price")), turn(1), questions=put)
    assert value("questions", asked) == 0.5
    assert value("bits a question", asked) == pytest.approx(1.0)
    assert value("left a question", asked) == pytest.approx((0.25 + 1) / 2)


def test_calls_tokens_and_what_they_cost(tmp_path: Path) -> None:
    file = tmp_path / "prices.yaml"
    file.write_text("currency: EUR\nmodels: {small: {input: 0.5, output: 2}}\n")
    told = talk(turn(1, model_calls=2, input_tokens=1000, output_tokens=500), turn(1, degraded=("reply: timeout",)))
    assert value("model calls", told) == 1
    assert value("tokens", told) == 750
    assert value("tokens", talk(turn(1))) is None
    assert value("degraded", told) == 0.5
    assert read_prices(file, "small").of(told).count == pytest.approx((1000 * 0.5 + 500 * 2) / 1e6)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("models: {small: {input: -1, output: 2}}", "models.small.input"),
        ("models: {smal: {input: 1, output: 2}}", "smal"),
        ("[]", "valid dictionary"),
        ("{", "prices.yaml"),
    ],
)
def test_a_price_file_that_is_wrong_says_where(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "prices.yaml"
    file.write_text(text)
    with pytest.raises(SuiteError) as error:
        read_prices(file, "small")
    assert said in f"{error.value} {error.value.cure}"


def test_latencies_are_percentiles_of_turns() -> None:
    told = talk(*(turn(1, latency_ms=float(ms)) for ms in range(101)))
    assert latencies([told]) == {50: 50.0, 95: 95.0, 99: 99.0}
    assert latencies([]) == {}


def test_intervals_hold_the_value_and_shrink_with_the_conversations() -> None:
    few, many = ([talk(turn(1, failures=[WRONG] * (n % 2)), name=str(n)) for n in range(count)] for count in (10, 400))
    narrow, wide = (
        measure(BY_NAME["passed"], list(trials_of(ones, lambda _: FACTS).values()), seed=1) for ones in (many, few)
    )
    assert narrow is not None
    assert wide is not None
    for one in (narrow, wide):
        assert one.interval.low <= one.value == 0.5 <= one.interval.high
    assert narrow.interval.high - narrow.interval.low < (wide.interval.high - wide.interval.low) / 3


def test_repeats_are_one_case_and_scripts_of_two_languages_one_script() -> None:
    english = talk(turn(1))
    chinese = Outcome("s_zh.yaml", 7, "a", "c", "zh", 1, (turn(1),))
    assert len(trials_of([english, talk(turn(1), repeat=2), chinese], lambda _: FACTS)) == 2
    assert script_of(english) == script_of(chinese)


def test_every_metric_says_which_way_is_good() -> None:
    assert {one.better for one in METRICS} == set(Better)
    assert all(one.about for one in METRICS)
