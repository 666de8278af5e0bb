"""One small function per expectation: it yields what was got instead, once for every way the expectation fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pydantic import BaseModel

from ..suite import Expectation
from . import constraints, profile, reply, shown
from .ends import END_CHECKS, check_end
from .moment import Failure, Moment, NotShown, newest_list, spell

Check = Callable[[Any, Moment], Iterable[str]]

CHECKS: dict[str, Check] = {
    "intent": reply.intent,
    "language": reply.language,
    "emotion": reply.emotion,
    "constraints_include": constraints.include,
    "constraints_exactly": constraints.exactly,
    "no_constraint_on": constraints.absent,
    "shown.satisfy": shown.satisfy,
    "shown.any_satisfies": shown.any_satisfies,
    "shown.include": shown.include,
    "shown.include_any": shown.include_any,
    "shown.exclude": shown.exclude,
    "shown.none": shown.none,
    "shown.at_least": shown.at_least,
    "shown.at_most": shown.at_most,
    "shown.differ_from_before": shown.differ_from_before,
    "shown.lower_than_before": shown.lower_than_before,
    "shown.higher_than_before": shown.higher_than_before,
    "question": reply.question,
    "tools.exactly": reply.tools_exactly,
    "tools.include": reply.tools_include,
    "tools.forbid": reply.tools_forbid,
    "model_calls": reply.model_calls,
    "text.contains": reply.contains,
    "text.contains_any": reply.contains_any,
    "text.not_contains": reply.not_contains,
    "text.matches": reply.matches,
    "profile.has": profile.has,
    "profile.has_not": profile.has_not,
    "profile.empty": profile.empty,
    "grounded": shown.grounded,
}
"""By the name of the expectation, in the order of the report."""

_ALWAYS = {"language", "model_calls"}


def check_turn(moment: Moment) -> list[Failure]:
    """Every expectation of the turn that does not hold."""
    return [failure for name, check in CHECKS.items() for failure in _failures(name, check, moment)]


def _failures(name: str, check: Check, moment: Moment) -> Iterator[Failure]:
    stated, wanted = _stated(moment.expect, name)
    if stated or name in _ALWAYS:
        try:
            got = list(check(wanted, moment))
        except NotShown as missing:
            got = [str(missing)]
        expected = _written(wanted if name != "language" else wanted or moment.language)
        yield from (Failure(name, expected, one) for one in got)


def _stated(expect: Expectation, name: str) -> tuple[bool, Any]:
    """Whether an expectation is to be checked, and its value. `grounded` is unless switched off."""
    holder: BaseModel | None = expect
    *path, last = name.split(".")
    for part in path:
        holder = getattr(holder, part)
        if holder is None:
            return False, None
    wanted = getattr(holder, last)
    if name == "grounded":
        return wanted, wanted
    return wanted != type(holder).model_fields[last].default, wanted


def _written(wanted: Any) -> str:
    if isinstance(wanted, BaseModel):
        return ", ".join(f"{key}: {_written(value)}" for key, value in wanted.model_dump(exclude_defaults=True).items())
    return " | ".join(str(one) for one in wanted) or "none" if isinstance(wanted, tuple) else str(wanted)


__all__ = [
    "CHECKS",
    "END_CHECKS",
    "Check",
    "Failure",
    "Moment",
    "NotShown",
    "check_end",
    "check_turn",
    "newest_list",
    "spell",
]
