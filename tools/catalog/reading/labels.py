"""What people are told that a column is called, where its name also tells a unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ...items import Facet, Language
from .column_names import own_name, unit_in_name


def without_units(facets: Sequence[Facet]) -> tuple[Facet, ...]:
    """`weight_kg` is spoken of as "weight", since its values say kg; not where two columns would be called the same."""
    called = Counter(_short(facet) for facet in facets)
    return tuple(facet if called[_short(facet)] > 1 else _called(facet, _short(facet)) for facet in facets)


def _short(facet: Facet) -> str:
    path = facet.column or facet.name
    own = own_name(path)
    return own.rpartition(" ")[0] or own if unit_in_name(path) else own


def _called(facet: Facet, short: str) -> Facet:
    names: dict[Language, tuple[str, ...]] = {
        language: tuple(dict.fromkeys((short, *words)))
        if words[:1] == (own_name(facet.column or facet.name),)
        else words
        for language, words in facet.names.items()
    }
    return facet.model_copy(update={"names": names})
