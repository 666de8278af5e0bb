"""From amounts to constraints: which facet a number is about, and on which side of it."""

from __future__ import annotations

from typing import NamedTuple

from ....tools.constraints import Constraint, Op
from ....tools.items import Facet, FacetKind, FacetRole
from ..lexicon import CatalogLexicon
from .amounts import Amount
from .cues import cue, data, stands_after, stands_before
from .facets import NameSpan, dimension, factor, is_numeric
from .text import Message, Span

AROUND = 0.2
"""How far from a number "around" reaches, as a share of it; two years for a year."""
_YEARS_AROUND = 2
_NAME_REACH = 24
_MONEY = "money"
_MEASURED_ROLES = {_MONEY: FacetRole.PRICE, "rating": FacetRole.RATING, "age": FacetRole.AGE, "year": FacetRole.DATE}

_BEFORE = (("le_before", Op.LE), ("lt_before", Op.LT), ("ge_before", Op.GE), ("gt_before", Op.GT))
_FLIPPED = {Op.LE: Op.GT, Op.LT: Op.GE, Op.GE: Op.LT, Op.GT: Op.LE}
_AFTER = (("le_after", Op.LE), ("ge_after", Op.GE), ("lt_after", Op.LT), ("gt_after", Op.GE))


class Bound(NamedTuple):
    """A constraint read from the characters `start` to `end`."""

    start: int
    end: int
    constraint: Constraint


class Side(NamedTuple):
    """The operator that the words around an amount say, and the offsets of words and amount together."""

    op: Op | None
    start: int
    end: int
    around: bool = False


def find_bounds(message: Message, lexicon: CatalogLexicon, amounts: list[Amount], names: list[NameSpan]) -> list[Bound]:
    """A constraint for every amount that a facet of the catalog can be compared with."""
    found = [(amount, _bound(message, lexicon, amount, names)) for amount in amounts]
    bounds = [(_says_itself(message, amount), bound) for amount, bound in found if bound is not None]
    told = {bound.constraint.facet for itself, bound in bounds if itself}
    return [bound for itself, bound in bounds if itself or bound.constraint.facet not in told]


def _says_itself(message: Message, amount: Amount) -> bool:
    """Whether unit, side or range say what the number bounds; any other one yields to those: 人均100以内 OR 1=1."""
    side = _side(message.text, amount)
    return bool(amount.unit or amount.high is not None or side.around or side.op not in (None, Op.EQ))


def _bound(message: Message, lexicon: CatalogLexicon, amount: Amount, names: list[NameSpan]) -> Bound | None:
    side = _side(message.text, amount)
    facet = _facet_of(message, lexicon, amount, side, names)
    if facet is None or _is_mere_count(amount, side):
        return None
    if facet.role is FacetRole.DATE and not 1000 <= amount.low <= 2100:
        return None
    constraint = _constraint(facet, amount, side)
    named = [name for name in _near(message, amount, names) if name.facet == facet.name]
    start = min([side.start, *(name.start for name in named)])
    return Bound(start, max([side.end, *(name.end for name in named)]), constraint)


def _is_mere_count(amount: Amount, side: Side) -> bool:
    """ "one" and 一家 count things; only a word for a side makes a small number in words a bound."""
    if amount.digits or amount.low > 10 or amount.unit or amount.high is not None:
        return False
    return amount.low <= 1 or side.op in (None, Op.EQ)


def _side(text: str, amount: Amount) -> Side:
    """What stands before the amount decides, what stands after it comes second."""
    if stands := stands_before("around_before", text, amount.start):
        outer = next((op for name, op in _BEFORE if stands_before(name, text, stands.start())), None)
        return Side(outer, stands.start(), amount.end, around=outer is None)
    matches = [(found, op) for name, op in _BEFORE if (found := stands_before(name, text, amount.start))]
    if matches:
        found, op = min(matches, key=lambda match: match[0].start())
        about = stands_after("around_after", text, amount.end)
        if about and cue("budget").fullmatch(found.group().strip()):
            return Side(None, found.start(), about.end(), around=True)
        if found.group().strip() == data("words")["from"] and _is_year(amount):
            return _from_year(text, amount, found.start())
        flip = stands_before("flip", text, found.start(), 28)
        return Side(_FLIPPED[op] if flip else op, (flip or found).start(), _after_end(text, amount))
    for name, op in _AFTER:
        if found := stands_after(name, text, amount.end):
            return Side(op, amount.start, found.end())
    if found := stands_after("around_after", text, amount.end):
        return Side(None, amount.start, found.end(), around=True)
    if found := stands_before("eq_before", text, amount.start):
        return Side(Op.EQ, found.start(), amount.end)
    return Side(None, amount.start, amount.end)


def _from_year(text: str, amount: Amount, start: int) -> Side:
    """ "from 2015" alone is that year; "from 2015 on" and "from 2015 or earlier" are open."""
    for name, op in _AFTER:
        if found := stands_after(name, text, amount.end):
            return Side(op, start, found.end())
    return Side(Op.EQ, start, amount.end)


def _after_end(text: str, amount: Amount) -> int:
    found = stands_after("le_after", text, amount.end) or stands_after("lt_after", text, amount.end)
    return found.end() if found else amount.end


def _facet_of(
    message: Message, lexicon: CatalogLexicon, amount: Amount, side: Side, names: list[NameSpan]
) -> Facet | None:
    """By the unit, else by a facet named beside it, else by what the number can be."""
    beside = [lexicon.facet(name.facet) for name in _near(message, amount, names)]
    if amount.unit:
        return next((one for one in beside if one and _measures(one, amount)), None) or _by_unit(
            lexicon, amount, message
        )
    named = next((facet for facet in beside if is_numeric(facet)), None)
    if named is not None and _plausible(lexicon, named, amount):
        return named
    year = lexicon.by_role(FacetRole.DATE)
    if year is not None and _is_year(amount) and _means_year(message.text, amount, side, lexicon):
        return year
    if side.op in (None, Op.EQ) and not side.around and amount.high is None:
        return None
    return _by_magnitude(lexicon, amount, side)


