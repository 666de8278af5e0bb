"""What a model thinks of a run: each criterion with its interval, and how far it agrees with the checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...tools.ranking.metrics import Interval, mean_with_interval
from ..metrics.agreement import Agreement, agreement
from ..outcome import Outcome
from .criteria import Criterion, criteria
from .verdict import Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion over the conversations that the model had an opinion of."""

    name: str
    criterion: Criterion
    share: Interval
    """Conversations of which the model says yes."""
    of: int
    agrees: Agreement | None
    """With the checks that ask the same; None where there are none."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """All that a model was asked of a run. It fails no conversation."""

    judge: str
    """Name of the model."""
    rows: tuple[Judged, ...]
    unanswered: int
    """Questions without an opinion."""
    problem: str = ""
    """The first error that came instead of one."""


def opinion_of(verdicts: Sequence[Verdict], outcomes: Sequence[Outcome], judge: str, seed: int) -> Opinion:
    """The opinions of one run, summed up."""
    ran = {(one.suite, one.name, one.repeat): one for one in outcomes}
    rows = (_row(name, one, verdicts, ran, seed) for name, one in criteria().items())
    errors = [one.error for one in verdicts if one.score is None]
    return Opinion(judge, tuple(filter(None, rows)), len(errors), errors[0] if errors else "")


def _row(
    name: str, criterion: Criterion, verdicts: Sequence[Verdict], ran: dict[tuple[str, str, int], Outcome], seed: int
) -> Judged | None:
    given = [(one.score, ran[one.suite, one.name, one.repeat]) for one in verdicts if one.criterion == name]
    scored = [(score, outcome) for score, outcome in given if score is not None]
    if not scored:
        return None
    both = [(score, said) for score, outcome in scored if (said := criterion.checked(outcome)) is not None]
    agrees = agreement([score for score, _ in both], [said for _, said in both], seed)
    share = mean_with_interval([float(score) for score, _ in scored], seed)
    return Judged(name, criterion, share, len(scored), agrees)
