"""From the rows of a feed to offers: what each row says of one thing that can be bought, by the part that it plays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ...index.paths import lookup
from ..rows import RowProblem, SourceRow
from ..values import as_text, is_missing, parse_number
from .formats import FeedFormat, Shape
from .linked_data import linked_offers
from .shapes import each_mapping, fields_of
from .shopify import csv_variants, json_variants


@dataclass(frozen=True, slots=True)
class Offer:
    """One row of a feed, or one variant of a nested one."""

    row: int
    parts: Mapping[str, object]
    """What formats.yaml calls it -> what the feed writes."""
    others: Mapping[str, object]
    """Fields that the format does not know, by their keys."""

    def get(self, part: str) -> object:
        """What the feed writes for a part; None when it writes nothing."""
        return self.parts.get(part)

    def text(self, part: str) -> str:
        """The same as text."""
        value = self.parts.get(part)
        if isinstance(value, str):
            return value.strip()
        first = value[0] if isinstance(value, (list, tuple)) and value else value
        return "" if is_missing(first) or isinstance(first, Mapping) else str(first).strip()


@dataclass(frozen=True, slots=True)
class Log:
    """The problems found in a feed, under the names that its own fields have."""

    file: str
    written: Mapping[str, str]
    """Part -> the field that holds it."""
    problems: list[RowProblem]

    def add(self, row: int, part: str, reason: str) -> None:
        """Notes a problem; without a part it concerns the whole row, row 0 the whole file."""
        self.problems.append(RowProblem(self.file, row, self.written.get(part, part), reason))

    def once(self, part: str, reason: str) -> None:
        """Notes a problem of the whole feed, however many rows have it."""
        problem = RowProblem(self.file, 0, self.written.get(part, part), reason)
        if problem not in self.problems:
            self.problems.append(problem)


def read_offers(rows: Iterable[SourceRow], form: FeedFormat, shape: Shape) -> Iterator[Offer]:
    """The offers of a feed."""
    reshaped = form.name in _RESHAPED
    paths = {part: _either(some, shape) for part, some in form.fields.items() if reshaped or any(map(shape.has, some))}
    others = {key: name for key, name in shape.names.items() if _is_other(key, form)}
    for row in _RESHAPED.get(form.name, _as_they_are)(rows):
        values = row.values
        parts = {part: value for part, some in paths.items() if (value := _first(values, some)) is not None}
        found = {key: _plain(_first(values, (name, key))) for key, name in others.items()}
        more = {key: _measured(value, found.get(form.units.get(key, ""))) for key, value in found.items()}
        more = {key: value for key, value in more.items() if value is not None and key not in form.units.values()}
        yield Offer(row.number, parts, more)


def written_names(form: FeedFormat, shape: Shape) -> dict[str, str]:
    """What the feed calls each part."""
    present = {part: [path for path in paths if shape.has(path)] for part, paths in form.fields.items()}
    return {part: shape.written((present[part] or paths)[0]) for part, paths in form.fields.items()}


def _either(paths: tuple[str, ...], shape: Shape) -> tuple[str, ...]:
    """Paths as the rows write them, and as keys, by which reshaped rows go."""
    return tuple(dict.fromkeys(one for path in paths for one in (shape.written(path), path)))


def _first(values: object, paths: tuple[str, ...]) -> object:
    for path in paths:
        value = lookup(values, path)
        if value is not None and not is_missing(value):
            return value
    return None


def _is_other(key: str, form: FeedFormat) -> bool:
    known = {path.partition(".")[0] for paths in form.fields.values() for path in paths}
    return key not in known and not form.leaves_out(key)


def _plain(value: object) -> object:
    """Scalars and lists of them; of anything deeper, nothing."""
    nested = isinstance(value, Mapping) or (
        isinstance(value, (list, tuple)) and any(isinstance(one, Mapping) for one in value)
    )
    return None if nested else value


def _measured(value: object, unit: object) -> object:
    """A number with the unit that another field has for it."""
    return f"{as_text(value)} {unit}" if unit and parse_number(value) is not None else value


def _as_they_are(rows: Iterable[SourceRow]) -> Iterator[SourceRow]:
    yield from rows


def _each_variant(rows: Iterable[SourceRow]) -> Iterator[SourceRow]:
    for row in rows:
        product = fields_of(row)
        for variant in each_mapping(product.get("variants")) or [{}]:
            yield SourceRow(row.number, {**product, "variant": variant})


_RESHAPED: dict[str, Callable[[Iterable[SourceRow]], Iterator[SourceRow]]] = {
    "agentic_commerce": _each_variant,
    "shopify_csv": csv_variants,
    "shopify_json": json_variants,
    "schema_org": linked_offers,
}
