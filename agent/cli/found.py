"""What `recommender search` shows: the items, how they were found, and what their scores are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ...tools.catalog import Catalog, Hit, SearchResult
from ...tools.catalog.search.query_reading import ReadQuery
from ...tools.constraints import to_filter
from ...tools.items import FacetValue
from .nothing import WhyNothing

_SHOWN_FACETS = 4


def as_data(catalog: Catalog, result: SearchResult, why: WhyNothing | None) -> dict[str, Any]:
    """JSON values; `nothing` says why when nothing fits."""
    plan = asdict(result.plan) | {"exact": result.plan.exact}
    blended = {"blend": asdict(result.blend)} if result.blend else {}
    hits = [_hit(catalog, hit) for hit in result.hits]
    found = {"fitting": result.fitting, "plan": plan, **blended, "hits": hits}
    return found | ({"nothing": asdict(why)} if why else {})


def print_found(catalog: Catalog, result: SearchResult, hints: Iterable[str]) -> None:
    """A table of the items, how many fit, and hints below."""
    shown = catalog.schema.facets[:_SHOWN_FACETS]
    table = Table("score", "id", "title", *(facet.label(catalog.schema.language) for facet in shown))
    for hit in result.hits:
        item = catalog.item(hit.item_id)
        values = [escape(_value(item.facets.get(facet.name))) for facet in shown]
        table.add_row(f"{hit.score:.3f}", escape(item.id), escape(item.title), *values)
    console = Console()
    if result.hits:
        console.print(table)
    console.print(f"{result.fitting} of {len(catalog)} items fit")
    for hint in hints:
        console.print(hint, markup=False, soft_wrap=True)


def read_as(read: ReadQuery) -> dict[str, Any]:
    """The words and the filter that a query was read as, where it has conditions."""
    conditions = [to_filter(one) for one in read.constraints]
    return {"read": {"words": read.words, "filter": " and ".join(conditions)}} if conditions else {}


def read_lines(read: ReadQuery) -> Iterator[str]:
    """The same in a sentence."""
    if read.constraints:
        conditions = " and ".join(to_filter(one) for one in read.constraints)
        yield f"Read as {read.words!r} where {conditions}." if read.words else f"Read as everything where {conditions}."


def print_plan(result: SearchResult) -> None:
    """What was compared and why, how the query was weighed and why, and the parts of every score."""
    plan, console = result.plan, Console()
    exact = "exact" if plan.exact else "approximate"
    line = f"{plan.strategy} ({exact}): {plan.reason}. Compared in full: {plan.compared}."
    console.print(line, markup=False, soft_wrap=True)
    if result.blend:
        console.print(f"{result.blend.kind}: {result.blend.why}.", markup=False, soft_wrap=True)
    names = list(dict.fromkeys(name for hit in result.hits for name in hit.parts))
    table = Table("id", *names, "score")
    for hit in result.hits:
        table.add_row(escape(hit.item_id), *(f"{hit.parts.get(name, 0):.3f}" for name in names), f"{hit.score:.3f}")
    if result.hits:
        console.print(table)


def _hit(catalog: Catalog, hit: Hit) -> dict[str, Any]:
    item = catalog.item(hit.item_id)
    return {"id": item.id, "title": item.title, "score": hit.score, "parts": hit.parts, "facets": item.facets}


def _value(value: FacetValue | None) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)
