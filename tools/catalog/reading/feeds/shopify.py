"""Shopify's rows and documents, one row for each variant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..rows import SourceRow
from ..values import is_missing, parse_number
from .formats import field_key
from .shapes import each_mapping, fields_of

OPTIONS = "chosen_options"
_NO_CHOICE = "default title"
_PLACES = (1, 2, 3)
_OF_VARIANTS = frozenset({"variant_sku", "sku", "variant_price", "price", "variant_barcode", "barcode"}) | {
    f"option{place}_value" for place in _PLACES
}
"""A row without any of these adds only a picture to its product."""
_BESIDE = frozenset(["variant_compare_at_price", "compare_at_price", "variant_image", "variant_image_url"])
_TRACKER = ("variant_inventory_tracker", "inventory_tracker", "inventory_management")
_QUANTITY = ("variant_inventory_qty", "inventory_quantity")
_POLICY = ("variant_inventory_policy", "continue_selling_when_out_of_stock", "inventory_policy")


def csv_variants(rows: Iterable[SourceRow]) -> Iterator[SourceRow]:
    """The variants of a product CSV: what only a product's first row says holds for its other rows."""
    first: dict[str, Any] = {}
    for row in rows:
        written = {field_key(name): value for name, value in fields_of(row).items()}
        own = {name: value for name, value in written.items() if not is_missing(value)}
        begins = not first or _handle(own) not in (None, _handle(first))
        if begins:
            first = own
        if begins or _OF_VARIANTS & set(own):
            shared = {name: value for name, value in first.items() if name not in _OF_VARIANTS | _BESIDE}
            yield SourceRow(row.number, {**shared, **own, **_counted(written), OPTIONS: _named_options(own, first)})


def json_variants(rows: Iterable[SourceRow]) -> Iterator[SourceRow]:
    """The variants of products.json, each with its product."""
    for row in rows:
        product = fields_of(row)
        hidden = {"status": "unpublished"} if product.get("published_at", "") is None else {}
        for variant in each_mapping(product.get("variants")) or [{}]:
            more = {"variant": variant, **_counted(variant), OPTIONS: _chosen(product, variant)}
            yield SourceRow(row.number, {**product, **hidden, **more})


def _handle(values: Mapping[str, Any]) -> Any:
    return values.get("handle", values.get("url_handle"))


def _counted(values: Mapping[str, Any]) -> dict[str, Any]:
    """Stock as Shopify counts it: what it does not track is always there, and some is sold when none is left."""
    tracker, quantity, policy = (_one_of(values, names) for names in (_TRACKER, _QUANTITY, _POLICY))
    if is_missing(tracker) and any(name in values for name in _TRACKER):
        return {"counted_availability": "in stock"}
    number = None if is_missing(quantity) else parse_number(quantity)
    if number is None:
        return {} if is_missing(quantity) else {"counted_quantity": quantity}
    sells_on = str(policy or "").casefold() in ("continue", "true")
    state = "in stock" if number > 0 else "backorder" if sells_on else "out of stock"
    return {"counted_availability": state, "counted_quantity": quantity}


def _one_of(values: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((values[name] for name in names if name in values), None)


def _named_options(own: Mapping[str, Any], first: Mapping[str, Any]) -> dict[str, str]:
    pairs = ((first.get(f"option{place}_name"), own.get(f"option{place}_value")) for place in _PLACES)
    return _real({str(name): str(value) for name, value in pairs if name and value})


def _chosen(product: Mapping[str, Any], variant: Mapping[str, Any]) -> dict[str, str]:
    options = product.get("options")
    names = [
        one.get("name") if isinstance(one, Mapping) else one for one in (options if isinstance(options, list) else [])
    ]
    pairs = ((name, variant.get(f"option{place}")) for place, name in enumerate(names, 1))
    return _real({str(name): str(value) for name, value in pairs if name and value})


def _real(options: dict[str, str]) -> dict[str, str]:
    """A product without a choice has the one option `Title: Default Title`."""
    return {name: value for name, value in options.items() if value.casefold() != _NO_CHOICE}
