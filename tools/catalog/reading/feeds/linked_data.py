"""schema.org in JSON-LD: the products of a document with its references resolved, and the offers of each product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..rows import SourceRow
from .shapes import each_mapping, fields_of

_PRODUCTS = frozenset({"Product", "ProductGroup", "ProductModel", "IndividualProduct", "SomeProducts", "Vehicle"})
_LIST_PRICES = ("ListPrice", "StrikethroughPrice", "SRP", "MSRP")
_DEPTH = 6
_SHARED = ("brand", "description", "material", "pattern", "audience", "aggregateRating", "category", "image", "offers",
           "manufacturer", "color", "size", "additionalProperty", "keywords")  # fmt: skip
"""What a group says of all its variants."""
Node = Mapping[str, Any]


def is_linked_data(document: object) -> bool:
    """Whether a JSON document is JSON-LD: an object or a list of objects that says its type or context."""
    first = document[0] if isinstance(document, list) and document else document
    return isinstance(first, Mapping) and any(key in first for key in ("@type", "@graph", "@context"))


def product_nodes(document: object) -> list[Node]:
    """The products and product groups of a document, in its order; a variant that a group holds is not listed again."""
    by_id = _merged(_nodes(document))
    found = [by_id.get(str(node.get("@id")), node) for node in _products(document) if not _is_reference(node)]
    unique = list({str(node.get("@id", number)): node for number, node in enumerate(found)}.values())
    held = {str(one["@id"]) for node in unique for one in each_mapping(node.get("hasVariant")) if "@id" in one}
    return [_resolved(node, by_id, _DEPTH) for node in unique if str(node.get("@id")) not in held]


def types_in(document: object) -> list[str]:
    """The types that a document speaks of."""
    return sorted({one for node in _nodes(document) for one in _types(node)})


def linked_offers(rows: Iterable[SourceRow]) -> Iterator[SourceRow]:
    """One row for each offer of each variant of each product; `offer` is the offer, `offer_number` counts them."""
    for row in rows:
        for variant in _variants(fields_of(row)):
            for number, offer in enumerate(_offers(variant)):
                yield SourceRow(row.number, {**variant, "offer": offer, "offer_number": number})


def _variants(product: Node) -> Iterator[Node]:
    """The variants of a group with what the group says of all of them, or the product itself."""
    own = [variant for variant in each_mapping(product.get("hasVariant")) if len(variant) > 1]
    if not own:
        yield product
        return
    shared = {name: product[name] for name in _SHARED if name in product}
    identifier = product.get("productGroupID") or product.get("sku") or product.get("@id") or product.get("name")
    group = {"inProductGroupWithID": identifier, "isVariantOf": {"name": product.get("name")}}
    for variant in own:
        yield {"name": product.get("name"), **shared, **variant, **group}


def _offers(node: Node) -> Iterator[Node]:
    """Single offers; of an aggregate offer without any, the aggregate."""
    offers = each_mapping(node.get("offers"))
    single = [inner for offer in offers for inner in (each_mapping(offer.get("offers")) or [offer])]
    yield from (_priced(offer) for offer in single or [{}])


def _priced(offer: Node) -> Node:
    """An offer with the prices of its specifications: what is paid, and the list price where it says one."""
    given = each_mapping(offer.get("priceSpecification"))
    listed = [one for one in given if str(one.get("priceType", "")).endswith(_LIST_PRICES)]
    paid = [one for one in given if one not in listed]
    prices = {"priceSpecification": paid[0]} if paid else {}
    regular = {"regularPrice": listed[0].get("price")} if listed else {}
    currency = {"priceCurrency": given[0].get("priceCurrency")} if given and "priceCurrency" not in offer else {}
    return {**offer, **currency, **prices, **regular}


def _nodes(value: object) -> Iterator[Node]:
    """Every object of a document, outer ones first."""
    if isinstance(value, Mapping):
        yield value
        for inner in value.values():
            yield from _nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)


def _products(value: object) -> Iterator[Node]:
    """The outermost products: those inside of a product are its variants, or are like it."""
    if isinstance(value, list):
        for inner in value:
            yield from _products(inner)
    elif isinstance(value, Mapping):
        if _types(value) & _PRODUCTS:
            yield value
        else:
            yield from _products(list(value.values()))


def _merged(nodes: Iterable[Node]) -> dict[str, Node]:
    """What a document says of each `@id`, put together."""
    merged: dict[str, dict[str, Any]] = {}
    for node in nodes:
        if "@id" in node:
            merged.setdefault(str(node["@id"]), {}).update(node)
    return dict(merged)


def _resolved(value: Any, by_id: Mapping[str, Node], depth: int) -> Any:
    """A value with references replaced by what they refer to, a few levels deep."""
    if depth == 0:
        return value
    if isinstance(value, list):
        return [_resolved(inner, by_id, depth) for inner in value]
    if isinstance(value, Mapping):
        whole = by_id.get(str(value.get("@id")), value) if _is_reference(value) else value
        return {key: _resolved(inner, by_id, depth - 1) for key, inner in whole.items()}
    return value


def _is_reference(node: Node) -> bool:
    return "@id" in node and not set(node) - {"@id", "@type"}


def _types(node: Node) -> set[str]:
    """The types of a node, without the address of the vocabulary."""
    written = node.get("@type")
    names = written if isinstance(written, list) else [written] if written else []
    return {str(name).rpartition("/")[2].removeprefix("schema:") for name in names}
