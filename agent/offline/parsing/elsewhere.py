"""What is said of things that the catalog does not hold: a hotel's price is no condition on a restaurant."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..lexicon import CatalogLexicon
from .cues import cue
from .query import noun_pattern
from .text import Message, Span, Spanned, overlaps

_SENTENCE = re.compile(r"[^.!?。！？]*(?:\.(?=\d)[^.!?。！？]*)*[.!?。！？]?")


def elsewhere(
    message: Message, lexicon: CatalogLexicon, named: Sequence[Span], facets: Sequence[Spanned]
) -> list[Span]:
    """Sentences that ask for something else and for nothing of the catalog; names of items (`named`) do not count.

    The name of a facet beside a value (`facets`) asks for that value: 换成周边景点：雍和宫.
    """
    if any(cue("other_nouns").search(noun) for noun in lexicon.nouns):
        return []
    nouns = re.compile(noun_pattern(lexicon))
    sentences = [Span(*found.span()) for found in _SENTENCE.finditer(message.text) if found.group().strip()]
    return [one for one in sentences if _asks_for_other(message, one, nouns, named, facets)]


def _asks_for_other(
    message: Message, sentence: Span, nouns: re.Pattern[str], named: Sequence[Span], facets: Sequence[Spanned]
) -> bool:
    text = _blanked(message.text, facets)
    if cue("other_things").search(text, sentence.start, sentence.end) is None:
        return False
    own = nouns.finditer(message.text, sentence.start, sentence.end)
    return all(overlaps(Span(*found.span()), named) for found in own)


def _blanked(text: str, spans: Sequence[Spanned]) -> str:
    for one in spans:
        text = text[: one.start] + " " * (one.end - one.start) + text[one.end :]
    return text
