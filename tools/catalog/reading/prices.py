"""Which of several prices of a table is the one that is asked."""

from __future__ import annotations

from collections.abc import Sequence

from ...items import Facet, FacetRole
from ...normalize import has_chinese
from .column_names import FORMER_PRICES, leaf_of, own_name


def with_asked_price(facets: Sequence[Facet]) -> tuple[Facet, ...]:
    """The facets, where a former price beside the one that is asked is a number with a name of its own."""
    former = {one.name for one in facets if one.role is FacetRole.PRICE and leaf_of(_path(one)) in FORMER_PRICES}
    asked = any(one.role is FacetRole.PRICE and one.name not in former for one in facets)
    return tuple(_former(one) if asked and one.name in former else one for one in facets)


def _former(facet: Facet) -> Facet:
    own = own_name(_path(facet))
    names = {"zh" if has_chinese(own) else "en": (own,)}
    return facet.model_copy(update={"role": None, "askable": False, "names": names})


def _path(facet: Facet) -> str:
    return facet.column or facet.name
