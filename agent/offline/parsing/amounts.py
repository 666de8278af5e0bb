"""Amounts: a number with its unit or currency, alone or as a range."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from .cues import cue, data, stands_before
from .numbers import Number, chinese_value, find_numbers
from .text import Message, Span, overlaps

_TWO_DIGITS = re.compile(
    r"(?<![一二两三四五六七八九十百千万])([一二两三四五六七八])([二三四五六七八九])([十百千万])(?![一二三四五六七八九])"
)


_SCALED = re.compile(r"k(?![a-z])|thousand|hundred|grand|[百千万]")


class Amount(NamedTuple):
    """One number, or the two ends of a range (`high` is set), with its unit as in the units table."""

    start: int
    end: int
    low: float
    high: float | None = None
    unit: str = ""
    digits: bool = True


@cache
def _units() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (
            row["unit"],
            re.compile(
                rf"\s?-?(?:(?:{'|'.join(row['en']) or '(?!)'})(?![a-z0-9])|(?:{'|'.join(row['zh']) or '(?!)'}))"
            ),
        )
        for row in data("tables")["units"]
    )


@cache
def _own_units(units: tuple[str, ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Units of a catalog that are in no table: "3 pieces"."""
    return tuple((unit, re.compile(rf"\s?{re.escape(unit.casefold())}(?![a-z0-9])")) for unit in units)


def find_amounts(message: Message, taken: list[Span], own: tuple[str, ...] = ()) -> list[Amount]:
    """Every amount outside the spans that mean something else, ranges joined; `own` are the catalog's own units."""
    ranges = [amount for amount in _approximate(message.text) if not overlaps(amount, taken)]
    taken = [*taken, *(Span(one.start, one.end) for one in ranges)]
    numbers = [number for number in find_numbers(message.text) if not overlaps(number, taken)]
    return [*ranges, *_joined(message.text, [_with_unit(message.text, number, own) for number in numbers])]


def _approximate(text: str) -> list[Amount]:
    """两三百 is 200 to 300."""
    found: list[Amount] = []
    for match in _TWO_DIGITS.finditer(text):
        first, second, scale = match.groups()
        low, high = (chinese_value(digit + scale) or 0.0 for digit in (first, second))
        whole = _with_unit(text, Number(match.start(), match.end(), low, digits=False))
        found.append(whole._replace(high=high))
    return found


def _with_unit(text: str, number: Number, own: tuple[str, ...] = ()) -> Amount:
    start, end, unit = number.start, number.end, ""
    before = text[:start].rstrip(" ")
    if before and start - len(before) <= 1 and before[-1] in data("tables")["symbols"]:
        unit, start = data("tables")["symbols"][before[-1]], len(before) - 1
    elif text[end : end + 1] in data("tables")["symbols"]:
        unit, end = data("tables")["symbols"][text[end]], end + 1
    known = (*_units(), *_own_units(own))
    written = next(((name, found) for name, shape in known if (found := shape.match(text, end))), None)
    if written is not None:
        unit, end = unit or written[0], written[1].end()
    return Amount(start, end, number.value, unit=unit, digits=number.digits)


def _joined(text: str, amounts: list[Amount]) -> list[Amount]:
    """Neighbours with a range word between them become one amount."""
    joined: list[Amount] = []
    for amount in amounts:
        if joined and joined[-1].high is None and _is_range(text, joined[-1], amount):
            first = joined.pop()
            low, high = _scaled_ends(first, amount, scaled=_SCALED.search(text, amount.start, amount.end) is not None)
            amount = Amount(first.start, amount.end, low, high, amount.unit or first.unit, amount.digits)
        joined.append(amount)
    return joined


def _scaled_ends(first: Amount, second: Amount, *, scaled: bool) -> tuple[float, float]:
    """The ends in order; "1-2k" and "一两百"-like ranges share the scale of the second number."""
    low, high = first.low, second.low
    scale = next((scale for scale in (1000, 100) if high % scale == 0), 0)
    if scaled and low < 10 and scale and scale <= high < 100 * scale and (second.digits or not first.digits):
        low *= scale
    if 1000 <= low <= 2100 and high < 100 and second.digits:
        high += low // 100 * 100
    return min(low, high), max(low, high)


def _is_range(text: str, first: Amount, second: Amount) -> bool:
    between = text[first.end : second.start].strip()
    if first.unit and second.unit and first.unit != second.unit:
        return False
    if between in ("and", "和", "&"):
        return stands_before("range_before", text, first.start) is not None
    return len(between) <= 8 and cue("range_to").fullmatch(between) is not None
