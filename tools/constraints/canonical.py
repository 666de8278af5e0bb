"""The filter expression of a constraint: what `parse_filter` reads back as the same constraint."""

from __future__ import annotations

import re

from .model import Constraint, Op, Scalar

_PLAIN = re.compile(r"[^\W\d_]\w*")
_QUOTES = (('"', '"'), ("'", "'"), ("「", "」"), ("《", "》"))
_WORDS = {"and", "or", "not", "in", "all", "between", "contains", "true", "false"}


def to_filter(constraint: Constraint) -> str:
    """`price < 500`, `brand in (Apple, "La Mer")`, `year between 1990 and 1999`."""
    values = [_quoted(one) for one in constraint.values]
    name = _quoted(constraint.facet)
    if constraint.op is Op.BETWEEN:
        return f"{name} between {values[0]} and {values[1]}"
    if constraint.op in (Op.IN, Op.NOT_IN, Op.ALL):
        return f"{name} {constraint.op} ({', '.join(values)})"
    return f"{name} {constraint.op} {values[0]}"


def _quoted(value: Scalar) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float | int):
        return f"{value:.12g}"
    if _PLAIN.fullmatch(value) and value.casefold() not in _WORDS:
        return value
    left, right = next(
        ((left, right) for left, right in _QUOTES if left not in value and right not in value), _QUOTES[0]
    )
    return f"{left}{value}{right}"
