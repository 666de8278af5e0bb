"""Hand-written queries on the catalogs that ship: across languages, misspelt, or in sentences; hits beside a floor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import yaml

from ...tools.catalog import Catalog, SearchRequest
from ...tools.constraints import parse_filter
from ..opened import OpenCatalogs

_DEPTH = 5


@dataclass(frozen=True, slots=True)
class Probe:
    """One query, and the ids of the items that answer it."""

    group: str
    catalog: str
    say: str
    answers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Hits:
    """Share of some probes answered by the first result, and by one of the first five."""

    first: float
    five: float


def read_probes(opened: OpenCatalogs) -> list[Probe]:
    """All probes. Raises FilterError or ValueError for one that no item answers: the file is wrong then."""
    written: dict[str, dict[str, list[dict[str, Any]]]] = yaml.safe_load(_text())
    return [
        Probe(group, name, str(one["say"]), _answers(one, opened.catalog(name)))
        for group, catalogs in written.items()
        for name, probes in catalogs.items()
        for one in probes
    ]


def hits_of(probes: list[Probe], order: Callable[[Probe], list[str]]) -> Hits:
    """Hits of orders of item ids, best first."""
    found = np.array([_hit(order(probe), probe.answers) for probe in probes], dtype=float).reshape(-1, 2)
    return Hits(*found.mean(axis=0).tolist())


def ours(opened: OpenCatalogs) -> Callable[[Probe], list[str]]:
    """The order of a search."""
    return lambda probe: [hit.item_id for hit in _search(opened.catalog(probe.catalog), probe.say, _DEPTH)]


def words_alone(opened: OpenCatalogs) -> Callable[[Probe], list[str]]:
    """The floor: only items that have a word of the query, in the order of their lexical score."""

    def order(probe: Probe) -> list[str]:
        catalog = opened.catalog(probe.catalog)
        worded = [hit for hit in _search(catalog, probe.say, len(catalog)) if hit.parts.get("lexical")]
        return [hit.item_id for hit in sorted(worded, key=lambda hit: -hit.parts["lexical"])[:_DEPTH]]

    return order


def _search(catalog: Catalog, say: str, k: int) -> Iterator[Any]:
    return iter(catalog.search(SearchRequest(say, k=k)).hits)


def _hit(order: list[str], answers: frozenset[str]) -> tuple[bool, bool]:
    return bool(order[:1]) and order[0] in answers, bool(answers & set(order[:_DEPTH]))


def _answers(probe: dict[str, Any], catalog: Catalog) -> frozenset[str]:
    if "where" in probe:
        mask = catalog.mask(parse_filter(probe["where"], catalog.schema))
        found = frozenset(item.id for item, fits in zip(catalog.items(), mask, strict=True) if fits)
    else:
        found = frozenset(item.id for item in catalog.items() if item.title in probe["title"])
    if not found:
        raise ValueError(f"no item of {catalog.name} answers {probe['say']!r}")
    return found


@cache
def _text() -> str:
    return (files(__package__ or "") / "probes.yaml").read_text(encoding="utf-8")
