"""Directions: cheaper, newer, too long; and plain leanings (cheap, popular) as soft wishes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Literal, NamedTuple

from ....graphs.understanding import Critique
from ....tools.constraints import Constraint, Op
from ....tools.items import Facet, FacetKind, FacetRole
from ..lexicon import CatalogLexicon
from .amounts import find_amounts
from .cues import cue, data, pattern, stands_before
from .facets import NameSpan, dimension, facet_for
from .references import Reference
from .text import Message, Span, overlaps

Direction = Literal["lower", "higher"]


_THAN_NUMBER = re.compile(r"\s+than\s+\d")


class Leaning(NamedTuple):
    """One row of the table: words that point a role or unit in a direction."""

    role: FacetRole | None
    units: tuple[str, ...]
    direction: Direction
    comparative: re.Pattern[str]
    complaint: re.Pattern[str]
    plain: re.Pattern[str]


class Pointed(NamedTuple):
    """A facet pointed in a direction by some characters; `relative` when compared with what was shown."""

    start: int
    end: int
    facet: str
    direction: Direction
    relative: bool


@cache
def _leanings() -> tuple[Leaning, ...]:
    return tuple(
        Leaning(
            FacetRole(row["role"]) if "role" in row else None,
            tuple(row.get("units", ())),
            row["direction"],
            pattern(row["comparative"]),
            pattern(row["complaint"]),
            pattern(row["plain"]),
        )
        for row in data("tables")["leanings"]
    )


def find_directions(message: Message, lexicon: CatalogLexicon, blocked: list[Span]) -> list[Pointed]:
    """Everything that points somewhere, the longest words first, without overlaps."""
    found: list[Pointed] = []
    for row in _leanings():
        facet = facet_for(lexicon, row.role, row.units)
        if facet is not None and facet.kind in (FacetKind.NUMERIC, FacetKind.DATE):
            found += _matches(message.text, row, facet.name)
        elif facet is None and row.role is not None:
            found += [one for one in _matches(message.text, row, row.role.value) if one.relative or _is_price(row)]
    chosen: list[Pointed] = []
    for one in sorted(found, key=lambda one: (not one.relative, one.start - one.end)):
        if not overlaps(one, [*blocked, *chosen]):
            chosen.append(one)
    return sorted(chosen)


def unpriced(message: Message, lexicon: CatalogLexicon, held: list[Span]) -> list[Pointed]:
    """Sums of money where the catalog knows no prices: said as a direction, so that the reply can say so."""
    if lexicon.by_role(FacetRole.PRICE) is not None:
        return []
    sums = [one for one in find_amounts(message, held) if one.unit and dimension(one.unit) == "money"]
    return [Pointed(one.start, one.end, FacetRole.PRICE.value, "lower", True) for one in sums]


def _is_price(row: Leaning) -> bool:
    """Where no price is known "cheap" cannot be a leaning, so it is said as a direction."""
    return row.role is FacetRole.PRICE


def direction_words(message: Message) -> list[Span]:
    """Every word of direction, also those for which the catalog has no facet."""
    shapes = [shape for row in _leanings() for shape in (row.comparative, row.complaint, row.plain)]
    return [Span(*match.span()) for shape in shapes for match in shape.finditer(message.text)]


def complains(text: str) -> bool:
    """Whether anything is said to be too much or too little, or to be wanted in another measure."""
    return any(row.complaint.search(text) or row.comparative.search(text) for row in _leanings())


def _matches(text: str, row: Leaning, facet: str) -> list[Pointed]:
    opposite: Direction = "higher" if row.direction == "lower" else "lower"
    comparatives = (match for match in row.comparative.finditer(text) if not _THAN_NUMBER.match(text, match.end()))
    found = [Pointed(*match.span(), facet, row.direction, True) for match in comparatives]
    for match in row.complaint.finditer(text):
        negated = stands_before("plain_not", text, match.start(), 14) is not None
        found.append(Pointed(*match.span(), facet, row.direction, not negated))
    for match in row.plain.finditer(text):
        negation = stands_before("plain_not", text, match.start(), 24)
        start = negation.start() if negation else match.start()
        found.append(Pointed(start, match.end(), facet, opposite if negation else row.direction, False))
    return found


def critiques(pointed: Sequence[Pointed], lexicon: CatalogLexicon, relative_to_something: bool) -> tuple[Critique, ...]:
    """Comparatives and complaints, when there is something to compare with; whatever the catalog does not record.

    The facet of a direction that the catalog knows nothing of is the name of its role.
    """
    told = [one for one in pointed if (one.relative and relative_to_something) or lexicon.facet(one.facet) is None]
    return tuple(dict.fromkeys(Critique(facet=one.facet, direction=one.direction) for one in told))


def leaning_constraints(
    pointed: Sequence[Pointed], lexicon: CatalogLexicon, categories: Sequence[str], relative_to_something: bool
) -> list[Constraint]:
    """Soft bounds at the lower or upper third of the facet, within the categories asked for."""
    wanted = [one for one in pointed if not (one.relative and relative_to_something)]
    bounds = [_third(one, lexicon, categories) for one in wanted]
    return [bound for bound in bounds if bound is not None]


def _third(one: Pointed, lexicon: CatalogLexicon, categories: Sequence[str]) -> Constraint | None:
    held, upper = lexicon.ranges.get(one.facet), one.direction == "higher"
    value = held.third(upper, categories) if held else None
    if value is None:
        return None
    return Constraint(facet=one.facet, op=Op.GE if upper else Op.LE, value=round(value, 2), hard=False)


def compared_with_items(
    message: Message, pointed: Sequence[Pointed], references: Sequence[Reference], lexicon: CatalogLexicon
) -> dict[Pointed, Constraint]:
    """ "newer than Gladiator", "cheaper than the second one": the bound is that item's own value."""
    found: dict[Pointed, Constraint] = {}
    for one in pointed:
        for reference in references:
            item = lexicon.items.get(reference.ids[0]) if reference.ids else None
            value = item.facets.get(one.facet) if item else None
            if one.relative and _than(message.text, one, reference) and isinstance(value, (int, float, str)):
                op = Op.LT if one.direction == "lower" else Op.GT
                found[one] = Constraint(facet=one.facet, op=op, value=value)
    return found


def _than(text: str, one: Pointed, reference: Reference) -> bool:
    if one.end <= reference.start and re.fullmatch(
        r"\s*(?:ones?\s*)?than\s*(?:the )?[\"'《]?", text[one.end : reference.start]
    ):
        return True
    return text[reference.start - 1 : reference.start] == "比" and 0 <= one.start - reference.end <= 2


def other_values(message: Message, lexicon: CatalogLexicon, names: Sequence[NameSpan]) -> tuple[Critique, ...]:
    """ "a different brand": the facet named right after a word for another one."""
    found: list[Critique] = []
    for name in names:
        facet = lexicon.facet(name.facet)
        before = message.text[max(0, name.start - 20) : name.start]
        if _textual(facet) and re.search(rf"(?:{cue('different').pattern})(?:\s|的)*$", before):
            found.append(Critique(facet=name.facet, direction="different"))
        elif _textual(facet) and re.search(rf"(?:{cue('same_as').pattern})(?:\s|的|个|一)*$", before):
            found.append(Critique(facet=name.facet, direction="same"))
    return tuple(dict.fromkeys(found))


def _textual(facet: Facet | None) -> bool:
    return facet is not None and facet.kind in (FacetKind.CATEGORICAL, FacetKind.MULTI)
