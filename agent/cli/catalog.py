"""`recommender index` and `recommender search`: catalogs from the command line."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ...tools.catalog import Catalog, RowProblem, SearchRequest
from ...tools.catalog.opening import index_directory, index_file
from ...tools.constraints import Source, parse_filter
from ...tools.items import Facet
from ..settings import Settings
from .found import as_data, print_found, print_plan, read_as, read_lines
from .nothing import unknown_values, why_nothing
from .pictures import picture_of, pictures_summary, print_pictures
from .progress import indexing_bar, open_with_bar

_SHOWN_PROBLEMS = 20
index = typer.Typer()
search = typer.Typer()
_Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@index.command("index")
def index_catalog(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, JSON, JSON Lines, Parquet, or a product feed (XML, HTML).")],
    schema: Annotated[Path | None, typer.Option(help="YAML or JSON; what it leaves out is inferred.")] = None,
    out: Annotated[Path | None, typer.Option(help="Index directory; the data directory when not given.")] = None,
    as_json: _Json = False,
) -> None:
    """Index a catalog file, or bring its index up to date: only what changed is read again."""
    settings = Settings.read()
    directory = out or index_directory(file, settings.home, settings.catalog_store)
    with indexing_bar(file.name, quiet=as_json) as progress:
        opened = index_file(file, directory, schema=schema, progress=progress, store=settings.catalog_store)
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
        read = opened.read_query(query)
        wanted = (*commanded, *read.constraints)
        result = opened.search(SearchRequest(read.words, wanted, k=k, picture=picture))
        why = why_nothing(opened, wanted) if wanted and not result.fitting else None
        if as_json:
            typer.echo(json.dumps(as_data(opened, result, why) | read_as(read), ensure_ascii=False))
        else:
            hints = [*unknown_values(opened, commanded), *(why.lines() if why else ())]
            print_found(opened, result, [*read_lines(read), *hints])
            if explain:
                print_plan(result)


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
        count, files = len(catalog.problems), ", ".join(dict.fromkeys(one.file for one in catalog.problems))
        console.print(f"{count} problem{'s' * (count > 1)} in {files}:", markup=False, soft_wrap=True)
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
