"""The schema of the products of a feed."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ....items import CatalogSchema, Facet, FacetKind, Language
from ....normalize import has_chinese, normalize
from ..inference import infer_facets
from ..rows import SourceRow, SourceTable
from .availability import IN_STOCK, OUT_OF_STOCK
from .facets import KnownFacet, known_facets
from .variants import Variant

_OWN = frozenset({"id", "title", "description", "image"})
_TELLING = frozenset({"brand", "category", "gtin", "mpn", "sku", "price", "in_stock"})
"""Facets worth having even when all products share one value."""
_MOST_BELOW = 12
_PARTS = re.compile(r"\s*[&,/]\s*|\s+and\s+|[、和与及]")


def describe(
    table: SourceTable, variants: Sequence[Variant], name: str, currency: str
) -> tuple[SourceTable, CatalogSchema]:
    """The table with single values where no product has several, and the schema of its columns."""
    several = _several(table.rows)
    known = {facet.name: facet for facet in known_facets()}
    names = {facet: own for variant in variants for facet, own in variant.option_names.items()}
    told = [one for one in (*known, *names) if one in several and (one in _TELLING or _tells(table.rows, one))]
    facets = [_facet(known.get(one), one, several[one], names, currency, table.rows) for one in dict.fromkeys(told)]
    facets += _other_currencies(several)
    described = {facet.name for facet in facets} | set(known) | _OWN
    single = SourceTable(table.file, tuple(_flat(row, several) for row in table.rows), table.problems)
    facets += infer_facets(single, described)
    language: Language = "zh" if _mostly_chinese(table.rows) else "en"
    text = ("description",) if "description" in several else ()
    image = "image" if "image" in several else ""
    schema = CatalogSchema(
        name=name,
        text=text,
        image=image,
        language=language,
        noun={"en": "product", "zh": "商品"},
        facets=tuple(facets),
    )
    return single, schema


def _several(rows: Iterable[SourceRow]) -> dict[str, bool]:
    """Every column, and whether some product has several values in it."""
    found: defaultdict[str, bool] = defaultdict(bool)
    for row in rows:
        for name, value in _values(row).items():
            found[name] |= isinstance(value, tuple) and len(value) > 1
    return dict(found)


def _tells(rows: Sequence[SourceRow], facet: str) -> bool:
    """Whether a facet tells any two products apart, and more than whether they are in stock."""
    held = {_values(row).get(facet) for row in rows}
    states = {state for value in held for state in _each(value)}
    return (len(rows) == 1 or len(held) > 1) and not (facet == "availability" and states <= {IN_STOCK, OUT_OF_STOCK})


def _facet(
    known: KnownFacet | None,
    name: str,
    several: bool,
    names: Mapping[str, str],
    currency: str,
    rows: Iterable[SourceRow],
) -> Facet:
    words = FacetKind.MULTI if several else FacetKind.CATEGORICAL
    if known is None:
        language: Language = "zh" if has_chinese(names[name]) else "en"
        return Facet(name=name, kind=words, names={language: (names[name].casefold(),)})
    kind = words if known.kind == "words" else FacetKind(known.kind)
    aliases = _kinds(rows) if name == "category" else {}
    held = {value for row in rows for value in _each(_values(row).get(name)) if isinstance(value, str)}
    aliases |= {value: known.aliases[normalize(value)] for value in held if normalize(value) in known.aliases}
    return known.described(kind, currency, aliases)


def _kinds(rows: Iterable[SourceRow]) -> dict[str, tuple[str, ...]]:
    """Other words for a category: its parts (`Shirts & Tops` are shirts), and the levels that it always lies below."""
    above: dict[str, set[str]] = {}
    for row in rows:
        levels = set(_each(_values(row).get("department")))
        for leaf in _each(_values(row).get("category")):
            above[leaf] = above.get(leaf, levels) & levels
    below = Counter(level for levels in above.values() for level in levels)
    words = {
        leaf: (*(part for part in _PARTS.split(leaf) if part not in ("", leaf)), *sorted(_few(levels, below)))
        for leaf, levels in above.items()
    }
    return {leaf: tuple(dict.fromkeys(said)) for leaf, said in words.items() if said}


def _few(levels: Iterable[str], below: Mapping[str, int]) -> list[str]:
    """Levels with so few categories that they may be named one by one."""
    return [level for level in levels if below[level] <= _MOST_BELOW]


def _other_currencies(columns: Iterable[str]) -> Iterator[Facet]:
    for name in columns:
        code = name.removeprefix("price_").upper()
        if name.startswith("price_") and len(code) == 3:
            words: dict[Language, tuple[str, ...]] = {"en": (f"price in {code}",), "zh": (f"{code}价格",)}
            yield Facet(name=name, kind=FacetKind.NUMERIC, unit=code, names=words, askable=False)


def _flat(row: SourceRow, several: Mapping[str, bool]) -> SourceRow:
    values = _values(row)
    single = {name: value for name, value in values.items() if not isinstance(value, tuple)}
    wordy = {name: value for name, value in values.items() if isinstance(value, tuple)}
    return SourceRow(
        row.number, single | {name: list(value) if several[name] else value[0] for name, value in wordy.items()}
    )


def _mostly_chinese(rows: Sequence[SourceRow]) -> bool:
    return sum(has_chinese(str(_values(row)["title"])) for row in rows) > 0.5 * len(rows)


def _values(row: SourceRow) -> Mapping[str, Any]:
    return row.values if isinstance(row.values, Mapping) else {}


def _each(value: object) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else () if value is None else (value,)
