"""From a source to items: read, infer or take the schema, convert, and list every row that cannot be used."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import CatalogError, did_you_mean
from ...items import CatalogSchema, FacetKind, FacetValue, Item
from ..index.paths import lookup
from .feeds.reading import read_feed
from .inference import infer_schema
from .overriding import read_schema
from .readers import is_frame, read_file, read_frame, read_rows
from .rows import RowProblem, SourceRow, SourceTable
from .source_columns import profile_columns
from .values import as_text, convert, delimiter_of, is_missing

TITLE_CHARACTERS = 300
SEARCHED_CHARACTERS = 20_000
"""Of a longer text only the beginning is searched; the item keeps all of it."""


@dataclass(frozen=True, slots=True)
class LoadedCatalog:
    """The items of a source, the schema they follow, and everything that could not be used."""

    schema: CatalogSchema
    items: tuple[Item, ...]
    problems: tuple[RowProblem, ...]
    source: str


def load_items(
    source: str | Path | Any,
    schema: CatalogSchema | str | Path | None = None,
    *,
    name: str = "",
    now: datetime.datetime | None = None,
) -> LoadedCatalog:
    """Items of a file, a pandas or polars frame, or a sequence of mappings.

    `schema` is complete when it is a CatalogSchema; as the path of a YAML or JSON file it may be partial, and
    what it leaves out is inferred. A product feed is recognised by its shape unless the schema names columns; `now`
    (default: this moment) is when its sale prices must hold. Raises CatalogError when nothing can be used.
    """
    if isinstance(source, (str, Path)):
        name = name or Path(source).name.partition(".")[0]
    name = name or "catalog"
    if isinstance(schema, CatalogSchema):
        return convert_rows(_read(source, schema.records, name), schema)
    override = read_schema(Path(schema)) if schema else None
    table = _read(source, override.records if override else "", name)
    reads_feed = override is None or not override.names_columns
    feed = read_feed(table, name, now or datetime.datetime.now(datetime.UTC)) if reads_feed else None
    if feed:
        return convert_rows(feed.table, override.over(feed.schema) if override else feed.schema)
    inferred = infer_schema(table, name) if override is None or override.needs_inference else CatalogSchema(name=name)
    return convert_rows(table, override.over(inferred) if override else inferred)


def convert_rows(table: SourceTable, schema: CatalogSchema) -> LoadedCatalog:
    """The items of a table. Raises CatalogError when the schema names a column that no row has, or no row is usable."""
    _check_columns(table, schema)
    conversion = _Conversion(table.file, schema, _delimiters(table, schema))
    items, problems, lines = {}, list(table.problems), {}
    for row in table.rows:
        item, found = conversion.item(row)
        problems.extend(found)
        if item is None:
            continue
        if item.id in items:
            reason = f"id {item.id!r} is already used by row {lines[item.id]}"
            problems.append(RowProblem(table.file, row.number, schema.id, reason))
            continue
        items[item.id], lines[item.id] = item, row.number
    if not items:
        raise CatalogError(
            f"{table.file}: no row can be used. First problem: {problems[0]}.",
            cure="Mend the rows, or name the columns in a schema file.",
        )
    return LoadedCatalog(schema, tuple(items.values()), tuple(problems), table.file)


def _read(source: Any, records: str, name: str) -> SourceTable:
    if isinstance(source, (str, Path)):
        return read_file(Path(source), records)
    return read_frame(source, name) if is_frame(source) else read_rows(source, name)


@dataclass(frozen=True, slots=True)
class _Conversion:
    file: str
    schema: CatalogSchema
    delimiters: dict[str, str]

    def item(self, row: SourceRow) -> tuple[Item | None, list[RowProblem]]:
        """The item of a row, or None, and what could not be used."""
        text = self._text(row.values)
        title = self._title(row.values, text)
        identifier = _scalar(lookup(row.values, self.schema.id)) if self.schema.id else str(row.number)
        if not identifier:
            return None, [RowProblem(self.file, row.number, self.schema.id, "no id; the row is left out")]
        if not title:
            return None, [
                RowProblem(self.file, row.number, self.schema.title, "no title and no text; the row is left out")
            ]
        facets, problems = self._facets(row)
        if len(text) > SEARCHED_CHARACTERS:
            reason = f"{len(text):,} characters are kept, the first {SEARCHED_CHARACTERS:,} are searched"
            problems.append(RowProblem(self.file, row.number, ", ".join(self.schema.text), reason))
        image = _scalar(lookup(row.values, self.schema.image)) if self.schema.image else ""
        return Item(identifier, title, text, facets, image or None), problems

    def _text(self, values: object) -> str:
        found = [lookup(values, path) for path in self.schema.text]
        return "\n".join(as_text(value) for value in found if not is_missing(value))

    def _title(self, values: object, text: str) -> str:
        title = lookup(values, self.schema.title)
        written = as_text(title) if title is not None and title == title else ""
        return (written or text).strip()[:TITLE_CHARACTERS]

    def _facets(self, row: SourceRow) -> tuple[dict[str, FacetValue], list[RowProblem]]:
        facets: dict[str, FacetValue] = {}
        problems = []
        for facet in self.schema.facets:
            value = lookup(row.values, facet.column or facet.name)
            if is_missing(value) and not _is_wordy(value, facet.kind):
                continue
            converted = convert(value, facet, self.delimiters.get(facet.name, ""))
            if converted is None:
                reason = f"{_shown(value)} is not {_NEEDED[facet.kind]}; the item has no {facet.name}"
                problems.append(RowProblem(self.file, row.number, facet.column or facet.name, reason))
            else:
                facets[facet.name] = converted
        return facets, problems


_NEEDED = {
    FacetKind.NUMERIC: "a number",
    FacetKind.DATE: "a date",
    FacetKind.BOOLEAN: "yes or no",
    FacetKind.MULTI: "a list of values",
    FacetKind.CATEGORICAL: "a value",
}


def _is_wordy(value: object, kind: FacetKind) -> bool:
    """A word such as "N/A" where a number belongs is listed, an empty cell is not."""
    return kind in (FacetKind.NUMERIC, FacetKind.DATE) and isinstance(value, str) and bool(value.strip())


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


_SHOWN = 60


def _scalar(value: object) -> str:
    first = value[0] if isinstance(value, (list, tuple)) and value else value
    return "" if is_missing(first) else as_text(first)


def _delimiters(table: SourceTable, schema: CatalogSchema) -> dict[str, str]:
    multi = [facet for facet in schema.facets if facet.kind is FacetKind.MULTI]
    return {facet.name: delimiter_of(list(_strings(table, facet.column or facet.name))) for facet in multi}


def _strings(table: SourceTable, path: str) -> Iterator[str]:
    for row in table.rows:
        value = lookup(row.values, path)
        if isinstance(value, str):
            yield value


def _check_columns(table: SourceTable, schema: CatalogSchema) -> None:
    """A schema that names a column which no row has is a mistake in the schema, not in the rows."""
    named = {"id": schema.id, "title": schema.title, "image": schema.image}
    named |= {f"text[{index}]": path for index, path in enumerate(schema.text)}
    named |= {f"facets.{facet.name}.column": facet.column or facet.name for facet in schema.facets}
    wanted = {key: path for key, path in named.items() if path and not _present(table.rows, path)}
    for key, path in wanted.items():
        columns = [column.path for column in profile_columns(table)]
        raise CatalogError(
            f"{table.file}: the schema's {key} is {path!r}, and no row has it.", cure=did_you_mean(path, columns)
        )


def _present(rows: Sequence[SourceRow], path: str) -> bool:
    return any(lookup(row.values, path) is not None for row in rows)
