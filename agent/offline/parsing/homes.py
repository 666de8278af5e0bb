"""Which of several catalogs an item is meant from that a message names: the book Dune, or the film."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ....tools.items import FacetRole
from ..lexicon import CatalogLexicon
from .kinds import Kind, ReadKind, kind_cue, kind_ending, stands_behind
from .mentions import TitleMention, ValueMention, quoted
from .references import Reference
from .text import Message, Span, overlaps

_KNOWN_FOR = 3
"""Works to each item of the title from which a name is that of their maker: Tolkien rather than the film about him."""


def titles_meant(
    message: Message,
    lexicon: CatalogLexicon,
    titles: Sequence[TitleMention],
    values: Sequence[ValueMention],
    kinds: Sequence[Kind],
) -> list[TitleMention]:
    """The titles with the items that are meant first; without names that are rather those of a maker."""
    if not lexicon.kinds:
        return list(titles)
    quotes = quoted(message)
    named = [one for one in titles if overlaps(one, quotes) or not _is_maker(one, values, lexicon)]
    return [_ordered(message, one, kinds, lexicon) for one in named]


def _is_maker(title: TitleMention, values: Sequence[ValueMention], lexicon: CatalogLexicon) -> bool:
    maker = next((one for one in values if (one.start, one.end) == (title.start, title.end)), None)
    facet = lexicon.facet(maker.facet) if maker else None
    if maker is None or facet is None or facet.role is not FacetRole.CREATOR:
        return False
    held = (item.facets.get(facet.name, ()) for item in lexicon.items.values())
    works = sum(1 for value in held if isinstance(value, tuple | str) and set(maker.values) & set(_parts(value)))
    return works >= _KNOWN_FOR * len(title.item_ids)


def _parts(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,)


def _ordered(message: Message, title: TitleMention, kinds: Sequence[Kind], lexicon: CatalogLexicon) -> TitleMention:
    """With "the book Dune" no film is meant; with "a film like Dune" rather the film, where there is one."""
    beside = _beside(message.text, title, kinds)
    said = beside.label if beside else _done_with(message.text, title, lexicon)
    own = tuple(one for one in title.item_ids if label_of(one, lexicon) == said)
    if own:
        return title._replace(start=min(title.start, beside.start) if beside else title.start, item_ids=own)
    rather = _contrasted(message.text, title, kinds, lexicon) or _only(kinds)
    first = sorted(title.item_ids, key=lambda one: label_of(one, lexicon) != rather) if rather else title.item_ids
    return title._replace(item_ids=tuple(first))


def label_of(item_id: str, lexicon: CatalogLexicon) -> str:
    """The kind of an item; empty when the catalog joins no others or has no such item."""
    facet, item = lexicon.by_role(FacetRole.CATALOG), lexicon.items.get(item_id)
    return str(item.facets.get(facet.name, "")) if facet and item else ""


def _beside(text: str, title: TitleMention, kinds: Sequence[Kind]) -> Kind | None:
    """ "the book Dune", "Dune (the movie)", 《沙丘》这部电影; a film of Dune is none."""
    for kind in kinds:
        gap = text[kind.end : title.start] if kind.end <= title.start else "-"
        if re.fullmatch(r"\s*(?:called|named|titled|叫|是)?[\s\"'《]*", gap):
            return kind
        gap = text[title.end : kind.start] if kind.start >= title.end else "-"
        if re.fullmatch(r"[\s\"'》,(]*(?:the|这本|这部|那本|那部|的)\s*|[\s\"'》]+", gap):
            return kind
    return None


def _done_with(text: str, title: TitleMention, lexicon: CatalogLexicon) -> str:
    """ "I read Dune" speaks of the book."""
    return next((one.label for one in lexicon.kinds if one.consumed.search(text[: title.start])), "")


def _contrasted(text: str, title: TitleMention, kinds: Sequence[Kind], lexicon: CatalogLexicon) -> str:
    """ "like Dune but a film", "a film of Dune": the other kind, where there are two."""
    for kind in kinds:
        others = [one.label for one in lexicon.kinds if one.label != kind.label]
        between = text[kind.end : title.start] if kind.end <= title.start else text[title.end : kind.start]
        of_it = kind_cue("adapted").search(between) is not None
        if len(others) == 1 and (of_it or stands_behind("contrast", text[: kind.start])):
            return others[0]
    return ""


def _only(kinds: Sequence[Kind]) -> str:
    labels = {one.label for one in kinds}
    return labels.pop() if len(labels) == 1 else ""


def adapted(
    message: Message, lexicon: CatalogLexicon, kinds: Sequence[ReadKind], references: Sequence[Reference]
) -> tuple[list[str], list[Span]]:
    """ "the film of that book": items that one of another kind is wanted of, and the characters that say so."""
    wanted = {one.label for one in kinds if one.sense == "wanted"}
    said = kind_cue("adapted").search(message.text) if len(wanted) == 1 else None
    if said is None:
        return [], []
    found = [one for one in references if {label_of(item, lexicon) for item in one.ids}.isdisjoint(wanted)]
    ids = list(dict.fromkeys(item for one in found for item in one.ids))
    return ids, [Span(*said.span()), *(Span(one.start, one.end) for one in found)] if ids else []


def likened(
    message: Message, lexicon: CatalogLexicon, values: Sequence[ValueMention]
) -> dict[ValueMention, list[Span]]:
    """ "Something like Tolkien", 像哈利波特那样的: values whose works something is to be like, and what says so."""
    found: dict[ValueMention, list[Span]] = {}
    for one in values if lexicon.kinds else ():
        facet = lexicon.facet(one.facet)
        if facet is None or facet.role is FacetRole.CATEGORY:
            continue
        before = kind_ending("likened").search(message.text[: one.start])
        after = re.match(rf"\s*(?:{kind_cue('likened_after').pattern})", message.text[one.end :])
        if before or after:
            said = [Span(*before.span())] if before else []
            found[one] = [*said, Span(one.end, one.end + after.end())] if after else said
    return found