def _measures(facet: Facet, amount: Amount) -> bool:
    return is_numeric(facet) and bool(facet.unit) and dimension(facet.unit) == dimension(amount.unit)


def _by_unit(lexicon: CatalogLexicon, amount: Amount, message: Message) -> Facet | None:
    measured = dimension(amount.unit)
    if measured in _MEASURED_ROLES:
        return lexicon.by_role(_MEASURED_ROLES[measured])
    fitting = [facet for facet in lexicon.facets if facet.unit and dimension(facet.unit) == measured]
    word = message.text[amount.start : amount.end]
    if not fitting and word.endswith(tuple(data("words")["per_head"])):
        return lexicon.by_role(FacetRole.PRICE)
    named = [facet for facet in lexicon.facets if facet.name.casefold().replace("_", " ") in word and is_numeric(facet)]
    return next(iter(fitting or named), None)


def _near(message: Message, amount: Amount, names: list[NameSpan]) -> list[NameSpan]:
    """Facet names beside the amount, with nothing that ends a clause between them, the nearest first."""
    distances = [(_distance(message.text, amount, name), name) for name in names]
    return [name for gap, name in sorted(distances) if gap <= _NAME_REACH]


def _distance(text: str, amount: Amount, name: NameSpan) -> int:
    before = name.end <= amount.start
    gap = text[name.end : amount.start] if before else text[amount.end : name.start]
    if any(mark in gap for mark in ",;.!?，。；") or cue("all_of").search(gap) or cue("clause_end").search(gap):
        return 10 * _NAME_REACH
    return len(gap) if before else len(gap) + 1


def _plausible(lexicon: CatalogLexicon, facet: Facet, amount: Amount) -> bool:
    if facet.role is FacetRole.DATE:
        return 1000 <= amount.low <= 2100
    held = lexicon.ranges.get(facet.name)
    if facet.role is not FacetRole.RATING or held is None or not held.values.size:
        return True
    return amount.low <= max(10.0, float(held.values[-1]))


def _is_year(amount: Amount) -> bool:
    ends = [amount.low] if amount.high is None else [amount.low, amount.high]
    return not amount.unit and all(1000 <= end <= 2100 and end == int(end) for end in ends)


def _means_year(text: str, amount: Amount, side: Side, lexicon: CatalogLexicon) -> bool:
    around = text[max(0, side.start - 12) : side.end + 6]
    if cue("time_bound").search(around) or lexicon.by_role(FacetRole.PRICE) is None:
        return True
    return not cue("price_talk").search(text) and side.op in (None, Op.EQ) and amount.low >= 1900


def _by_magnitude(lexicon: CatalogLexicon, amount: Amount, side: Side) -> Facet | None:
    """A bare bound is a price where there is one, else the rating or length that the number fits."""
    price = lexicon.by_role(FacetRole.PRICE)
    if price is not None:
        return price
    rating = lexicon.by_role(FacetRole.RATING)
    if rating is not None and side.op in (Op.GE, Op.GT) and amount.low <= 5:
        return rating
    measured = [facet for facet in lexicon.facets if facet.unit and dimension(facet.unit) in ("time", "pages")]
    return next((facet for facet in measured if facet.role is None and _within(lexicon, facet, amount)), None)


def _within(lexicon: CatalogLexicon, facet: Facet, amount: Amount) -> bool:
    held = lexicon.ranges.get(facet.name)
    return held is not None and held.values.size > 0 and float(held.values[0]) <= amount.low <= float(held.values[-1])


def _constraint(facet: Facet, amount: Amount, side: Side) -> Constraint:
    scale = (
        factor(amount.unit) / factor(facet.unit)
        if amount.unit and facet.unit and _same_dimension(facet, amount)
        else 1.0
    )
    low, high = amount.low * scale, amount.high * scale if amount.high is not None else None
    if side.around and high is None:
        reach = _YEARS_AROUND if facet.role is FacetRole.DATE else AROUND * low
        low, high = low - reach, low + reach
    if high is not None:
        return Constraint(facet=facet.name, op=Op.BETWEEN, value=(_end(facet, low), _end(facet, high, last=True)))
    op = side.op if side.op not in (None, Op.EQ) else _default_op(facet)
    if op is Op.EQ and facet.kind is FacetKind.DATE:
        return Constraint(facet=facet.name, op=Op.BETWEEN, value=(_end(facet, low), _end(facet, low, last=True)))
    return Constraint(facet=facet.name, op=op, value=_end(facet, low, last=op in (Op.LE, Op.GT)))


def _same_dimension(facet: Facet, amount: Amount) -> bool:
    return dimension(facet.unit) == dimension(amount.unit) != _MONEY


def _default_op(facet: Facet) -> Op:
    """What a number without a word for its side means: a budget, an age to be allowed, a least rating, the year."""
    if facet.role in (FacetRole.PRICE, FacetRole.AGE):
        return Op.LE
    if facet.role is FacetRole.RATING:
        return Op.GE
    return Op.EQ


def _end(facet: Facet, value: float, *, last: bool = False) -> float | str:
    """The number itself, or for a date facet the first or last day of that year."""
    if facet.kind is not FacetKind.DATE:
        return round(value, 4)
    return f"{int(value):04d}-12-31" if last else f"{int(value):04d}-01-01"


def taken(bounds: list[Bound]) -> list[Span]:
    """The characters that the bounds were read from."""
    return [Span(bound.start, bound.end) for bound in bounds]
