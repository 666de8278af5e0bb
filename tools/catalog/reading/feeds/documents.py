"""Product feeds among JSON documents and tables, before they are rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..rows import SourceRow, SourceTable
from .formats import Shape, field_key, known_formats, read_table, recognise
from .linked_data import is_linked_data, product_nodes
from .markup import linked_table


def feed_document(document: object, file: str) -> SourceTable | None:
    """The products of JSON-LD, of a single Shopify product, or of one product object; None for any other document,
    such as a list of films with types of their own.

    Raises CatalogError for linked data without products.
    """
    if is_linked_data(document):
        return None if isinstance(document, list) and not product_nodes(document) else linked_table(document, file)
    if not isinstance(document, Mapping):
        return None
    product = document.get("product")
    if isinstance(product, Mapping):
        return SourceTable(file, (SourceRow(1, product),))
    alone = (SourceRow(1, document),)
    return SourceTable(file, alone) if any(form.fits(Shape.of(alone)) for form in known_formats()) else None


def is_feed_header(names: Sequence[str]) -> bool:
    """Whether columns of these names make a product feed."""
    return recognise(Shape.of([SourceRow(1, dict.fromkeys(names, ""))])) is not None


def may_repeat(column: str, header: Sequence[str]) -> bool:
    """Whether a feed may have several columns of that name: Google's shipping and additional_image_link."""
    keys = set(map(field_key, header))
    return field_key(column) in read_table("formats.yaml")["repeated"] and {"id", "title"} <= keys
