"""Runs suites against a mutant and says what caught it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ..outcome import Outcome
from ..running import Case, run_cases
from ..targets import Target
from .memory import Facts
from .registry import Mutant


@dataclass(frozen=True, slots=True)
class Caught:
    """What the suites found of a mutant."""

    mutant: Mutant
    conversations: int
    """Run against it."""
    failed: tuple[Outcome, ...]

    @property
    def checks(self) -> Counter[str]:
        """In how many conversations each check caught it."""
        return Counter(name for one in self.failed for name in {failure.check for failure in one.failures})

    @property
    def languages(self) -> tuple[str, ...]:
        """Of the conversations that caught it."""
        return tuple(sorted({one.language for one in self.failed}))


def hunt(mutant: Mutant, cases: Sequence[Case], target: Target, facts: Facts, *, enough: int | None = None) -> Caught:
    """Runs the cases until the mutant is caught `enough` times; all of them when that is None."""
    failed, ran = list[Outcome](), 0
    for outcome in run_cases(cases, mutant.of(target, facts), facts):
        ran += 1
        failed += [] if outcome.passed else [outcome]
        if enough is not None and len(failed) >= enough:
            break
    return Caught(mutant, ran, tuple(failed))


def together(parts: Sequence[Caught]) -> Caught:
    """What several sets of conversations, at least one, found of the same mutant."""
    failed = tuple(outcome for one in parts for outcome in one.failed)
    return Caught(parts[0].mutant, sum(one.conversations for one in parts), failed)
