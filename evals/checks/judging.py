"""What did not hold of a turn, and of a conversation as a whole."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from ..facts import CatalogFacts
from ..suite import AtEnd, Expectation
from .ends import Turns, own_failures
from .moment import Failure, Moment, NotShown, Remark
from .registry import ALWAYS, CHECKS, REMARKED, Check
from .visible import is_visible, judged_at_end


def check_turn(moment: Moment, only: Collection[str] = CHECKS) -> list[Failure]:
    """Every expectation of the turn that does not hold, of those named."""
    names = [name for name in _wanted(moment) if name in only and is_visible(name, moment.now)]
    return [Failure(name, expected, got) for name in names for expected, got in _findings(name, CHECKS[name], moment)]


def not_judged(moment: Moment, only: Collection[str] = CHECKS) -> tuple[str, ...]:
    """Of those named, the turn's expectations, hopes included, that are about something the target cannot show."""
    hoped = [name for name in CHECKS if moment.hope is not None and _is_stated(moment.hope, name)]
    names = [*_wanted(moment), *(f"hope.{name}" for name in hoped)]
    hidden = (name for name in names if not is_visible(name.removeprefix("hope."), moment.now))
    return tuple(name for name in hidden if name.removeprefix("hope.") in only)


def _wanted(moment: Moment) -> list[str]:
    """Names of the checks to make: what is stated, and what is on unless switched off."""
    on = {name for name in ALWAYS if _lookup(moment.expect, name)[1] is not False}
    return [name for name in CHECKS if name in on or (name not in ALWAYS and _is_stated(moment.expect, name))]


def check_end(expect: AtEnd, turns: Turns, facts: CatalogFacts) -> list[Failure]:
    """Every expectation about the whole conversation that does not hold."""
    expect = judged_at_end(expect, turns)
    failures = list(own_failures(expect, turns, facts))
    if turns and (expect.tools or expect.profile):
        called = replace(turns[-1], tools=tuple(call for turn in turns for call in turn.tools))
        wanted = Expectation(tools=expect.tools, profile=expect.profile)
        moment = Moment(facts, wanted, called, turns[:-1])
        names = [name for name in CHECKS if name.startswith(("tools.", "profile.")) and _is_stated(wanted, name)]
        failures += [
            Failure(f"at_end.{name}", *found) for name in names for found in _findings(name, CHECKS[name], moment)
        ]
    return failures


def remarks(moment: Moment) -> list[Remark]:
    """What is worth reporting of the turn and does not fail it: budgets of time, and hopes that were not met."""
    found = [("", name, check, moment) for name, check in REMARKED.items() if _is_stated(moment.expect, name)]
    if moment.hope is not None:
        hoping = replace(moment, expect=moment.hope, hope=None)
        checks = [(name, check) for name, check in (CHECKS | REMARKED).items() if is_visible(name, moment.now)]
        found += [("hope.", name, check, hoping) for name, check in checks if _is_stated(moment.hope, name)]
    return [
        Remark(prefix + name, expected, got)
        for prefix, name, check, at in found
        for expected, got in _findings(name, check, at)
    ]


def _findings(name: str, check: Check, moment: Moment) -> Iterator[tuple[str, str]]:
    """What was wanted and what was got instead."""
    _, wanted = _lookup(moment.expect, name)
    try:
        got = list(check(wanted, moment))
    except NotShown as missing:
        got = [str(missing)]
    expected = _written(wanted if name != "language" else wanted or moment.language)
    yield from ((expected, one) for one in got)


def _is_stated(expect: Expectation, name: str) -> bool:
    """Whether an expectation has another value than when nothing is said; what is on anyway must be written out."""
    holder, wanted = _lookup(expect, name)
    last = name.rpartition(".")[2]
    if holder is None:
        return False
    return last in holder.model_fields_set if name in ALWAYS else wanted != type(holder).model_fields[last].default


def _lookup(expect: Expectation, name: str) -> tuple[BaseModel | None, Any]:
    """The part of an expectation that holds a value, and the value; (None, None) when the part is not there."""
    holder: BaseModel | None = expect
    *path, last = name.split(".")
    for part in path:
        holder = getattr(holder, part)
        if holder is None:
            return None, None
    return holder, getattr(holder, last)


def _written(wanted: Any) -> str:
    if isinstance(wanted, BaseModel):
        return ", ".join(f"{key}: {_written(value)}" for key, value in wanted.model_dump(exclude_defaults=True).items())
    return " | ".join(str(one) for one in wanted) or "none" if isinstance(wanted, tuple) else str(wanted)
