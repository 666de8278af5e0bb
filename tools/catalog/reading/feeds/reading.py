"""From a table that follows a published format to one row for each product, and the schema of these rows."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from ....errors import CatalogError
from ....items import CatalogSchema
from ..rows import SourceTable
from .describing import describe
from .formats import FeedFormat, Shape, recognise
from .offers import Log, read_offers, written_names
from .products import distinct, product_rows, settle_currency
from .variants import read_variant

_WITH_IDS = frozenset({"google", "openai"})
"""Formats that want an id for every variant."""
_WITHOUT_CURRENCY = frozenset({"shopify_csv", "shopify_json"})


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that was recognised."""

    form: FeedFormat
    table: SourceTable
    """One row for each product, by the names of the schema; problems under the names that the feed's fields have."""
    schema: CatalogSchema


def read_feed(table: SourceTable, name: str, now: datetime.datetime) -> Feed | None:
    """The feed that a table holds; None when it follows no published format.

    `now` decides which sale prices hold and what has expired. Raises CatalogError when no product can be used.
    """
    rows = [row for row in table.rows if not _is_header(row.values)]
    shape = Shape.of(rows)
    form = recognise(shape)
    if form is None:
        return None
    log = Log(table.file, written_names(form, shape), [])
    found = [read_variant(offer, log, now) for offer in read_offers(rows, form, shape)]
    variants = distinct([variant for variant in found if variant], log)
    for variant in variants if form.name in _WITH_IDS else ():
        if not variant.id:
            log.add(variant.row, "id", f"no id; it is kept as a variant of {variant.group!r}; give it one of its own")
    currency, variants = settle_currency(variants, log, named=form.name not in _WITHOUT_CURRENCY)
    problems = (*table.problems, *sorted(log.problems, key=lambda problem: problem.row))
    if not variants:
        raise CatalogError(
            f"{table.file}: no product of the feed can be used. First problem: {problems[0]}.", cure="Mend the rows."
        )
    read = SourceTable(table.file, tuple(product_rows(variants)), problems)
    return Feed(form, *describe(read, variants, name, currency))


def _is_header(values: object) -> bool:
    """The first line of some JSON Lines feeds tells of the feed, not of a product."""
    return isinstance(values, dict) and "feed_id" in values and not {"title", "item_id", "variants"} & set(values)
