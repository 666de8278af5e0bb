"""`recommender index` and `recommender search`: catalogs from the command line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ...tools.catalog import Catalog, Hit, RowProblem, SearchRequest, SearchResult
from ...tools.catalog.opening import index_directory, index_file
from ...tools.constraints import Constraint, Op, Source, parse_filter
from ...tools.items import Facet, FacetKind, FacetValue
from ...tools.normalize import normalize
from ..settings import Settings
from .pictures import picture_of, pictures_summary, print_pictures
from .progress import indexing_bar, open_with_bar

_SHOWN_PROBLEMS = 20
_SHOWN_FACETS = 4
index = typer.Typer()
search = typer.Typer()
_Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@index.command("index")
def index_catalog(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, JSON, JSON Lines (also .gz) or Parquet.")],
    schema: Annotated[Path | None, typer.Option(help="YAML or JSON; what it leaves out is inferred.")] = None,
    out: Annotated[Path | None, typer.Option(help="Index directory; the data directory when not given.")] = None,
    as_json: _Json = False,
) -> None:
    """Index a catalog file, or bring its index up to date: only what changed is read again."""
    directory = out or index_directory(file, Settings.read().home)
    with indexing_bar(file.name, quiet=as_json) as progress:
        opened = index_file(file, directory, schema=schema, progress=progress)
    with closing(opened) as catalog:
        pictures = pictures_summary(catalog, quiet=as_json)
        if as_json:
            summary = _summary(catalog, directory) | ({"pictures": pictures} if pictures else {})
            typer.echo(json.dumps(summary, ensure_ascii=False))
            return
        _print_summary(catalog, directory)
        if pictures:
            print_pictures(pictures, Console())


@search.command("search")
def search_catalog(
    query: Annotated[str, typer.Argument(help="What to look for; may be empty.")] = "",
    catalog: Annotated[
        list[str] | None, typer.Option(help="Embedded catalog, file or index directory; several when repeated.")
    ] = None,
    where: Annotated[str, typer.Option(help='Filter, such as "price<500 and brand in (Apple, Dell)".')] = "",
    k: Annotated[int, typer.Option("-k", help="How many.", min=1)] = 10,
    image: Annotated[Path | None, typer.Option("--image", help="Picture: what looks like it is found.")] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Also what was compared, and what each score is made of.")
    ] = False,
    as_json: _Json = False,
) -> None:
    """Search a catalog by words, meaning and looks."""
    settings = Settings.read()
    with closing(open_with_bar(catalog, settings, quiet=as_json)) as opened:
        constraints = parse_filter(where, opened.schema) if where else ()
        commanded = tuple(one.model_copy(update={"source": Source.COMMAND}) for one in constraints)
        picture = picture_of(image, opened, quiet=as_json) if image else None
        result = opened.search(SearchRequest(query, commanded, k=k, picture=picture))
        if as_json:
            typer.echo(json.dumps(_found(opened, result), ensure_ascii=False))
        else:
            _print_hits(opened, result, _unknown_values(opened, commanded))
            if explain:
                _print_plan(result)


def _summary(catalog: Catalog, directory: Path) -> dict[str, Any]:
    return {
        "index": str(directory),
        "items": len(catalog),
        "problems": [_problem(problem) for problem in catalog.problems],
        "schema": catalog.schema.model_dump(mode="json"),
    }


def _problem(problem: RowProblem) -> dict[str, Any]:
    return {"file": problem.file, "row": problem.row, "field": problem.field, "reason": problem.reason}


def _print_summary(catalog: Catalog, directory: Path) -> None:
    console = Console()
    schema = catalog.schema
    console.print(f"{len(catalog)} items in {escape(str(directory))}")
    columns = f"id: {schema.id or 'row number'}, title: {schema.title}, text: {', '.join(schema.text) or 'none'}"
    console.print(columns, markup=False)
    console.print(_facet_table(schema.facets))
    if catalog.problems:
        console.print(f"{len(catalog.problems)} problem{'s' * (len(catalog.problems) > 1)}:")
    for problem in catalog.problems[:_SHOWN_PROBLEMS]:
        console.print(f"  row {problem.row}, {problem.field or 'the row'}: {problem.reason}", markup=False)
    if len(catalog.problems) > _SHOWN_PROBLEMS:
        console.print(f"  and {len(catalog.problems) - _SHOWN_PROBLEMS} more: --json lists them all")


def _facet_table(facets: tuple[Facet, ...]) -> Table:
    table = Table("facet", "kind", "role", "unit", "names")
    for facet in facets:
        names = "; ".join(", ".join(words) for words in facet.names.values())
        table.add_row(escape(facet.name), facet.kind, facet.role or "", escape(facet.unit), escape(names))
    return table


def _found(catalog: Catalog, result: SearchResult) -> dict[str, Any]:
    plan = asdict(result.plan) | {"exact": result.plan.exact}
    return {"fitting": result.fitting, "plan": plan, "hits": [_hit(catalog, hit) for hit in result.hits]}


def _hit(catalog: Catalog, hit: Hit) -> dict[str, Any]:
    item = catalog.item(hit.item_id)
    return {"id": item.id, "title": item.title, "score": hit.score, "parts": hit.parts, "facets": item.facets}


def _unknown_values(catalog: Catalog, constraints: Sequence[Constraint]) -> Iterator[str]:
    """A note for every value of a filter that no item has: it may be misspelt."""
    for one in constraints:
        facet = catalog.schema.facet(one.facet)
        if facet is None or facet.kind not in (FacetKind.CATEGORICAL, FacetKind.MULTI) or one.op is Op.CONTAINS:
            continue
        known = {normalize(value): value for value in catalog.statistics(one.facet).counts}
        wanted = one.value if isinstance(one.value, tuple) else (one.value,)
        for value in map(str, wanted):
            if normalize(value) not in known:
                near = get_close_matches(normalize(value), list(known), n=1)
                yield f"No item has {facet.name} {value!r}." + f" Did you mean {known[near[0]]!r}?" * bool(near)


def _print_hits(catalog: Catalog, result: SearchResult, hints: Iterable[str]) -> None:
    shown = catalog.schema.facets[:_SHOWN_FACETS]
    table = Table("score", "id", "title", *(facet.label(catalog.schema.language) for facet in shown))
    for hit in result.hits:
        item = catalog.item(hit.item_id)
        values = [escape(_value(item.facets.get(facet.name))) for facet in shown]
        table.add_row(f"{hit.score:.3f}", escape(item.id), escape(item.title), *values)
    console = Console()
    console.print(table)
    console.print(f"{result.fitting} of {len(catalog)} items fit")
    for hint in hints:
        console.print(hint, markup=False)


def _print_plan(result: SearchResult) -> None:
    """What was compared and why, and the parts of every score."""
    plan, console = result.plan, Console()
    exact = "exact" if plan.exact else "approximate"
    console.print(f"{plan.strategy} ({exact}): {plan.reason}; {plan.compared} compared in full", markup=False)
    names = list(dict.fromkeys(name for hit in result.hits for name in hit.parts))
    table = Table("id", *names, "score")
    for hit in result.hits:
        table.add_row(escape(hit.item_id), *(f"{hit.parts.get(name, 0):.3f}" for name in names), f"{hit.score:.3f}")
    console.print(table)


def _value(value: FacetValue | None) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)
