"""What is known of items and of what they are linked with: subject, relation and object, by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import LogError
from ...items import FacetKind

if TYPE_CHECKING:
    from ...catalog import Catalog

_CURE = "Write a triple a line: subject, relation and object, with tabs between them."


@dataclass(frozen=True, slots=True)
class Triple:
    """One fact. Subject and object are ids or titles of items, or names of anything else."""

    subject: str
    relation: str
    object: str


def read_knowledge(path: Path) -> list[Triple]:
    """Tab-separated triples in UTF-8, one a line. Raises LogError with file and line."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError as error:
        raise LogError(f"There is no file {path}.", cure="Check the path given with --knowledge.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise LogError(f"{path} cannot be read: {error}.", cure="Save it as text in UTF-8.") from error
    found = [_triple(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise LogError(f"{path} holds no triples.", cure=_CURE)
    return found


def _triple(path: Path, number: int, line: str) -> Triple:
    fields = [field.strip() for field in line.split("\t")]
    if len(fields) != 3 or not all(fields):
        raise LogError(f"{path}, line {number}: {len(fields)} fields where a triple has 3: {line[:60]!r}.", cure=_CURE)
    return Triple(*fields)


def facts_of(catalog: Catalog) -> Iterator[Triple]:
    """The values that items have in facets of words, such as genres and authors."""
    facets = [one.name for one in catalog.schema.facets if one.kind in (FacetKind.CATEGORICAL, FacetKind.MULTI)]
    for item in catalog.items():
        for name in facets:
            for value in _values(item.facets.get(name)):
                yield Triple(item.id, name, value)


def _values(value: object) -> Iterable[str]:
    if isinstance(value, str):
        return (value,) if value.strip() else ()
    return [one for one in value if isinstance(one, str) and one.strip()] if isinstance(value, list | tuple) else ()
