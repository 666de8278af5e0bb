"""What a model is asked of a conversation, and which checks say the same without one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from ..outcome import Outcome

_HERE = Path(__file__).parent


class Criterion(BaseModel):
    """One question, answered with yes or no for a whole conversation."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    about: str
    """What is true when the answer is yes."""
    checks: tuple[str, ...] = ()
    """Expectations that ask the same; none where only a model can be asked."""
    scripted_only: bool = False
    """Whether simulated conversations do not make these checks."""

    def checked(self, outcome: Outcome) -> bool | None:
        """What the checks say; None where they say nothing."""
        unasked = not self.checks or (self.scripted_only and outcome.simulated is not None)
        if unasked or outcome.not_run or not outcome.turns or set(self.checks) & set(outcome.skipped):
            return None
        return not any(one.check in self.checks for one in outcome.failures)


@cache
def criteria() -> dict[str, Criterion]:
    """All that is asked, by name, in the order of the reports."""
    held = yaml.safe_load((_HERE / "criteria.yaml").read_text(encoding="utf-8"))
    return TypeAdapter(dict[str, Criterion]).validate_python(held)


@cache
def prompt_of(name: str) -> str:
    """What a model is asked, with `{outputs}` where the conversation belongs."""
    return (_HERE / "prompts" / f"{name}.md").read_text(encoding="utf-8")
