"""Synonym lines of a catalog: `laptop, notebook, 笔记本` both ways, `tv => television` one way, `#` for a comment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ...errors import CatalogError
from ...normalize import normalize
from .decoding import decode
from .readers import read_bytes

_ARROW = "=>"


@dataclass(frozen=True, slots=True)
class Rule:
    """Whoever says `said` may mean one of the others."""

    said: str
    others: tuple[str, ...]


def synonym_lines(given: object, schema_file: Path) -> tuple[str, ...]:
    """The lines that a schema file gives, or that the file has which it names; both are checked.

    Raises CatalogError with file and line.
    """
    if isinstance(given, str):
        path = schema_file.parent / given
        if not path.is_file():
            raise CatalogError(
                f"{schema_file}: synonyms: there is no file {path}.", cure="Name a file beside the schema."
            )
        lines, place = decode(read_bytes(path), str(path)).splitlines(), str(path)
    elif isinstance(given, list) and all(isinstance(line, str) for line in given):
        lines, place = given, f"{schema_file}: synonyms"
    else:
        cure = 'Write `synonyms: ["laptop, notebook"]` or `synonyms: FILE`.'
        raise CatalogError(f"{schema_file}: synonyms: they are lines or the name of a file.", cure=cure)
    read_rules(lines, place)
    return tuple(lines)


def read_rules(lines: Iterable[str], place: str) -> tuple[Rule, ...]:
    """The rules of a file or list, a line each; `#` begins a comment.

    Raises CatalogError with place and line for one that says nothing: a single word, an arrow with an empty side.
    """
    rules: dict[str, dict[str, None]] = {}
    for number, line in enumerate(lines, start=1):
        text = line.partition("#")[0].strip()
        for said, other in _pairs(text, f"{place}, line {number}") if text else ():
            rules.setdefault(said, {})[other] = None
    return tuple(Rule(said, tuple(others)) for said, others in rules.items())


def _pairs(line: str, place: str) -> Iterator[tuple[str, str]]:
    left, arrow, right = line.partition(_ARROW)
    said, meant = _phrases(left), _phrases(right)
    if arrow and (not said or not meant or _ARROW in right):
        raise CatalogError(f"{place}: {line!r} has an empty side.", cure="Write `tv => television`.")
    if not arrow and len(said) < 2:
        raise CatalogError(
            f"{place}: {line!r} is a single word.", cure="Write `laptop, notebook` or `tv => television`."
        )
    return ((one, other) for one in said for other in (meant if arrow else said) if other != one)


def _phrases(text: str) -> list[str]:
    return [phrase for part in text.replace("，", ",").replace("、", ",").split(",") if (phrase := normalize(part))]
