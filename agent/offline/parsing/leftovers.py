"""Which characters of a message are understood, so that a search need not look for them."""

from __future__ import annotations

import re

from ....tools.constraints import Constraint, Op
from .critiques import direction_words
from .cues import cue
from .moods import mood_spans
from .parts import Parts, spans
from .text import Message, Span

_SIGNALS = (
    "lasting", "soft", "self_like", "self_dislike", "self_is", "more", "start_over", "instead", "count_phrase", "free",
    "manipulation", "last_time", "refused_again",
)  # fmt: skip


def used_spans(parts: Parts, conditions: list[Constraint]) -> list[Span]:
    """Everything that was read as a condition, a reference, a direction or a signal."""
    refusing = any(one.op in (Op.NE, Op.NOT_IN) for one in conditions)
    return [
        *(span for found in (parts.values, parts.bounds, parts.references, parts.pointed) for span in spans(found)),
        *parts.relaxed_spans,
        *parts.similar_spans,
        *spans(parts.flags),
        *direction_words(parts.message),
        *_signals(parts.message),
        *(_matches(parts.message, "negation", "negation_after") if refusing else []),
        *_named(parts),
        *mood_spans(parts.message, parts.moods, parts.lexicon.nouns),
        *(one.clause for one in parts.topics),
        *spans([one for one in parts.kinds if one.sense in ("wanted", "refused", "liked")]),
        *(one.clause for one in parts.statements if one.wish.weight < 0),
    ]


def _matches(message: Message, *names: str) -> list[Span]:
    return [Span(*match.span()) for name in names for match in cue(name).finditer(message.text)]


def _signals(message: Message) -> list[Span]:
    """Words that say how, not what; and whatever "doesn't matter"."""
    waived = re.finditer(rf"\w+ (?:{cue('relax_after').pattern})", message.text)
    return [*_matches(message, *_SIGNALS), *(Span(*match.span()) for match in waived)]


def _named(parts: Parts) -> list[Span]:
    """Facet names beside a value, and after "not that"."""
    refused = _matches(parts.message, "not_that")
    after = [
        Span(match.start, name.end) for match in refused for name in parts.names if 0 <= name.start - match.end <= 2
    ]
    beside = [
        Span(name.start, name.end)
        for name in parts.names
        for one in parts.values
        if -2 <= name.start - one.end <= 3 or -2 <= one.start - name.end <= 6
    ]
    return [*after, *beside]
