"""Is the person understood, is feedback obeyed, is the right thing remembered? As far as a script states it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log2

from ...tools.constraints import Constraint, Source
from ..facts import CatalogFacts
from ..outcome import Outcome, TurnOutcome
from ..suite import Expectation
from .metric import Share, Trials, mean, total

_PERSONAL = (Source.USER, Source.PROFILE)


def stated(names: Sequence[str], is_stated: Callable[[Expectation], object]) -> Callable[[Outcome], Share]:
    """Of the turns that state something of these names, where it could be judged, those in which all of it held."""

    def held(turn: TurnOutcome) -> Share:
        if turn.expect is None or turn.observed is None or not is_stated(turn.expect) or set(names) & set(turn.skipped):
            return Share()
        return mean([not any(one.check in names for one in turn.failures)])

    return lambda outcome: total(held(turn) for turn in outcome.turns)


def slots(tried: Trials) -> Share:
    """F1 of the facets constrained, 2 right / (2 right + wrong + missing), over turns that state all constraints.

    A facet is right when what is in force on it admits the same items of the catalog as what is stated; one with other
    items counts as wrong and as missing.
    """
    return total(
        _slot_f1(turn, tried.facts)
        for outcome in tried.outcomes
        for turn in outcome.turns
        if turn.expect and turn.expect.constraints_exactly is not None and turn.observed
        if "constraints_exactly" not in turn.skipped
    )


def _slot_f1(turn: TurnOutcome, facts: CatalogFacts) -> Share:
    assert turn.expect
    assert turn.observed
    wanted = _by_facet(facts.filters(turn.expect.constraints_exactly or ()))
    held = _by_facet([one for one in turn.observed.constraints if one.hard and one.source in _PERSONAL])
    right = sum(facts.admitted(ones) == facts.admitted(held.get(facet, ())) for facet, ones in wanted.items())
    return Share(2 * right, len(wanted) + len(held))


def _by_facet(constraints: Sequence[Constraint]) -> dict[str, list[Constraint]]:
    held: dict[str, list[Constraint]] = {}
    for one in constraints:
        held.setdefault(one.facet, []).append(one)
    return held


def questions(outcome: Outcome) -> Share:
    """Turns that ask a clarifying question."""
    return mean([turn.observed.question is not None for turn in outcome.turns if turn.observed])


def bits_per_question(outcome: Outcome) -> Share:
    """log2(items that fitted before the answer / after it): a question that halves them is worth one bit."""
    put = outcome.simulated.questions if outcome.simulated else ()
    return mean([log2(one.before / one.after) for one in put if one.before and one.after])


def left_per_question(outcome: Outcome) -> Share:
    """Share of the fitting items that is left after the answer."""
    put = outcome.simulated.questions if outcome.simulated else ()
    return mean([one.after / one.before for one in put if one.before])
