"""Values that are codes, as sizes are: S, M, 42. Alone they mean nothing; beside the name of their facet they do."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..lexicon import CatalogLexicon
from ..lexicon_index import EXACT
from .cues import cue
from .facets import NameSpan
from .mentions import ValueMention
from .text import Message, Span, Token

_BETWEEN = re.compile(r"\s*(?:is|of|in|an?|[:=是为要])?\s*")
_LISTED = re.compile(r"\s*(?:or|and|[,/或、和])\s*")


def coded_values(message: Message, lexicon: CatalogLexicon, names: Sequence[NameSpan]) -> list[ValueMention]:
    """The codes of a message: "size M", "M码", "sizes 42 or 43"."""
    found: list[ValueMention] = []
    for token in message.tokens:
        for facet, value in lexicon.codes.get(token.text, ()):
            end = _marked(message, token, lexicon, facet)
            if end or _is_named(message, token, facet, names) or _follows(message, token, facet, found):
                found.append(ValueMention(token.start, end or token.end, facet, (value,), EXACT))
                break
    return found


def _is_named(message: Message, token: Token, facet: str, names: Sequence[NameSpan]) -> bool:
    """Whether the name of the facet stands right before or right behind."""
    spans = [Span(name.start, name.end) for name in names if name.facet == facet]
    before = any(_BETWEEN.fullmatch(message.text[name.end : token.start]) for name in spans if name.end <= token.start)
    return before or any(0 <= name.start - token.end <= 1 for name in spans)


def _marked(message: Message, token: Token, lexicon: CatalogLexicon, facet: str) -> int:
    """Where the mark of a size ends, as in M码 and 42号; 0 when there is none."""
    named = next((words for name, words in lexicon.names if name == facet), None)
    mark = re.match(rf"\s?(?:{cue('size_mark').pattern})", message.text[token.end :])
    return token.end + mark.end() if mark and named and named.fullmatch("尺码") else 0


def _follows(message: Message, token: Token, facet: str, found: Sequence[ValueMention]) -> bool:
    """The second of "M or L"."""
    last = found[-1] if found else None
    return (
        last is not None and last.facet == facet and _LISTED.fullmatch(message.text[last.end : token.start]) is not None
    )
