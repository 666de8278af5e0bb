"""Reading the value of one condition by the kind of its facet."""

from __future__ import annotations

import calendar
import re

from ..errors import FilterError
from ..items import Facet, FacetKind
from ..normalize import normalize
from .model import Constraint, Op, Scalar, Source
from .units import is_year, parse_quantity, unit_note

_EQUALITY = (Op.EQ, Op.NE, Op.IN, Op.NOT_IN)
_ORDER = (Op.LT, Op.LE, Op.GT, Op.GE, Op.BETWEEN)
POSSIBLE: dict[FacetKind, tuple[Op, ...]] = {
    FacetKind.CATEGORICAL: (*_EQUALITY, Op.CONTAINS),
    FacetKind.MULTI: (*_EQUALITY, Op.ALL, Op.CONTAINS),
    FacetKind.NUMERIC: (*_EQUALITY, *_ORDER),
    FacetKind.DATE: (*_EQUALITY, *_ORDER),
    FacetKind.BOOLEAN: (Op.EQ, Op.NE),
}
_TRUE = frozenset({"true", "yes", "y", "1", "on", "是", "有", "真", "对"})
_FALSE = frozenset({"false", "no", "n", "0", "off", "否", "没有", "无", "不是", "假"})
_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?|年)?月?")
_DECADE = re.compile(r"(\d{2}|\d{4})'?s|(\d{2}|\d{4})年代")


def build_constraint(facet: Facet, op: Op, texts: list[str]) -> Constraint:
    """The constraint that a facet, an operator and its written values mean.

    Raises FilterError when the kind of the facet has no such operator or no such value.
    """
    _check_operator(facet, op)
    if facet.kind is FacetKind.DATE:
        return _date_constraint(facet, op, texts)
    decade = _decade(texts[0]) if is_year(facet) and facet.kind is FacetKind.NUMERIC and len(texts) == 1 else None
    if decade and op in (Op.EQ, Op.IN):
        return _constraint(facet, Op.BETWEEN, (float(decade[0]), float(decade[1])))
    return _constraint(facet, op, tuple(_value(facet, text) for text in texts))


def canonical_value(facet: Facet, text: str) -> str:
    """The catalog's value for a written one: itself, or the value whose alias it is."""
    wanted = normalize(text)
    exact = next((value for value in facet.aliases if wanted == normalize(value)), None)
    if exact is not None:
        return exact
    return next((value for value, words in facet.aliases.items() if wanted in map(normalize, words)), text)


def _constraint(facet: Facet, op: Op, values: tuple[Scalar, ...]) -> Constraint:
    if op is Op.BETWEEN:
        low, high = values
        ends = (low, high) if _ordered(low, high) else (high, low)
        return Constraint(facet=facet.name, op=op, value=ends, source=Source.COMMAND)
    if op in (Op.IN, Op.NOT_IN, Op.ALL):
        return Constraint(facet=facet.name, op=op, value=values, source=Source.COMMAND)
    if len(values) == 1:
        return Constraint(facet=facet.name, op=op, value=values[0], source=Source.COMMAND)
    if op not in (Op.EQ, Op.NE):
        raise FilterError(f"`{facet.name} {op}` takes one value, not {len(values)}.", cure="Give one value.")
    several = Op.IN if op is Op.EQ else Op.NOT_IN
    return Constraint(facet=facet.name, op=several, value=values, source=Source.COMMAND)


def _ordered(low: Scalar, high: Scalar) -> bool:
    return low <= high if isinstance(low, str) and isinstance(high, str) else float(low) <= float(high)


def _check_operator(facet: Facet, op: Op) -> None:
    possible = POSSIBLE[facet.kind]
    if op not in possible:
        raise FilterError(
            f"`{facet.name} {op}` is not possible: {facet.name} is {facet.kind}.",
            cure=f"Possible: {', '.join(possible)}.",
        )


def _value(facet: Facet, text: str) -> Scalar:
    if facet.kind is FacetKind.NUMERIC:
        return _number(facet, text)
    if facet.kind is FacetKind.BOOLEAN:
        return _boolean(facet, text)
    return canonical_value(facet, text)


def _number(facet: Facet, text: str) -> float:
    number = parse_quantity(text, facet.unit)
    if number is None:
        example = f"{facet.name} < {2000 if is_year(facet) else 500}"
        raise FilterError(
            f"{text!r} is not a number that fits {facet.name}.",
            cure=f"{facet.name} takes a number{'' if is_year(facet) else unit_note(facet)}, such as {example}.",
        )
    return number


def _boolean(facet: Facet, text: str) -> bool:
    word = normalize(text)
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise FilterError(
        f"{text!r} is neither true nor false.", cure=f"Write {facet.name} = true or {facet.name} = false."
    )


def _date_constraint(facet: Facet, op: Op, texts: list[str]) -> Constraint:
    spans = [_span(facet, text) for text in texts]
    low, high = min(low for low, _ in spans), max(high for _, high in spans)
    if op in (Op.GE, Op.LT):
        return _constraint(facet, op, (low,))
    if op in (Op.GT, Op.LE):
        return _constraint(facet, op, (high,))
    if op is Op.BETWEEN:
        return _constraint(facet, op, (low, high))
    if all(first == last for first, last in spans):
        return _constraint(facet, op, tuple(first for first, _ in spans))
    if op is Op.EQ and len(spans) == 1:
        return _constraint(facet, Op.BETWEEN, (low, high))
    raise FilterError(
        f"`{facet.name} {op}` needs full dates.",
        cure=f"Write {facet.name} {op} 1999-12-31, or bounds such as {facet.name} < 1999.",
    )


def _span(facet: Facet, text: str) -> tuple[str, str]:
    """First and last day that a written date means: `1999`, `1999-05`, `1999-05-04`, `1990s`."""
    decade = _decade(text)
    if decade:
        return f"{decade[0]:04d}-01-01", f"{decade[1]:04d}-12-31"
    found = _DATE.fullmatch(normalize(text))
    if found:
        year, month, day = (int(part or 0) for part in found.groups())
        days = calendar.monthrange(year, month or 12)[1] if year and month <= 12 else 0
        if days and day <= days:
            return f"{year:04d}-{month or 1:02d}-{day or 1:02d}", f"{year:04d}-{month or 12:02d}-{day or days:02d}"
    raise FilterError(
        f"{text!r} is not a date that fits {facet.name}.",
        cure=f"Write a year, a month or a day: {facet.name} >= 1999, {facet.name} < 1999-05-04.",
    )


def _decade(text: str) -> tuple[int, int] | None:
    """First and last year of `1990s`, `90s`, `90年代`; two digits up to 29 are of this century."""
    found = _DECADE.fullmatch(normalize(text))
    if found is None:
        return None
    digits = found[1] or found[2]
    first = int(digits) if len(digits) == 4 else int(digits) + (2000 if int(digits) < 30 else 1900)
    return first - first % 10, first - first % 10 + 9
