"""How one conversation went: what a run writes down, and what reports, metrics and comparisons read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ..tools.errors import SuiteError
from .checks import Failure, Remark
from .suite import Expectation
from .targets import Observed


@dataclass(frozen=True, slots=True)
class TurnOutcome:
    """One turn as it went. `observed` is None when the message could not be sent or the target raised."""

    said: str
    observed: Observed | None
    failures: tuple[Failure, ...] = ()
    expect: Expectation | None = None
    """What should have held, as the suite states it; None when nothing was stated."""
    skipped: tuple[str, ...] = ()
    """Names of expectations that could not be judged, because the target does not show what they are about."""
    remarks: tuple[Remark, ...] = ()
    """What is worth reporting and no failure: a budget of time overrun, a hope that was not met."""


@dataclass(frozen=True, slots=True)
class QuestionPut:
    """A clarifying question to a simulated person, and how many items fitted before and after the answer."""

    turn: int
    """1 is the first."""
    facet: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Violation:
    """An item that a simulated person should not have been shown."""

    turn: int
    """1 is the first."""
    kind: str
    item: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SimulatedResult:
    """What only a simulated conversation has. `wanted` holds the ids of the target, or of all that meet the need."""

    persona: str
    wanted: tuple[str, ...]
    success_turn: int | None
    """Turn in which a wanted item was shown, 1 is the first; None when the budget ran out."""
    questions: tuple[QuestionPut, ...] = ()
    violations: tuple[Violation, ...] = ()
    leaked: bool = False
    """Whether the person named the target; a conversation in which that happens says nothing about the agent."""
    phrased: int = 0
    """Messages that a model was to write and that the phrases wrote, because the model's could not be sent."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One conversation as it went."""

    suite: str
    """File of the suite."""
    line: int
    name: str
    catalog: str
    language: str
    planned: int
    """Turns of the script; for a simulated person the most there may be."""
    turns: tuple[TurnOutcome, ...]
    at_end: tuple[Failure, ...] = ()
    skipped_at_end: tuple[str, ...] = ()
    remarks_at_end: tuple[Remark, ...] = ()
    tags: tuple[str, ...] = ()
    repeat: int = 1
    """1 is the first."""
    seed: int = 0
    simulated: SimulatedResult | None = None
    not_run: str = ""
    """Why the target could not be put in the situation; such a conversation neither passes nor fails."""

    @property
    def failures(self) -> tuple[Failure, ...]:
        """All that did not hold, in the order of the turns."""
        return tuple(one for turn in self.turns for one in turn.failures) + self.at_end

    @property
    def passed(self) -> bool:
        """Whether every expectation held and, if there is a script, every turn of it was run."""
        complete = self.simulated is not None or len(self.turns) == self.planned
        return complete and not (self.failures or self.not_run)

    @property
    def failed(self) -> bool:
        """Whether it was run and something did not hold."""
        return not (self.passed or self.not_run)

    @property
    def skipped(self) -> tuple[str, ...]:
        """Names of all expectations that could not be judged, in the order of the turns."""
        return tuple(name for turn in self.turns for name in turn.skipped) + self.skipped_at_end

    def to_data(self) -> dict[str, Any]:
        """JSON values; what is as by default is left out."""
        return _adapter().dump_python(self, mode="json", exclude_defaults=True, fallback=str)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Outcome:
        """The outcome that `to_data` wrote. Raises SuiteError."""
        try:
            return _adapter().validate_python(data)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            raise SuiteError(f"not an outcome: {place}: {first['msg']}.", cure="Run the evaluation again.") from error


@cache
def _adapter() -> TypeAdapter[Outcome]:
    return TypeAdapter(Outcome)
