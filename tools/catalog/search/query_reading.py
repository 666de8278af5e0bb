"""Numbers and units in a typed query become conditions: "laptop under 500", "5000以下的笔记本", "16GB ram"."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import Any

import yaml

from ...constraints.model import Constraint, Op, Source
from ...constraints.stock import stock_constraint
from ...constraints.units import currency_words, plain_units, unit_words
from ...constraints.values import build_constraint
from ...errors import FilterError
from ...items import CatalogSchema, Facet, FacetKind, FacetRole
from ...normalize import simplified

_FILE = "query_reading.yaml"
_KINDS = (FacetKind.NUMERIC, FacetKind.DATE)
_NUMBER = r"(?:us\$|hk\$|[$€£¥₹])? ?\d+(?:,\d{3})*(?:\.\d+)?(?: ?(?:k|thousand|million|[千万亿])(?![a-z]))?"
_BETWEEN = r"\s*(?:of|is|in|[:：=为是在的])?\s*"
_LATIN = "a-z0-9"
_YEAR = re.compile(r"(?:1\d|20)\d\d")
_CURRENCIES = "$€£¥₹"
_GONE = "\0"
"""Stands where something was read already."""


@dataclass(frozen=True, slots=True)
class ReadQuery:
    """A query taken apart: the words to search by, and the conditions that its numbers mean."""

    words: str
    constraints: tuple[Constraint, ...] = ()


@dataclass(frozen=True, slots=True)
class _Said:
    """An amount somewhere in the text, and the facet that was named beside it."""

    start: int
    end: int
    constraint: Constraint


def read_query(text: str, schema: CatalogSchema, is_title: Callable[[str], bool] = lambda _: False) -> ReadQuery:
    """Words and conditions of a query. What is no condition on a facet of the catalog stays a word.

    A query that is the title of an item is left as it is: nobody who types "1984" means a year.
    """
    facets = [facet for facet in schema.facets if facet.kind in _KINDS and facet.role is not FacetRole.STOCK]
    stock = schema.by_role(FacetRole.STOCK)
    if not (facets or stock) or is_title(text):
        return ReadQuery(text)
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    folded = simplified(plain.lower()) if len(plain.lower()) == len(plain) else plain
    taken: list[_Said] = []
    for reading in (
        partial(_in_stock, stock=stock),
        partial(_decades, schema=schema),
        partial(_amounts, facets=facets),
    ):
        for said in reading(folded):
            if _GONE not in folded[said.start : said.end]:
                taken.append(said)
                folded = folded[: said.start] + _GONE * (said.end - said.start) + folded[said.end :]
    return _without(text, plain, sorted(taken, key=lambda said: said.start)) if taken else ReadQuery(text)


def _without(text: str, plain: str, taken: Sequence[_Said]) -> ReadQuery:
    """The words around what was taken, without the little words that led to it."""
    ends = [0, *(said.end for said in taken)]
    starts = [*(said.start for said in taken), len(plain)]
    words = " ".join(" ".join(plain[end:start] for end, start in zip(ends, starts, strict=True)).split())
    constraints = tuple(dict.fromkeys(said.constraint for said in taken))
    return ReadQuery(_trimmed(words), constraints) if constraints else ReadQuery(text)


def _trimmed(words: str) -> str:
    little = "|".join(
        re.escape(one) if not one.isalpha() or not one.isascii() else rf"\b{one}\b" for one in _data()["trimmed"]
    )
    return re.sub(rf"^(?:\s*(?:{little}))+|(?:(?:{little})\s*)+$", "", words, flags=re.IGNORECASE).strip()


def _in_stock(text: str, stock: Facet | None) -> Iterator[_Said]:
    for there, phrases in _data()["stock"].items() if stock else ():
        for found in re.finditer("|".join(_bounded(re.escape(one)) for one in phrases), text):
            assert stock
            yield _Said(*found.span(), stock_constraint(stock, there=there, source=Source.USER))


def _decades(text: str, schema: CatalogSchema) -> Iterator[_Said]:
    date = schema.by_role(FacetRole.DATE)
    for found in re.finditer(_bounded(f"(?:{_data()['decade']})"), text) if date else ():
        assert date
        constraint = _constraint(date, Op.EQ, [found.group()])
        if constraint:
            yield _Said(*found.span(), constraint)


def _amounts(text: str, facets: Sequence[Facet]) -> Iterator[_Said]:
    if not any(map(str.isdigit, text)):
        return
    units = plain_units().union(*map(_units, facets))
    accepted = [(facet, _units(facet)) for facet in facets]
    words = {word: [facet for facet, mine in accepted if word in mine] for word in units}
    longest_first = tuple(sorted(words, key=lambda one: (-len(one), one)))
    for bound in _data()["bounds"]:
        for found in _pattern(bound["pattern"], longest_first).finditer(text):
            said = _read(text, found, bound, facets, words)
            if said:
                yield said


def _read(
    text: str, found: re.Match[str], bound: dict[str, Any], facets: Sequence[Facet], words: dict[str, list[Facet]]
) -> _Said | None:
    groups = found.groupdict()
    units = [unit for name in ("u", "v", "w") if (unit := groups.get(name))]
    texts = [f"{groups[n]}{groups.get(u) or ''}" for n, u in (("n", "u"), ("m", "v")) if groups.get(n)]
    named, start, end = _named(text, found, facets)
    op = Op(bound["op"])
    for facet in [named] if named else _meant(bound, units, texts, facets, words):
        idle = "|".join(map(re.escape, sorted(_idle_units(facet), key=len, reverse=True)))
        plain = [re.sub(idle, "", one) for one in texts] if idle else texts
        constraint = _constraint(facet, op, plain)
        if constraint:
            return _Said(start, end, constraint)
    return None


def _named(text: str, found: re.Match[str], facets: Sequence[Facet]) -> tuple[Facet | None, int, int]:
    """The facet whose name stands beside an amount, and where name and amount begin and end."""
    for facet in facets:
        names = {facet.name.replace("_", " "), *(name for names in facet.names.values() for name in names)}
        either = "|".join(
            re.escape(simplified(name.lower())) for name in sorted(names, key=lambda one: (-len(one), one))
        )
        before = re.search(rf"{_bounded(f'(?:{either})')}{_BETWEEN}$", text[: found.start()])
        after = re.match(rf"{_BETWEEN}{_bounded(f'(?:{either})')}", text[found.end() :])
        if before or after:
            start = before.start() if before else found.start()
            return facet, start, found.end() + (after.end() if after and not before else 0)
    return None, *found.span()


def _meant(
    bound: dict[str, Any],
    units: Sequence[str],
    texts: Sequence[str],
    facets: Sequence[Facet],
    words: dict[str, list[Facet]],
) -> list[Facet]:
    """The facets that an amount may be of when none is named: by its unit, by how it is bounded, else the price."""
    if units:
        fitting = [facet for facet in facets if all(facet in words[unit] for unit in units)]
        alone = bound["op"] == Op.EQ
        return fitting if not alone else [one for one in fitting if len(fitting) == 1 and _stated(one)]
    years = all(map(_YEAR.fullmatch, texts))
    if bound.get("named") and not any(one.lstrip()[0] in _CURRENCIES for one in texts):
        return []
    role = FacetRole(bound.get("role", FacetRole.DATE if years and bound["op"] == Op.BETWEEN else FacetRole.PRICE))
    if (role is FacetRole.DATE) != years and "role" in bound:
        return []
    return [facet for facet in facets if facet.role is role and (bound["op"] != Op.EQ or role is FacetRole.DATE)]


def _stated(facet: Facet) -> bool:
    """Whether a bare amount in its unit says what it is: 16 GB, a year; not a price or a number of pieces left."""
    return facet.askable and facet.role in (None, FacetRole.DATE)


def _constraint(facet: Facet, op: Op, texts: Sequence[str]) -> Constraint | None:
    try:
        return build_constraint(facet, op, list(texts)).model_copy(update={"source": Source.USER})
    except FilterError:
        return None


def _units(facet: Facet) -> frozenset[str]:
    return unit_words(facet.unit) | _idle_units(facet)


def _idle_units(facet: Facet) -> frozenset[str]:
    """What people say after a number of a facet that has no such unit: stars of a rating, a currency of a price."""
    if facet.role is FacetRole.RATING:
        return frozenset(_data()["rating_units"])
    return currency_words() if facet.role is FacetRole.PRICE and not facet.unit else frozenset()


def _bounded(pattern: str) -> str:
    """The pattern, not within a longer word of Latin letters or digits."""
    return rf"(?<![{_LATIN}.]){pattern}(?![{_LATIN}])"


@cache
def _pattern(template: str, units: tuple[str, ...]) -> re.Pattern[str]:
    """The template with numbers and units in its places."""
    unit = "|".join(re.escape(one) + rf"(?![{_LATIN}])" * (one[-1] in string.ascii_letters) for one in units)
    for place, number, its_unit in (("{n}", "n", "u"), ("{m}", "m", "v")):
        template = template.replace(place, f"(?P<{number}>{_NUMBER})(?: ?(?P<{its_unit}>{unit}))?")
    return re.compile(_bounded(f"(?:{template.replace('{u}', f'(?P<w>{unit})?')})"))


@cache
def _data() -> dict[str, Any]:
    return yaml.safe_load((files(__package__ or "") / _FILE).read_text(encoding="utf-8"))
