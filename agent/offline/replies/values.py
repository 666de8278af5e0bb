"""Facet values as people write them: $1,299.99, 23元, 1965, 95 minutes."""

from __future__ import annotations

from ....graphs.briefs import ReplyBrief
from ....tools.items import FacetRole, FacetValue
from .phrases import Phrases
from .text import listed, one_line

VALUE_LENGTH = 120
_SHOWN_PARTS = 4
_YEARS = (1000, 2200)


def render_value(value: FacetValue, facet: str, brief: ReplyBrief, phrases: Phrases, parts: int = _SHOWN_PARTS) -> str:
    """The value in the language of the reply, with its unit; at most `parts` of a multi-valued one."""
    if isinstance(value, bool):
        return phrases.word("yes" if value else "no")
    if isinstance(value, tuple):
        return _several(tuple(one_line(part, VALUE_LENGTH) for part in value), phrases, parts)
    if isinstance(value, str):
        return one_line(value, VALUE_LENGTH)
    return _quantity(value, brief.facet_units.get(facet, ""), brief.facet_roles.get(facet), phrases)


def _several(parts: tuple[str, ...], phrases: Phrases, shown: int) -> str:
    if len(parts) > shown:
        return phrases.word("and_others").format(listed=listed(parts[:shown], phrases.language, phrases.word("comma")))
    return listed(parts, phrases.language, phrases.word("value_and"))


def _quantity(number: float, unit: str, role: FacetRole | None, phrases: Phrases) -> str:
    if unit == "year" or (role is FacetRole.DATE and not unit and _YEARS[0] <= number <= _YEARS[1]):
        return _year(round(number), phrases)
    money = phrases.table("currencies").get(unit)
    if money:
        return money.format(amount=plain_number(number, cents=True))
    words = phrases.table("units").get(unit)
    if words:
        return words.format(amount=plain_number(number))
    return f"{plain_number(number)}{phrases.word('unit_gap')}{unit}" if unit else plain_number(number)


def _year(year: int, phrases: Phrases) -> str:
    return phrases.word("year").format(year=year) if year > 0 else phrases.word("year_before_christ").format(year=-year)


def plain_number(number: float, *, cents: bool = False) -> str:
    """Thousands separated, at most two decimals; money has none or both."""
    if float(number).is_integer():
        return f"{int(number):,}"
    return f"{number:,.2f}" if cents else f"{number:,.2f}".rstrip("0").rstrip(".")
