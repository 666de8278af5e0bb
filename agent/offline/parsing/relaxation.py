"""Conditions given up: any brand, the price doesn't matter, 品牌不限, start over."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .critiques import Pointed
from .cues import cue
from .facets import NameSpan
from .mentions import ValueMention
from .text import Message, Span

EVERYTHING = "*"


def relaxed_facets(
    message: Message, names: list[NameSpan], values: Sequence[ValueMention] = ()
) -> tuple[list[str], list[Span]]:
    """Keys of the facets that no longer matter ("*" for all), and the characters that say so.

    Words that begin a value of the facet say that value: "the dish is open late".
    """
    if match := cue("relax_all").search(message.text):
        return [EVERYTHING], [Span(*match.span())]
    facets, spans = [], []
    for name in names:
        span = _relaxing(message.text, name)
        if span and not any(one.facet == name.facet and one.start < span.end < one.end for one in values):
            facets.append(name.facet)
            spans.append(span)
    return list(dict.fromkeys(facets)), spans


def _relaxing(text: str, name: NameSpan) -> Span | None:
    before = re.search(rf"(?:{cue('relax_any').pattern})(?:\s|the |my |which |what |的)*$", text[: name.start])
    after = re.match(
        rf"\s*(?:or \w+ |range |limit |filter |的|上|方面|也|都|就|限制)*\s*(?:{cue('relax_after').pattern})",
        text[name.end :],
    )
    if after is not None:
        return Span(before.start() if before else name.start, name.end + after.end())
    return Span(before.start(), name.end) if before else None


def dropped_values(message: Message, values: Sequence[ValueMention]) -> list[ValueMention]:
    """ "forget Samsung": values that are given up rather than wanted or refused."""
    drop = re.compile(rf"(?:{cue('drop').pattern})(?:\s|the |about |my )*$")
    return [one for one in values if drop.search(message.text[: one.start])]


def relaxed_directions(message: Message, pointed: Sequence[Pointed]) -> list[Pointed]:
    """ "more expensive is fine": a direction that is no wish but a condition given up."""
    relax = re.compile(rf"\s*(?:is|are|也|都|的)?\s*(?:fine|ok|okay|{cue('relax_after').pattern})")
    return [one._replace(end=found.end()) for one in pointed if (found := relax.match(message.text, one.end))]


def starts_over(message: Message) -> bool:
    """Whether the person drops all that was said and begins anew."""
    return cue("start_over").search(message.text) is not None
