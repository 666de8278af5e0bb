"""Items that are handed in by a program must follow the schema as those from a file do."""

from __future__ import annotations

from collections.abc import Iterable

from ...errors import CatalogError, did_you_mean
from ...items import CatalogSchema, Facet, FacetKind, FacetValue, Item

_TYPES: dict[FacetKind, type | tuple[type, ...]] = {
    FacetKind.CATEGORICAL: str,
    FacetKind.DATE: str,
    FacetKind.MULTI: tuple,
    FacetKind.NUMERIC: (int, float),
    FacetKind.BOOLEAN: bool,
}


def check_items(items: Iterable[Item], schema: CatalogSchema) -> list[Item]:
    """The items. Raises CatalogError for one without id or title, or with a facet that the schema does not have."""
    checked = list(items)
    for item in checked:
        _check_item(item, schema)
    return checked


def _check_item(item: Item, schema: CatalogSchema) -> None:
    if not item.id or not item.title.strip():
        raise CatalogError(f"Item {item.id!r} has no {'title' if item.id else 'id'}.", cure="Give it one.")
    for name, value in item.facets.items():
        facet = schema.facet(name)
        if facet is None:
            known = [one.name for one in schema.facets]
            raise CatalogError(f"Item {item.id!r}: unknown facet {name!r}.", cure=did_you_mean(name, known))
        if not _is_kind(facet, value):
            raise CatalogError(
                f"Item {item.id!r}: {name} is {value!r}.", cure=f"A {facet.kind} facet is a {_TYPES[facet.kind]}."
            )


def _is_kind(facet: Facet, value: FacetValue) -> bool:
    if facet.kind is FacetKind.NUMERIC and (isinstance(value, bool) or value != value):
        return False
    return isinstance(value, _TYPES[facet.kind])
