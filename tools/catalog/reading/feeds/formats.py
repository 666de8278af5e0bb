"""Which published format a feed follows, and where that format writes what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ...index.paths import lookup
from ..column_names import key_of
from ..rows import SourceRow

_LOOKED_AT = 200
Paths = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FeedFormat:
    """An entry of formats.yaml."""

    name: str
    spec: str
    """The published specification that it follows."""
    all: tuple[tuple[str, ...], ...]
    any: tuple[str, ...]
    least: int
    fields: Paths
    """Where each part of an offer is written; the first path that has a value counts."""
    left_out: frozenset[str]
    left_out_beginnings: tuple[str, ...]
    units: Mapping[str, str]
    """Field of a number -> field of its unit."""

    def fits(self, shape: Shape) -> bool:
        """Whether rows of that shape follow the format."""
        whole = all(any(map(shape.has, group)) for group in self.all)
        return whole and sum(map(shape.has, self.any)) >= self.least

    def leaves_out(self, key: str) -> bool:
        """Whether a field is of no use to a person who chooses."""
        return key in self.left_out or key.startswith(self.left_out_beginnings)


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields that some rows have."""

    names: Mapping[str, str]
    """Key (lower case, words joined by "_") -> the name as the rows write it."""
    sample: Sequence[object]

    @classmethod
    def of(cls, rows: Iterable[SourceRow]) -> Shape:
        """The shape of rows: all their fields, and some of them to look into."""
        rows = list(rows)
        written = dict.fromkeys(name for row in rows if isinstance(row.values, Mapping) for name in row.values)
        names = {field_key(name): name for name in reversed(written)}
        return cls(names, [row.values for row in rows[:_LOOKED_AT]])

    def has(self, path: str) -> bool:
        """Whether some row has a value there."""
        if "." not in path:
            return path in self.names or path in self.names.values()
        return any(lookup(row, path) is not None for row in self.sample)

    def written(self, path: str) -> str:
        """A path as the rows write it."""
        return self.names.get(path, path)


def recognise(shape: Shape) -> FeedFormat | None:
    """The published format that rows of that shape follow; None for a table of the shop's own."""
    return next((one for one in known_formats() if one.fits(shape)), None)


@cache
def field_key(name: str) -> str:
    """The key of a field: `g:image link` and `Image_Link` are image_link; of a metafield, its own name."""
    own = name.partition("(product.metafields")[0].removeprefix("g:")
    return name if name.startswith("@") else key_of(own.replace(".", " "))


@cache
def known_formats() -> tuple[FeedFormat, ...]:
    """The formats, in the order in which they are tried."""
    entries = read_table("formats.yaml")["formats"]
    return tuple(_format(name, entry) for name, entry in entries.items())


def read_table(file: str) -> Any:
    """One of the tables beside this module."""
    return yaml.safe_load((files(__package__ or "") / file).read_text(encoding="utf-8"))


def _format(name: str, entry: Mapping[str, Any]) -> FeedFormat:
    return FeedFormat(
        name=name,
        spec=entry["spec"],
        all=tuple(tuple(group) for group in entry["all"]),
        any=tuple(entry.get("any", ())),
        least=entry.get("least", 0),
        fields={part: tuple(paths) for part, paths in entry["fields"].items()},
        left_out=frozenset(entry.get("left_out", ())),
        left_out_beginnings=tuple(entry.get("left_out_beginnings", ())) or ("\0",),
        units=entry.get("units", {}),
    )
