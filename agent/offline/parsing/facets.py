"""Where a message names a facet: by the schema's names, or by what people call its role or unit."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from ....tools.items import Facet, FacetKind, FacetRole
from ..lexicon import CatalogLexicon
from .cues import data, pattern
from .text import Message, overlaps


class NameSpan(NamedTuple):
    """A facet named in the text."""

    start: int
    end: int
    facet: str


class RoleWords(NamedTuple):
    """What people call a role or a unit of measure, and how they ask for it."""

    role: FacetRole | None
    units: tuple[str, ...]
    named: tuple[str, ...]
    names: re.Pattern[str]
    asked: re.Pattern[str]
    unlisted: str
    """What a catalog without such a facet is said not to list; empty for words that may ask for something else."""


@cache
def role_words() -> tuple[RoleWords, ...]:
    """The rows of the roles table."""
    return tuple(
        RoleWords(
            FacetRole(row["role"]) if "role" in row else None,
            tuple(row.get("units", ())),
            tuple(row.get("named", ())),
            pattern(row["names"]),
            pattern(row["asked"]),
            row.get("unlisted", ""),
        )
        for row in data("tables")["roles"]
    )


def facet_of(lexicon: CatalogLexicon, words: RoleWords) -> Facet | None:
    """The catalog's facet that a row of the table speaks of."""
    if words.named:
        held = dict(lexicon.names)
        return next(
            (one for one in lexicon.facets if any(held[one.name].fullmatch(name) for name in words.named)), None
        )
    return facet_for(lexicon, words.role, words.units)


def facet_for(lexicon: CatalogLexicon, role: FacetRole | None, units: tuple[str, ...]) -> Facet | None:
    """The catalog's facet of a role, or one whose unit is of the same dimension as one of `units`."""
    if role is not None:
        return lexicon.by_role(role)
    dimensions = {dimension(unit) for unit in units}
    return next((facet for facet in lexicon.facets if facet.unit and dimension(facet.unit) in dimensions), None)


@cache
def dimension(unit: str) -> str:
    """What a unit measures (time, mass, money); the unit itself when it is not in the table."""
    return next((row["of"] for row in _unit_rows() if _is_unit(row, unit)), unit.casefold())


@cache
def factor(unit: str) -> float:
    """What a number in that unit is multiplied by to be in the first unit of its dimension."""
    return next((float(row["factor"]) for row in _unit_rows() if _is_unit(row, unit)), 1.0)


def own_units(lexicon: CatalogLexicon) -> tuple[str, ...]:
    """Units of the catalog's facets that are in no table."""
    units = dict.fromkeys(facet.unit for facet in lexicon.facets if len(facet.unit) > 1)
    return tuple(unit for unit in units if not _is_listed(unit))


@cache
def _is_listed(unit: str) -> bool:
    return any(_is_unit(row, unit) for row in _unit_rows())


def _unit_rows() -> list[dict[str, str]]:
    return data("tables")["units"]


def _is_unit(row: dict[str, str], unit: str) -> bool:
    return row["unit"].casefold() == unit.casefold() or bool(pattern(row).fullmatch(unit.casefold()))  # pyright: ignore[reportArgumentType]


def name_spans(message: Message, lexicon: CatalogLexicon) -> list[NameSpan]:
    """Every facet named in the message; the schema's own names win over those of the roles."""
    found = [NameSpan(*match.span(), facet) for facet, words in lexicon.names for match in words.finditer(message.text)]
    own = [one for one in found if not any(_is_part(one, other) for other in found)]
    spans = list(own)
    for words in role_words():
        facet = facet_of(lexicon, words)
        if facet is not None:
            general = [NameSpan(*found.span(), facet.name) for found in words.names.finditer(message.text)]
            spans += [one for one in general if not overlaps(one, own)]
    return sorted(set(spans))


def _is_part(one: NameSpan, other: NameSpan) -> bool:
    """Whether it is only a part of the longer name of another facet: the kind in "kind of thing"."""
    longer = other.end - other.start > one.end - one.start
    return longer and one.facet != other.facet and other.start <= one.start and one.end <= other.end


def is_numeric(facet: Facet | None) -> bool:
    """Whether numbers compare with the facet's values: numeric and date facets."""
    return facet is not None and facet.kind in (FacetKind.NUMERIC, FacetKind.DATE)
