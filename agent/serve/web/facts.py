"""What the page says before anybody has asked: what the catalog holds, and what to ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import median
from typing import get_args

from pydantic import BaseModel

from ....tools.catalog import Catalog
from ....tools.constraints.render import render_value
from ....tools.items import Facet, FacetKind, FacetRole, FacetValue, Language
from ..pictures import has_picture

_KINDS = 3
_DISCRETE = {FacetKind.CATEGORICAL, FacetKind.MULTI}


class UsualPrice(BaseModel):
    """The price in the middle."""

    amount: float
    unit: str
    """Currency code, or empty."""


class PageFacts(BaseModel):
    """A catalog in the words of its page."""

    catalog: str
    items: int
    language: Language
    noun: dict[Language, str]
    plural: str
    """English."""
    pictures: bool
    """Whether items can be found by a picture of them."""
    kinds: dict[Language, list[str]]
    """The most frequent kinds of items, in words; empty when the catalog knows no kinds."""
    price: UsualPrice | None


def page_facts(catalog: Catalog) -> PageFacts:
    """The facts of a catalog as it is now."""
    schema, items = catalog.schema, catalog.items()
    usable = any(member.gallery.usable for member in catalog.members)
    return PageFacts(
        catalog=catalog.name,
        items=len(items),
        language=schema.language,
        noun=schema.noun,
        plural=schema.plural or f"{schema.noun.get('en', 'item')}s",
        pictures=usable and any(has_picture(catalog, one.id) for one in items),
        kinds=_kinds(catalog, schema.by_role(FacetRole.CATEGORY)),
        price=_price(schema.by_role(FacetRole.PRICE), (item.facets for item in items)),
    )


def _kinds(catalog: Catalog, facet: Facet | None) -> dict[Language, list[str]]:
    known = facet is not None and facet.kind in _DISCRETE
    values = list(catalog.statistics(facet.name).counts)[:_KINDS] if known and facet else []
    return {one: [render_value(value, facet, one) for value in values] for one in get_args(Language)}


def _price(facet: Facet | None, facets: Iterable[Mapping[str, FacetValue]]) -> UsualPrice | None:
    found = (one.get(facet.name) for one in facets) if facet is not None else ()
    known = [float(value) for value in found if isinstance(value, int | float) and value > 0]
    return UsualPrice(amount=median(known), unit=facet.unit) if facet is not None and known else None
