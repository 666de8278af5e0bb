"""Cases side by side: in order whatever finishes first, and whatever goes wrong in the agent is a finding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Barrier, Event, Lock
from typing import Any

import pytest
from langgraph_recommender.evals.outcome import Outcome
from langgraph_recommender.evals.running import Case, cases_of, run_cases
from langgraph_recommender.evals.suite import Setting, read_suite
from langgraph_recommender.evals.targets import Observed, UnsupportedError
from langgraph_recommender.evals.targets.guarded import GuardedTarget
from langgraph_recommender.tools.errors import SettingsError

TALKS = """\
suite: shop
catalog: shop
conversations:
  - {name: one, turns: [{say: one}, {say: more}]}
  - {name: two, turns: [{say: two}, {say: more}]}
  - {name: three, turns: [{say: three}, {say: more}]}
"""


@dataclass
class Agent:
    """Target and session: answers with what a function makes of the message."""

    answer: Callable[[str], str]

    def open(self, setting: Setting) -> Agent:
        return self

    def say(self, text: str, image: str | None = None) -> Observed:
        return Observed(self.answer(text), language="en")

    def new_thread(self) -> None: ...


def cases(**options: Any) -> list[Case]:
    return cases_of([read_suite(TALKS, "shop.yaml")], **options)


def run(target: Any, facts: Any, workers: int = 1, **options: Any) -> list[Outcome]:
    return list(run_cases(cases(**options), target, lambda _: facts, workers=workers))


def test_repeats_stand_together_and_keep_their_numbers() -> None:
    keys = [(one.name, one.repeat, one.line) for one in cases(repeat=2)]
    assert keys == [("one", 1, 4), ("one", 2, 4), ("two", 1, 5), ("two", 2, 5), ("three", 1, 6), ("three", 2, 6)]


def test_a_case_survives_the_way_to_another_process() -> None:
    for one in cases(repeat=2, seed=7):
        assert Case.from_data(one.to_data()) == one


def test_outcomes_come_in_the_order_of_the_cases(facts: Any) -> None:
    together, later = Barrier(2, timeout=10), Event()

    def answer(text: str) -> str:
        if text in ("one", "two"):
            together.wait()
        if text == "one":
            later.wait(10)
        if text == "three":
            later.set()
        return f"here is {text}"

    outcomes = run(Agent(answer), facts, workers=2)
    assert [one.name for one in outcomes] == ["one", "two", "three"]
    assert all(one.passed for one in outcomes)


def test_no_more_run_at_once_than_asked_for(facts: Any) -> None:
    lock, running, most = Lock(), [0], [0]

    def answer(text: str) -> str:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        Event().wait(0.02)
        with lock:
            running[0] -= 1
        return f"here is {text}"

    run(Agent(answer), facts, workers=2, repeat=3)
    assert most[0] <= 2


def test_an_agent_that_hangs_fails_its_conversation_and_no_other(facts: Any) -> None:
    released = Event()
    target = GuardedTarget(Agent(lambda text: str(released.wait(30)) if text == "two" else "here it is"), timeout_s=0.2)
    one, two, three = run(target, facts)
    released.set()
    assert one.passed
    assert three.passed
    assert [failure.check for failure in two.failures] == ["reply"]
    assert "no answer within 0.2 s" in two.failures[0].got
    assert len(two.turns) == 1
    assert target.hung == 1


@pytest.mark.parametrize(
    ("answer", "got"),
    [
        (lambda _: "x" * 10_000_000, "10,000,000 characters"),
        (lambda _: 1 / 0, "ZeroDivisionError"),
        (lambda _: "", "an empty reply"),
    ],
)
def test_an_agent_that_cannot_answer_fails_readably(answer: Callable[[str], str], got: str, facts: Any) -> None:
    for outcome in run(GuardedTarget(Agent(answer), timeout_s=10), facts):
        assert got in outcome.failures[0].got
        assert len(outcome.failures[0].got) < 2000


def test_halves_of_characters_do_not_stop_a_run(facts: Any) -> None:
    outcome = run(GuardedTarget(Agent(lambda _: "well \ud83d"), timeout_s=10), facts)[0]
    assert Outcome.from_data(outcome.to_data()).turns[0].observed == outcome.turns[0].observed


class Unopened:
    """A target that does not open."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def open(self, setting: Setting) -> Any:
        raise self.error


def test_an_agent_that_does_not_open_is_a_finding(facts: Any) -> None:
    (first, *_) = run(Unopened(RuntimeError("no database")), facts)
    assert first.failures[0].got.startswith("RuntimeError: no database (test_schedule.py:")


def test_a_wrong_setting_ends_the_run(facts: Any) -> None:
    with pytest.raises(SettingsError, match="no key"):
        run(Unopened(SettingsError("no key")), facts)


def test_what_a_target_cannot_be_asked_is_neither_passed_nor_failed(facts: Any) -> None:
    (first, *_) = run(Unopened(UnsupportedError("no profile here")), facts)
    assert first.not_run == "no profile here"
    assert not first.failures
    assert not first.passed
