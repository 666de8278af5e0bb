"""Items of a catalog as cards: what a person looks at before choosing one."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from ...graphs.state import Recommendation
from ...tools.catalog import Catalog
from ...tools.items import FacetRole, Item, Language
from .pictures import has_picture
from .wire import Card, CardFacet, RecommendedCard

_TEXT_LENGTH = 400
_ADDRESSES = ("http", "https")


def card_of(item: Item, catalog: Catalog, language: Language) -> Card:
    """The card of an item, its facets named in that language."""
    facets = [
        CardFacet(name=one.name, label=one.label(language), value=item.facets[one.name], unit=one.unit, role=one.role)
        for one in catalog.schema.facets
        if one.name in item.facets and one.role is not FacetRole.IDENTIFIER
    ]
    return Card(
        item_id=item.id,
        title=item.title,
        text=_beginning(item.text),
        facets=facets,
        price=next((one for one in facets if one.role is FacetRole.PRICE), None),
        picture=_picture_of(item, catalog),
    )


def recommended_card(shown: Recommendation, catalog: Catalog, language: Language) -> RecommendedCard | None:
    """The card of a recommendation; None when the item has left the catalog since."""
    if shown.item_id not in catalog:
        return None
    card = card_of(catalog.item(shown.item_id), catalog, language)
    return RecommendedCard(
        **dict(card), score=shown.score, reasons=list(shown.reasons), disclosures=list(shown.disclosures)
    )


def _picture_of(item: Item, catalog: Catalog) -> str | None:
    """Where its picture is to be had: an address as the catalog has it, else a path of this server; None nowhere."""
    if not item.image:
        return None
    if urlsplit(item.image[:_TEXT_LENGTH]).scheme.lower() in _ADDRESSES:
        return item.image
    return f"/api/catalog/items/{quote(item.id, safe='')}/picture" if has_picture(catalog, item.id) else None


def _beginning(text: str) -> str:
    if len(text) <= _TEXT_LENGTH:
        return text
    return text[:_TEXT_LENGTH].rsplit(" ", 1)[0] + " …"
