"""LangChain tools over a catalog: search it, read items, set items side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.tools import BaseTool
from langgraph.prebuilt import ToolRuntime
from pydantic import BaseModel, Field

from ..calling import OUTSIDE, as_tool
from ..candidates import Candidate
from ..constraints import Constraint, Op, parse_filter, render_all, to_filter
from ..constraints.model import Scalar
from ..constraints.values import build_constraint
from ..errors import ToolInputError, did_you_mean
from ..items import CatalogSchema, Facet, FacetKind, FacetRole, FacetValue, Item
from ..standing import StandingOf
from .catalog import Catalog
from .search.engine import SearchRequest

MOST_VALUES = 8
MOST_PARTS = 4
MOST_TEXT = 800


class Condition(BaseModel):
    """One condition in parts, for models that fill in fields more safely than they write a filter."""

    facet: str = Field(description="Key of a facet of the catalog.")
    op: Op = Field(description="Operator. `between` takes [low, high]; `in`, `not in` and `all` take a list.")
    value: Scalar | list[Scalar] = Field(description="A value, or a list of values.")


class SearchArguments(BaseModel):
    """Arguments of search_catalog."""

    query: str = Field("", description="What to look for, in plain words and any language. May be empty.")
    filter: str = Field("", description="Conditions that every result meets, such as: price<500 and brand in (A, B).")
    conditions: list[Condition] = Field(default_factory=list, description="The same in parts; joined with `filter`.")
    similar_to: list[str] = Field(default_factory=list, description="Ids of items to find more of.")
    exclude: list[str] = Field(default_factory=list, description="Ids of items to leave out.")
    limit: int = Field(10, ge=1, le=50, description="How many results.")


class ItemArguments(BaseModel):
    """Arguments of item_details."""

    item_ids: list[str] = Field(min_length=1, max_length=10, description="Ids of items, as a search returned them.")


class CompareArguments(BaseModel):
    """Arguments of compare_items."""

    item_ids: list[str] = Field(min_length=2, max_length=6, description="Ids of the items to compare.")
    facets: list[str] = Field(default_factory=list, description="Keys of the facets that matter; empty means all.")


def catalog_tools(catalog: Catalog, *, standing: StandingOf) -> list[BaseTool]:
    """search_catalog, item_details and compare_items. `standing` gives what always holds for the person asking."""

    def search_catalog(
        query: str = "",
        filter: str = "",
        conditions: Sequence[Condition] = (),
        similar_to: Sequence[str] = (),
        exclude: Sequence[str] = (),
        limit: int = 10,
        runtime: ToolRuntime = OUTSIDE,
    ) -> tuple[str, list[Candidate]]:
        always = standing(runtime)
        asked = (*parse_filter(filter, catalog.schema), *(as_constraint(one, catalog.schema) for one in conditions))
        read = catalog.read_query(query)
        wanted = (*asked, *read.constraints, *always.constraints)
        gone = always.away | always.hidden | frozenset(exclude)
        request = SearchRequest(read.words, wanted, tuple(similar_to), gone, limit)
        found = catalog.search(request)
        items = [catalog.item(hit.item_id) for hit in found.hits]
        content = {"fitting": found.fitting, "items": [brief(item, catalog.schema) for item in items]}
        if read.constraints:
            content["read_from_query"] = " and ".join(to_filter(one) for one in read.constraints)
        if always.constraints:
            content["always_required"] = render_all(always.constraints, catalog.schema, "en")
        return to_json(content), [candidate(hit.item_id, "search_catalog", hit.score) for hit in found.hits]

    def item_details(item_ids: Sequence[str], runtime: ToolRuntime = OUTSIDE) -> tuple[str, list[Candidate]]:
        items = standing(runtime).items(catalog, item_ids)
        return to_json({"items": [whole(item) for item in items]}), [candidate(one.id, "item_details") for one in items]

    def compare_items(
        item_ids: Sequence[str], facets: Sequence[str] = (), runtime: ToolRuntime = OUTSIDE
    ) -> tuple[str, list[Candidate]]:
        items = standing(runtime).items(catalog, item_ids)
        return table(items, _chosen(catalog.schema, facets)), [candidate(one.id, "compare_items") for one in items]

    both = "content_and_artifact"
    about = describe_catalog(catalog)
    return [
        as_tool(search_catalog, SearchArguments, f"Searches the catalog. {about}", form=both),
        as_tool(item_details, ItemArguments, "Everything the catalog says of some items.", form=both),
        as_tool(compare_items, CompareArguments, "Sets items side by side: a table with a row a facet.", form=both),
    ]


def known_facet(schema: CatalogSchema, name: str) -> Facet:
    """The facet of that key. Raises ToolInputError that names the nearest one."""
    facet = schema.facet(name)
    if facet is None:
        cure = did_you_mean(name, [one.name for one in schema.facets])
        raise ToolInputError(f"The catalog has no facet {name!r}.", cure=cure)
    return facet


def as_constraint(condition: Condition, schema: CatalogSchema) -> Constraint:
    """What a condition means. Raises ToolInputError or FilterError when it means nothing."""
    values = condition.value if isinstance(condition.value, list) else [condition.value]
    if (condition.op is Op.BETWEEN and len(values) != 2) or not values:
        raise ToolInputError(f"`{condition.facet} {condition.op}` has {len(values)} values.", cure="Give [low, high].")
    return build_constraint(known_facet(schema, condition.facet), condition.op, [str(value) for value in values])


def brief(item: Item, schema: CatalogSchema) -> dict[str, Any]:
    """Id, title and the facets that have a role, identifiers aside, long lists cut."""
    told = {facet.name for facet in schema.facets if facet.role not in (None, FacetRole.IDENTIFIER)}
    facets = {name: _cut(value) for name, value in item.facets.items() if name in told}
    return {"id": item.id, "title": item.title, **facets}


def whole(item: Item) -> dict[str, Any]:
    """Id, title, text and every facet."""
    text = item.text if len(item.text) <= MOST_TEXT else f"{item.text[:MOST_TEXT]}…"
    return {"id": item.id, "title": item.title, "text": text, "facets": dict(item.facets)}


def table(items: Sequence[Item], facets: Sequence[Facet]) -> str:
    """A Markdown table: a column an item, a row a facet that at least one of them has."""
    rows = [["", *(f"{item.title} (id {item.id})" for item in items)]]
    for facet in facets:
        cells = [_cell(item.facets.get(facet.name), facet) for item in items]
        if any(cells):
            rows.append([facet.label("en"), *cells])
    lines = ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])


def describe_catalog(catalog: Catalog) -> str:
    """The catalog in a few lines for a model: what an item is, how many there are, and the facets to filter by."""
    noun = catalog.schema.noun.get("en", "item")
    facets = "; ".join(_describe_facet(catalog, facet) for facet in catalog.schema.facets)
    return f"{len(catalog)} items, each a {noun}. Facets: {facets}."


def candidate(item_id: str, source: str, score: float = 0.0) -> Candidate:
    """An item on its way to the caller's code."""
    return Candidate(item_id=item_id, score=score, source=source)


def to_json(content: Mapping[str, Any]) -> str:
    """Compact JSON, with Chinese left readable."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _describe_facet(catalog: Catalog, facet: Facet) -> str:
    about = catalog.statistics(facet.name)
    if facet.kind is FacetKind.NUMERIC:
        span = "" if about.low is None else f", {about.low:g} to {about.high:g}"
        return f"{facet.name} (number{', ' + facet.unit if facet.unit else ''}{span})"
    if facet.role is FacetRole.IDENTIFIER:
        return f"{facet.name} (identifier)"
    values = list(about.counts)[:MOST_VALUES]
    more = ", ..." if len(about.counts) > MOST_VALUES else ""
    return f"{facet.name} ({facet.kind}: {', '.join(values)}{more})"


def _chosen(schema: CatalogSchema, names: Sequence[str]) -> Sequence[Facet]:
    return [known_facet(schema, name) for name in names] or schema.facets


def _cut(value: FacetValue) -> FacetValue:
    return (*value[:MOST_PARTS], "...") if isinstance(value, tuple) and len(value) > MOST_PARTS else value


def _cell(value: FacetValue | None, facet: Facet) -> str:
    if value is None or value == ():
        return ""
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g} {facet.unit}".strip() if isinstance(value, float) else str(value)
