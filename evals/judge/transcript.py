"""A conversation as a judge reads it: what was said, what was shown, and what the catalog says of it."""

from __future__ import annotations

from collections.abc import Iterator

from ...tools.items import Item
from ..facts import CatalogFacts
from ..outcome import Outcome
from ..targets import Shown

_LONGEST_SAID, _LONGEST_TEXT, _LONGEST = 3_000, 200, 40_000
"""Characters of a message, of the text of an item, and of all."""
_NAMES = {"en": "English", "zh": "Chinese"}


def transcript(outcome: Outcome, facts: CatalogFacts) -> str:
    """Turn by turn; what is too long is cut."""
    return "\n".join(_lines(outcome, facts))[:_LONGEST]


def _lines(outcome: Outcome, facts: CatalogFacts) -> Iterator[str]:
    yield f"Language of the conversation: {_NAMES.get(outcome.language, outcome.language)}"
    for turn in outcome.turns:
        yield f"Person: {turn.said[:_LONGEST_SAID]}"
        if turn.observed is None:
            yield "Recommender: (no answer)"
            return
        yield f"Recommender: {turn.observed.reply[:_LONGEST_SAID]}"
        yield from (f"  shown: {_told(one, facts.items.get(one.id))}" for one in turn.observed.shown)


def _told(one: Shown, item: Item | None) -> str:
    reasons = f"; reasons given: {' | '.join(one.reasons)}" if one.reasons else ""
    if item is None:
        return f"{one.title} (not in the catalog){reasons}"
    known = ", ".join(f"{name} = {_plain(value)}" for name, value in item.facets.items())
    return f"{one.title} ({known}; {item.text[:_LONGEST_TEXT]}){reasons}"


def _plain(value: object) -> str:
    return "/".join(map(str, value)) if isinstance(value, tuple) else str(value)
