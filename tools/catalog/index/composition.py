"""The text of an item that is embedded."""

from __future__ import annotations

from collections.abc import Iterator

from ...items import CatalogSchema, Facet, FacetKind, FacetRole, FacetValue, Item
from ...normalize import simplified
from ..reading.loading import SEARCHED_CHARACTERS

_WORDS = (FacetKind.CATEGORICAL, FacetKind.MULTI)
_LEADING = (FacetRole.CATEGORY, FacetRole.BRAND, FacetRole.CREATOR, FacetRole.PLACE)
_UNSAID = (FacetRole.IDENTIFIER, FacetRole.STOCK, FacetRole.SPONSORED)
_EMBEDDED_PARTS = 8
"""Of a long list (a cast, the dishes of a restaurant) only the first are embedded: more would drown the title."""


def embedded_text(item: Item, schema: CatalogSchema) -> str:
    """Title, what kind of thing it is and by whom, then the text: the embedding reads the beginning best.

    Chinese is simplified, of which the embedding has read more.
    """
    values = [", ".join(parts[:_EMBEDDED_PARTS]) for parts in _facet_words(item, schema)]
    return simplified(". ".join(part for part in (item.title, *values, item.text[:SEARCHED_CHARACTERS]) if part))


def _facet_words(item: Item, schema: CatalogSchema) -> Iterator[tuple[str, ...]]:
    """The words of each facet of an item, those of the leading roles first; a true boolean says its own name.

    Identifiers are looked up as codes; here they would drown the words. Whether an item is in stock or paid for says
    nothing of what it is, and changes by the hour.
    """
    for facet in sorted(schema.facets, key=_place):
        value = item.facets.get(facet.name)
        words = _words(facet, value, schema) if value is not None else ()
        if words:
            yield words


def _place(facet: Facet) -> int:
    return _LEADING.index(facet.role) if facet.role in _LEADING else len(_LEADING)


def _words(facet: Facet, value: FacetValue, schema: CatalogSchema) -> tuple[str, ...]:
    if facet.role in _UNSAID:
        return ()
    if facet.kind is FacetKind.BOOLEAN:
        return (facet.label(schema.language),) if value is True else ()
    if facet.kind not in _WORDS:
        return ()
    return value if isinstance(value, tuple) else (str(value),)
