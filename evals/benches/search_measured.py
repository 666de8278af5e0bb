"""How long each way of searching takes for the same queries and filters, and what share of the best it finds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import reduce
from time import perf_counter

import numpy as np

from ...tools.catalog.search.engine import SearchEngine, SearchRequest
from ...tools.catalog.search.hybrid import Hybrid
from ...tools.constraints import Constraint, Op
from .search_data import DRAW
from .search_rivals import RawChroma, scan

Embed = Callable[[str], np.ndarray]
"""Text -> unit vector (d,); what it was asked before it gives at once."""
SHARES = (1.0, 0.5, 0.01, 0.0001)
"""Selectivities: the share of the items that meet the filter."""
_K = 10
_REPEATS = 5
_RIVAL_QUERIES = 12


@dataclass(frozen=True, slots=True)
class Field:
    """A catalog to search, by each of the ways."""

    name: str
    vectors: np.ndarray
    draws: np.ndarray
    engine: SearchEngine
    hybrid: Hybrid
    """As the engine has it, to score every item with."""
    queries: tuple[str, ...]
    embed: Embed


@dataclass(frozen=True, slots=True)
class Timed:
    """Milliseconds of every search with one filter, and recall@10 of every query where it was measured."""

    filter: str
    taken: list[float]
    recall: list[float]


def ask_engine(field: Field, share: float) -> Timed:
    """Every query a few times, after a first time that is not counted."""
    below = (Constraint(facet=DRAW, op=Op.LT, value=share),)
    requests = [SearchRequest(text, below, k=_K) for text in field.queries]
    found = [[int(hit.item_id) for hit in field.engine.search(request).hits] for request in requests]
    taken = [_timed(lambda one=one: field.engine.search(one)) for _ in range(_REPEATS) for one in requests]
    rows = np.flatnonzero(field.draws < share)
    recall = [_recall(got, _all_scored(field, text, rows)) for text, got in zip(field.queries, found, strict=True)]
    return Timed(_said(share), taken, recall)


def ask_numpy(field: Field, share: float) -> Timed:
    """The floor: no words, no ranking by anything else."""
    fits = field.draws < share
    vectors = [field.embed(text) for text in field.queries]
    return Timed(_said(share), [_timed(lambda one=one: scan(field.vectors, one, fits, _K)) for one in vectors], [])


def ask_chroma(field: Field, share: float | None, chroma: RawChroma) -> Timed:
    """The first queries; without a filter when there is no share."""
    fits = field.draws < (1.0 if share is None else share)
    vectors = [field.embed(text) for text in field.queries[:_RIVAL_QUERIES]]
    chroma.query(vectors[0], share, _K)
    taken = [_timed(lambda one=one: chroma.query(one, share, _K)) for one in vectors]
    wanted = [scan(field.vectors, one, fits, _K).tolist() for one in vectors]
    recall = [_recall(chroma.query(one, share, _K), best) for one, best in zip(vectors, wanted, strict=True)]
    return Timed("unfiltered" if share is None else _said(share), taken, recall)


def _all_scored(field: Field, text: str, rows: np.ndarray) -> list[int]:
    """The best rows when every fitting one is compared and scored."""
    query = field.hybrid.look_up(text, rows)
    if query is None or not len(rows):
        return []
    cosines = field.vectors[rows].astype(np.float64) @ query.vector.astype(np.float64)
    scores = reduce(np.add, field.hybrid.parts(query, cosines, rows).values())
    return rows[np.argsort(-scores, kind="stable")[:_K]].tolist()


def _recall(found: Iterable[int], best: Collection[int]) -> float:
    return len(set(found) & set(best)) / len(best) if len(best) else 1.0


def _said(share: float) -> str:
    return f"{share * 100:g}%"


def _timed(run: Callable[[], object]) -> float:
    start = perf_counter()
    run()
    return (perf_counter() - start) * 1000
