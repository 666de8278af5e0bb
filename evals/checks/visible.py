"""Which expectations can be judged at all: somebody else's agent may not show what one is about."""

from __future__ import annotations

from ..suite import AtEnd
from ..targets import Observed

_NEEDS = {
    "intent": "intent",
    "emotion.recognised": "emotion",
    "constraints_include": "constraints",
    "constraints_exactly": "constraints",
    "no_constraint_on": "constraints",
    "shown": "shown",
    "never_shown": "shown",
    "shown_sometime": "shown",
    "satisfy": "shown",
    "no_repeats": "shown",
    "shown.explained": "reasons",
    "grounded": "shown",
    "reasons": "reasons",
    "policies": "shown",
    "question": "question",
    "questions": "question",
    "tools": "tools",
    "model_calls": "model_calls",
    "profile": "profile",
}
"""By expectation, or its first part, what of a turn it is about. A text is always seen, and so is its language."""


def is_visible(name: str, now: Observed) -> bool:
    """Whether the target shows what an expectation of that name is about."""
    need = _NEEDS.get(name) or _NEEDS.get(name.partition(".")[0])
    return need not in now.hidden


def not_judged_at_end(expect: AtEnd, turns: tuple[Observed, ...]) -> tuple[str, ...]:
    """Names of the expectations about the whole conversation that cannot be judged."""
    stated = [name for name, one in AtEnd.model_fields.items() if getattr(expect, name) != one.default]
    return tuple(f"at_end.{name}" for name in stated if not all(is_visible(name, turn) for turn in turns))


def judged_at_end(expect: AtEnd, turns: tuple[Observed, ...]) -> AtEnd:
    """The expectations without those that cannot be judged."""
    hidden = [name.removeprefix("at_end.") for name in not_judged_at_end(expect, turns)]
    return expect.model_copy(update={name: AtEnd.model_fields[name].default for name in hidden})
