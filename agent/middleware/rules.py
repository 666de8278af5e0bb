"""The rules of the house for tools that another agent calls."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from langgraph.prebuilt import ToolRuntime

from ...graphs.policies import Policies, blocked_ids, for_adults, required
from ...tools.catalog import Catalog
from ...tools.plugin import Rules
from ...tools.profile.model import FeedbackKind, UserProfile
from ...tools.standing import Standing


def house_rules(policies: Policies, catalog: Catalog) -> Rules:
    """What the policies hide, keep away and require. Items for adults are hidden until the context gives an age."""
    always = required(policies, catalog.schema)

    @lru_cache(maxsize=2)
    def refused(revision: int) -> tuple[frozenset[str], frozenset[str]]:  # noqa: ARG001 - part of the key
        items = list(catalog.items())
        adult = frozenset(one.id for one in items if for_adults(policies, catalog.schema, one))
        return blocked_ids(policies, catalog.schema, items), adult

    def rules(profile: UserProfile | None, runtime: ToolRuntime | None) -> Standing:
        blocked, adult = refused(catalog.revision)
        grown = policies.adult_from is not None and _age(runtime) >= policies.adult_from
        return Standing(always, _away(policies, profile, catalog.name), blocked if grown else blocked | adult)

    return rules


def _age(runtime: ToolRuntime | None) -> int:
    context = runtime.context if runtime is not None else None
    age = context.get("age") if isinstance(context, Mapping) else getattr(context, "age", None)
    return age or 0


def _away(policies: Policies, profile: UserProfile | None, catalog: str) -> frozenset[str]:
    if profile is None:
        return frozenset()
    had = profile.consumed(catalog) if policies.exclude_consumed else []
    disliked = profile.items(FeedbackKind.DISLIKE, catalog) if policies.exclude_rejected else []
    return frozenset((*had, *disliked))
