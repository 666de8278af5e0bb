"""The moment a check looks at, and the words that point back into the conversation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ...graphs.policies import Policies
from ...tools.items import FacetValue, Language
from ..facts import CatalogFacts
from ..suite import Expectation, ProfileFacts
from ..targets import Observed, Shown

_POINTER = re.compile(r"\{(?:shown (?P<rank>\d+)|turn (?P<turn>\d+) item (?P<item>\d+))(?: (?P<facet>[^{}]+))?\}")

_NOTHING_GIVEN = ProfileFacts()
_USUAL_RULES = Policies()


class NotShown(Exception):
    """A script points at an item, but no such item has been shown."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that does not hold."""

    check: str
    """Name of the expectation: `intent`, `shown.satisfy`."""
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something worth reporting that is no failure: a latency over its budget, a hope that was not met."""

    check: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Moment:
    """One observed turn, with what came before it in the conversation (oldest first)."""

    facts: CatalogFacts
    expect: Expectation
    now: Observed
    earlier: tuple[Observed, ...] = ()
    language: Language = "en"
    said: tuple[str, ...] = ()
    """What the person said so far, this turn's message last."""
    pictured: bool = False
    """Whether the person has sent a picture."""
    given: ProfileFacts = _NOTHING_GIVEN
    """What was known of the person before the first turn."""
    policies: Policies = _USUAL_RULES
    """Rules of the house in the conversation."""
    hope: Expectation | None = None
    """What would be good but need not hold."""

    @property
    def last_list(self) -> tuple[Shown, ...]:
        """The newest list that the person saw before this turn; empty when there was none."""
        return newest_list(self.earlier)

    @property
    def seen_ids(self) -> frozenset[str]:
        """Ids of everything shown before this turn."""
        return frozenset(one.id for turn in self.earlier for one in turn.shown)

    def ids(self, name: str) -> tuple[str, ...]:
        """Ids behind an item's id, its title, or a pointer at something shown."""
        if _POINTER.fullmatch(name):
            return (pointed(name, self.earlier).id,)
        return self.facts.ids(name)

    def spelled(self, text: str) -> str:
        """The text with every pointer replaced by what it points at."""
        return spell(text, self.earlier, self.facts)


def newest_list(turns: tuple[Observed, ...]) -> tuple[Shown, ...]:
    """The newest list of items that is not empty."""
    return next((turn.shown for turn in reversed(turns) if turn.shown), ())


def spell(text: str, turns: tuple[Observed, ...], facts: CatalogFacts) -> str:
    """Replaces `{shown 2}`, `{shown 2 price}`, `{turn 1 item 2}`. Raises NotShown."""

    def replace(match: re.Match[str]) -> str:
        item = pointed(match.group(0), turns)
        facet = match.group("facet")
        return item.title if not facet else _plain(_facet(facts, item, facet))

    return _POINTER.sub(replace, text)


def pointed(pointer: str, turns: tuple[Observed, ...]) -> Shown:
    """The item a pointer points at. Raises NotShown."""
    match = _POINTER.fullmatch(pointer)
    if match is None:
        raise NotShown(f"{pointer} is not a pointer")
    shown, rank = newest_list(turns), int(match["rank"] or match["item"])
    if match["turn"]:
        number = int(match["turn"])
        shown = turns[number - 1].shown if 0 < number <= len(turns) else ()
    if not 0 < rank <= len(shown):
        raise NotShown(f"{pointer}: {len(shown)} items were shown")
    return shown[rank - 1]


def _facet(facts: CatalogFacts, item: Shown, facet: str) -> FacetValue:
    held = facts.items.get(item.id)
    value = held.facets.get(facet) if held else None
    if value is None:
        raise NotShown(f"{item.title!r} has no {facet}")
    return value


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.10g}"
    return ", ".join(value) if isinstance(value, tuple) else str(value)
