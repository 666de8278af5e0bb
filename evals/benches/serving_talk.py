"""What the guests of a server say: sentences with values of the catalog in them, drawn by lot."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.resources import files
from random import Random
from typing import Any

import yaml

from ...tools.catalog import Catalog
from ...tools.items import CatalogSchema, FacetRole, Item

_CHINESE = 0.2
"""Share of the talks."""
_COMMON = 40
"""Of the values of a facet, and of the titles by popularity tenfold: what people name."""
_GAP = re.compile(r"\{(\w+)\}")


def talks_of(catalog: Catalog, count: int, turns: int, seed: int) -> list[list[str]]:
    """So many talks of so many messages each: a need, then what people say to a list."""
    words, draw = _words(catalog.schema, catalog.items()), Random(seed)
    sentences = {language: _sayable(held, words) for language, held in _sentences().items()}
    return [_talk(sentences["zh" if draw.random() < _CHINESE else "en"], words, turns, draw) for _ in range(count)]


def _sentences() -> dict[str, dict[str, list[str]]]:
    return yaml.safe_load((files(__package__ or __name__) / "serving_talk.yaml").read_text(encoding="utf-8"))


def _sayable(held: Mapping[str, Sequence[str]], words: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Those whose gaps can be filled from this catalog."""
    return {place: [one for one in said if all(map(words.get, _GAP.findall(one)))] for place, said in held.items()}


def _talk(said: Mapping[str, Sequence[str]], words: Mapping[str, Sequence[str]], turns: int, draw: Random) -> list[str]:
    then = [draw.choice(said["then"]) for _ in range(turns - 1)]
    return [_GAP.sub(lambda gap: draw.choice(words[gap[1]]), one) for one in (draw.choice(said["first"]), *then)]


def _words(schema: CatalogSchema, items: Sequence[Item]) -> dict[str, list[str]]:
    """What stands for each gap; none for what the catalog does not have."""
    popularity = schema.by_role(FacetRole.POPULARITY)
    known = sorted(items, key=lambda item: -_number(item, popularity.name if popularity else ""))
    years = [int(_number(item, facet.name)) for facet in [schema.by_role(FacetRole.DATE)] if facet for item in items]
    return {
        "noun": [schema.noun.get("en", "item")],
        "title": [item.title for item in known[: 10 * _COMMON]],
        "category": _values(schema, FacetRole.CATEGORY, items),
        "creator": _values(schema, FacetRole.CREATOR, items),
        "decade": [str(year) for year in sorted({year // 10 * 10 for year in years if year >= 1950})],
    }


def _values(schema: CatalogSchema, role: FacetRole, items: Sequence[Item]) -> list[str]:
    """The most frequent ones."""
    facet = schema.by_role(role)
    if facet is None:
        return []
    counts = Counter(value for item in items for value in _many(item.facets.get(facet.name)))
    return [value for value, _ in counts.most_common(_COMMON)]


def _many(value: Any) -> Sequence[str]:
    return value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()


def _number(item: Item, facet: str) -> float:
    value = item.facets.get(facet)
    return float(value) if isinstance(value, (int, float)) else 0.0
