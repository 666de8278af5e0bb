"""`Reading`: everything that the structure of a message tells, before its intent is decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ....graphs.briefs import UnderstandBrief
from ....graphs.understanding import Critique, ItemFeedback, Wish
from ....tools.constraints import Constraint, Op
from ....tools.profile.model import FeedbackKind
from ..lexicon import CatalogLexicon
from .answers import Answer, read_answer
from .bounds import Bound
from .conditions import find_conditions
from .critiques import critiques, other_values
from .facets import NameSpan
from .feedback import find_feedback, open_verdict
from .leftovers import used_spans
from .mentions import ValueMention
from .moods import Mood
from .parts import spans, take_apart
from .questions import asked_facets, wanted_count, wants_more
from .references import Reference
from .text import Message, Span
from .wishes import SelfStatement


@dataclass(frozen=True, slots=True)
class Reading:
    """What one message says."""

    message: Message
    names: tuple[NameSpan, ...]
    values: tuple[ValueMention, ...]
    references: tuple[Reference, ...]
    bounds: tuple[Bound, ...]
    constraints: tuple[Constraint, ...]
    relaxed: tuple[str, ...]
    statements: tuple[SelfStatement, ...]
    refused: tuple[Wish, ...]
    """Topics that are no values of the catalog."""
    moods: tuple[Mood, ...]
    feedback: tuple[ItemFeedback, ...]
    verdict: FeedbackKind | None
    """On one of the items that were shown, without a word on which."""
    critiques: tuple[Critique, ...]
    similar_to: tuple[str, ...]
    facets_asked: tuple[str, ...]
    answer: Answer
    more: bool
    count: int | None
    asks_for_kind: bool
    """Whether it names the kind of thing that is wanted, where there are several."""
    about_kinds: tuple[str, ...]
    """Kinds of thing that something is to be about: a book about films."""
    used: tuple[Span, ...]
    """Characters that are understood, so that a search need not look for them."""

    @property
    def reference_ids(self) -> tuple[str, ...]:
        """Ids of all items referred to or judged, without repeats."""
        judged = (one.item_id for one in self.feedback)
        return tuple(dict.fromkeys((*(item for one in self.references for item in one.ids), *judged)))


def read(message: Message, brief: UnderstandBrief, lexicon: CatalogLexicon) -> Reading:
    """Reads one message against a catalog and the state of the conversation."""
    parts = take_apart(message, brief, lexicon)
    answer = read_answer(message, brief, lexicon)
    conditions = find_conditions(parts)
    return Reading(
        message=message,
        names=tuple(parts.names),
        values=tuple(parts.values),
        references=tuple(parts.references),
        bounds=tuple(parts.bounds),
        constraints=_merged(conditions, answer.constraints),
        relaxed=tuple(dict.fromkeys((*parts.relaxed, *answer.relaxed))),
        statements=tuple(parts.statements),
        refused=tuple(one.wish for one in parts.topics),
        moods=tuple(parts.moods),
        feedback=(
            *find_feedback(message, parts.references, brief, parts.similar_spans),
            *_refused_titles(message, parts.values, conditions, brief),
        ),
        verdict=open_verdict(message, parts.references, brief),
        critiques=(
            *critiques(parts.pointed, parts.lexicon, parts.relative),
            *other_values(message, lexicon, parts.names),
        ),
        similar_to=tuple(parts.similar),
        facets_asked=asked_facets(message, lexicon, parts.names),
        answer=answer,
        more=wants_more(message, parts.references, [*parts.relaxed_spans, *parts.similar_spans, *spans(parts.pointed)]),
        count=wanted_count(message, lexicon, [*parts.held, *spans(parts.bounds)]),
        asks_for_kind=any(one.sense in ("wanted", "refused") for one in parts.kinds),
        about_kinds=tuple(message.raw[one.start : one.end] for one in parts.kinds if one.sense == "topic"),
        used=tuple(used_spans(parts, conditions)),
    )


def _refused_titles(
    message: Message, values: Sequence[ValueMention], conditions: Sequence[Constraint], brief: UnderstandBrief
) -> list[ItemFeedback]:
    """ "not Milk", where Milk is a kind of thing and also the name of an item that was shown: neither is wanted."""
    refused = {(one.facet, value) for one in conditions if one.op in (Op.NE, Op.NOT_IN) for value in one.values}
    said = {message.text[one.start : one.end] for one in values if (one.facet, one.values[0]) in refused}
    named = [one for one in brief.shown if Message.read(one.title).text in said] if said else []
    return [ItemFeedback(item_id=one.id, kind=FeedbackKind.DISLIKE) for one in named]


def _merged(said: list[Constraint], answered: tuple[Constraint, ...]) -> tuple[Constraint, ...]:
    """Conditions without repeats; the answer to a question wins over other readings of its facet."""
    facets = {one.facet for one in answered}
    return tuple(dict.fromkeys([*answered, *(one for one in said if one.facet not in facets)]))
