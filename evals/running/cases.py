"""What there is to run: one case for each conversation, or simulated person, and repeat."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from langchain_core.language_models import BaseChatModel

from ...tools.errors import InputError, ModelError, SettingsError
from ..checks import Failure
from ..outcome import Outcome
from ..simulate import Ground, simulate
from ..suite import Conversation, Simulation, Suite
from ..targets import Target, UnsupportedError
from ..targets.raised import described
from .scripted import run_conversation

Key = tuple[str, str, int]
"""Suite file, name and repeat: of a case and of its outcome."""


@dataclass(frozen=True, slots=True)
class Case:
    """One conversation to run, or one person to simulate."""

    suite: str
    """File of the suite."""
    line: int
    setting: Conversation | Simulation
    person: int = 0
    """Which of the people of a simulation, 0 is the first."""
    repeat: int = 1
    """1 is the first."""
    seed: int = 0
    """Added to the seed of a simulation."""

    @property
    def name(self) -> str:
        """As in the outcome."""
        name = self.setting.name
        return f"{name} {self.person + 1}" if isinstance(self.setting, Simulation) else name

    @property
    def key(self) -> Key:
        """Names the case, and its outcome, within a run."""
        return self.suite, self.name, self.repeat

    def to_data(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "suite": self.suite,
            "line": self.line,
            "simulated": isinstance(self.setting, Simulation),
            "setting": self.setting.model_dump(mode="json", exclude_unset=True),
            "person": self.person,
            "repeat": self.repeat,
            "seed": self.seed,
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Case:
        """The case that `to_data` wrote."""
        kind = Simulation if data["simulated"] else Conversation
        setting = kind.model_validate(data["setting"])
        return cls(data["suite"], data["line"], setting, data["person"], data["repeat"], data["seed"])


def key_of(outcome: Outcome) -> Key:
    """The key of the case that the outcome is of."""
    return outcome.suite, outcome.name, outcome.repeat


def cases_of(suites: Iterable[Suite], *, repeat: int = 1, seed: int = 0) -> list[Case]:
    """Every conversation and every simulated person of the suites, that many times each."""
    once = [case for suite in suites for case in _cases(suite, seed)]
    return [replace(case, repeat=number) for case in once for number in range(1, repeat + 1)]


def _cases(suite: Suite, seed: int) -> Iterator[Case]:
    for index, conversation in enumerate(suite.conversations):
        yield Case(suite.file, suite.line(("conversations", index)), conversation, seed=seed)
    for index, simulation in enumerate(suite.simulations):
        line = suite.line(("simulations", index))
        yield from (Case(suite.file, line, simulation, person, seed=seed) for person in range(simulation.count))


def run_case(
    case: Case, target: Target, ground: Callable[[str], Ground], model: BaseChatModel | None = None
) -> Outcome:
    """Runs one case. `ground` gives the catalog of a name. An agent that does not open is a finding.

    A `model` finds the words of simulated people. Raises InputError for what whoever evaluates can put right: a missing
    key, an unknown model, a model that does not play its person.
    """
    try:
        outcome = _run(case, target, ground(case.setting.catalog), model)
    except UnsupportedError as missing:
        return replace(_unrun(case), not_run=str(missing))
    except InputError:
        raise
    except ModelError as error:  # the agent's own stays within its turn
        raise SettingsError(error.message, cure="Check its address and key; the same command goes on.") from error
    except Exception as error:  # the agent under evaluation is somebody else's code: whatever it raises is a finding
        return failed(case, described(error))
    return replace(outcome, repeat=case.repeat, seed=case.seed)


def failed(case: Case, got: str) -> Outcome:
    """The outcome of a case in which the agent could not be talked to at all."""
    return replace(_unrun(case), at_end=(Failure("agent", "an agent to talk to", got),))


def _run(case: Case, target: Target, ground: Ground, model: BaseChatModel | None) -> Outcome:
    setting = case.setting
    if isinstance(setting, Conversation):
        return run_conversation(setting, target, ground.facts, file=case.suite, line=case.line)
    seeded = setting.model_copy(update={"seed": setting.seed + case.seed})
    place = {"file": case.suite, "line": case.line}
    return simulate(seeded, case.person, target, ground, model=model, repeat=case.repeat, **place)


def _unrun(case: Case) -> Outcome:
    setting = case.setting
    return Outcome(
        suite=case.suite,
        line=case.line,
        name=case.name,
        catalog=setting.catalog,
        language=setting.language or "en",
        planned=setting.budget if isinstance(setting, Simulation) else len(setting.turns),
        turns=(),
        tags=setting.tags,
        repeat=case.repeat,
        seed=case.seed,
    )
