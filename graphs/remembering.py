"""What a message says of the person that is worth remembering: lasting wishes, and feedback on items."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ..tools.catalog import Catalog
from ..tools.constraints import Constraint, Op
from ..tools.profile.model import FeedbackKind, ItemEvent, LastingConstraint, Preference, Statement
from ..tools.profile.words import target_words
from .understanding import ItemFeedback, TurnUnderstanding, Wish

_EVIDENCE_LENGTH = 200
_NEVER = -1.0
"""A lasting wish of this weight about a facet's value is a constraint: it is never shown."""


def statements(said: TurnUnderstanding, words: str, now: datetime, catalog: Catalog) -> Iterator[Statement]:
    """Lasting wishes. What cannot be named ("both", "her") is left out: nobody could ask to forget it."""
    for wish in said.wishes:
        if wish.lasting and (wish.facet or target_words(wish.value)):
            yield _statement(wish, words[:_EVIDENCE_LENGTH], now, catalog)


def event(one: ItemFeedback, shown: bool, now: datetime, catalog: Catalog) -> ItemEvent:
    """Feedback as an event. To like something that was not shown means to know it already."""
    return ItemEvent(
        item_id=one.item_id,
        catalog=catalog.name,
        kind=one.kind,
        time=now,
        reason=one.reason,
        title=catalog.item(one.item_id).title,
        consumed=one.kind is FeedbackKind.LIKE and not shown,
    )


def _statement(wish: Wish, words: str, now: datetime, catalog: Catalog) -> Statement:
    known = bool(wish.facet and catalog.schema.facet(wish.facet))
    if wish.weight <= _NEVER and known:
        never = Constraint(facet=wish.facet, op=Op.NE, value=wish.value)
        return LastingConstraint(constraint=never, catalog=catalog.name, evidence=words, time=now)
    return Preference(
        facet=wish.facet if known else "",
        value=wish.value,
        weight=wish.weight,
        evidence=words,
        time=now,
        catalog=catalog.name if known else "",
    )
