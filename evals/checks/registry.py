"""Which check belongs to which expectation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from . import constraints, emotion, policies, profile, reasons, reply, shown
from .moment import Moment

Check = Callable[[Any, Moment], Iterable[str]]

CHECKS: dict[str, Check] = {
    "intent": reply.intent,
    "language": reply.language,
    "emotion.recognised": emotion.recognised,
    "emotion.acknowledged": emotion.acknowledged,
    "emotion.not_cheered": emotion.not_cheered,
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
    "shown.explained": shown.explained,
    "question": reply.question,
    "tools.exactly": reply.tools_exactly,
    "tools.include": reply.tools_include,
    "tools.only": reply.tools_only,
    "tools.order": reply.tools_order,
    "tools.forbid": reply.tools_forbid,
    "model_calls": reply.model_calls,
    "text.contains": reply.contains,
    "text.contains_any": reply.contains_any,
    "text.not_contains": reply.not_contains,
    "text.matches": reply.matches,
    "text.not_matches": reply.not_matches,
    "profile.has": profile.has,
    "profile.has_not": profile.has_not,
    "profile.empty": profile.empty,
    "grounded": shown.grounded,
    "reasons": reasons.true,
    "policies": policies.kept,
}
"""By the name of the expectation, in the order of the report."""

REMARKED: dict[str, Check] = {"latency_ms": reply.latency}
"""Checks whose findings are reported and do not fail."""

ALWAYS = {"language", "model_calls", "grounded", "reasons", "policies"}
"""Checked when nothing is stated, unless switched off."""
