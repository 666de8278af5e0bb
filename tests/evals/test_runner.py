"""The runner over a target that answers what it was told to."""

from __future__ import annotations

from typing import Any

from langgraph_recommender.evals.outcome import Outcome
from langgraph_recommender.evals.running import cases_of, run_cases
from langgraph_recommender.evals.suite import read_suite
from langgraph_recommender.evals.targets import Asked, Observed
from langgraph_recommender.tools.errors import ModelError

SUITE = """\
suite: shop
catalog: shop
conversations:
  - name: lamps
    turns:
      - say: a lamp
        expect: {shown: {at_least: 1}, question: true}
      - answer:
          price: {say: under 50, means: price < 50}
          else: whatever
      - say: why {shown 1}?
        expect: {text: {contains: "{shown 1}"}}
        new_thread: true
    at_end: {no_repeats: true}
"""


def run(target: Any, facts: Any) -> Outcome:
    (outcome,) = run_cases(cases_of([read_suite(SUITE, "shop.yaml")]), target, lambda _: facts)
    return outcome


def turn(reply: str = "Here you are, my friend.", **fields: Any) -> Observed:
    return Observed(reply=reply, language="en", **fields)


def test_a_conversation_that_holds(scripted: Any, facts: Any, shown: Any) -> None:
    first = turn(shown=shown("a1"), question=Asked("price"))
    under = facts.filter("price < 50")
    target = scripted([first, turn(shown=shown("a2"), constraints=under), turn("Lamp Two is a lamp")])
    outcome = run(target, facts)
    assert outcome.passed, outcome.failures
    assert target.heard == ["a lamp", "under 50", "why Lamp Two?"]
    assert target.threads == 2
    assert outcome.line == 4


def test_another_question_gets_the_other_answer(scripted: Any, facts: Any, shown: Any) -> None:
    first = turn(shown=shown("a1"), question=Asked("brand"))
    target = scripted([first, turn(), turn("Lamp One (Lamps, #1)")])
    assert run(target, facts).passed
    assert target.heard[1] == "whatever"


def test_an_answer_means_what_it_says(scripted: Any, facts: Any, shown: Any) -> None:
    first = turn(shown=shown("a1"), question=Asked("price"))
    outcome = run(scripted([first, turn(shown=shown("b1")), turn("Chair")]), facts)
    assert {one.check for one in outcome.turns[1].failures} == {"constraints_include", "grounded"}


def test_the_end_is_checked(scripted: Any, facts: Any, shown: Any) -> None:
    first = turn(shown=shown("a1"), question=Asked("brand"))
    outcome = run(scripted([first, turn(shown=shown("a1")), turn("Lamp One (Lamps, #1)")]), facts)
    assert [one.check for one in outcome.failures] == ["at_end.no_repeats"]


def test_pointing_at_what_was_never_shown_ends_the_conversation(scripted: Any, facts: Any) -> None:
    outcome = run(scripted([turn(), turn(), turn()]), facts)
    assert not outcome.passed
    assert outcome.turns[-1].failures[0].check == "say"


def test_a_target_that_raises_is_a_finding(scripted: Any, facts: Any) -> None:
    for error in (ModelError("the server is down"), ZeroDivisionError("bug")):
        outcome = run(scripted([error]), facts)
        assert [one.check for one in outcome.failures] == ["reply"]
        assert type(error).__name__ in outcome.failures[0].got
        assert not outcome.passed
