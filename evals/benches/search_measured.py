"""How long each way of searching takes for the same queries and filters, and what share of the best it finds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from time import perf_counter, thread_time

import numpy as np

from ...tools.catalog.search.engine import SearchEngine, SearchRequest
from ...tools.catalog.search.hybrid import Hybrid
from ...tools.catalog.search.planner import Limits, Strategy
from ...tools.catalog.search.settling import Cosines
from ...tools.catalog.search.vectors import Vectors, dots
from ...tools.constraints import Constraint, Op
from .search_data import DRAW
from .search_rivals import RawChroma, scan

Embed = Callable[[str], np.ndarray]
"""Text -> unit vector (d,); what it was asked before it gives at once."""
SHARES = (1.0, 0.5, 0.01, 0.0001)
"""Selectivities: the share of the items that meet the filter."""
_K = 10
_REPEATS = 3
_RIVAL_QUERIES = 12
_CROSSING_REPEATS = 20


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
    """Milliseconds of every search with one filter, and recall@10 of every query."""

    filter: str
    taken: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    """The same without the time that the thread waited for a processor."""
    recall: list[float] = field(default_factory=list)

    def time(self, run: Callable[[], object]) -> None:
        """Runs it and notes how long that took."""
        start, worked = perf_counter(), thread_time()
        run()
        self.taken.append((perf_counter() - start) * 1000)
        self.worked.append((thread_time() - worked) * 1000)


@dataclass(frozen=True, slots=True)
class Measured:
    """The three ways with one filter, asked by turns, so that whatever else the machine does slows them alike."""

    ours: Timed
    scan: Timed
    chroma: Timed | None


def ask(about: Field, share: float, chroma: RawChroma | None) -> Measured:
    """Every query with the filter that leaves a share of the items; Chroma is asked some of them once."""
    said, below = f"{share * 100:g}%", (Constraint(facet=DRAW, op=Op.LT, value=share),)
    measured = Measured(Timed(said), Timed(said), Timed(said) if chroma else None)
    fits = about.draws < share
    rows = np.flatnonzero(fits)
    for number, text in enumerate(about.queries):
        request, vector = SearchRequest(text, below, k=_K), about.embed(text)
        found = [int(hit.item_id) for hit in about.engine.search(request).hits]
        measured.ours.recall.append(_recall(found, _all_scored(about, text, rows)))
        best = scan(about.vectors, vector, fits, _K).tolist()
        for _ in range(_REPEATS):
            measured.ours.time(lambda one=request: about.engine.search(one))
        for _ in range(_REPEATS):
            measured.scan.time(lambda one=vector: scan(about.vectors, one, fits, _K))
        if chroma and measured.chroma and number < _RIVAL_QUERIES:
            measured.chroma.recall.append(_recall(chroma.query(vector, share, _K), best))
            measured.chroma.time(lambda one=vector: chroma.query(one, share, _K))
    return measured


def ask_unfiltered(about: Field, chroma: RawChroma) -> Timed:
    """Chroma without a filter."""
    timed, everything = Timed("unfiltered"), np.ones(len(about.vectors), dtype=bool)
    for text in about.queries[:_RIVAL_QUERIES]:
        vector = about.embed(text)
        timed.recall.append(
            _recall(chroma.query(vector, None, _K), scan(about.vectors, vector, everything, _K).tolist())
        )
        timed.time(lambda one=vector: chroma.query(one, None, _K))
    return timed


def crossings(vectors: np.ndarray, rng: np.random.Generator) -> Iterator[tuple[str, Timed]]:
    """Both sides of every limit of the planner, as (what, times): comparing alone, on rows at random."""
    held, query, size = Vectors(vectors), vectors[0], len(vectors)
    gathered = Limits().gathered // (4 * vectors.shape[1])
    for strategy, count in (
        *((strategy, gathered) for strategy in (Strategy.GATHER, Strategy.CODES)),
        *((strategy, round(Limits().share * size)) for strategy in (Strategy.CODES, Strategy.SCAN)),
    ):
        timed, rows = Timed(""), np.sort(rng.choice(size, min(count, size), replace=False))
        Cosines(held, query, rows, strategy)
        for _ in range(_CROSSING_REPEATS):
            timed.time(lambda rows=rows, strategy=strategy: Cosines(held, query, rows, strategy))
        yield f"{strategy} of {len(rows):,} vectors", timed


def precisions(vectors: np.ndarray) -> Iterator[tuple[str, Timed]]:
    """The products of a vector with all others in three precisions, as (precision, times)."""
    codes = Vectors(vectors).codes.values
    for name, rows in (("float32", vectors), ("float16", vectors.astype(np.float16)), ("8-bit", codes)):
        timed = Timed("")
        for _ in range(_CROSSING_REPEATS):
            timed.time(lambda rows=rows: dots(rows[0], rows))
        yield f"{name} products of all", timed


def _all_scored(about: Field, text: str, rows: np.ndarray) -> list[int]:
    """The best rows when every fitting one is compared, by numpy, and scored."""
    query = about.hybrid.look_up(text, rows)
    if query is None or not len(rows):
        return []
    cosines = (about.vectors @ query.vector)[rows].astype(np.float64)
    scores = reduce(np.add, about.hybrid.parts(query, cosines, rows).values())
    return rows[np.argsort(-scores, kind="stable")[:_K]].tolist()


def _recall(found: Iterable[int], best: Collection[int]) -> float:
    return len(set(found) & set(best)) / len(best) if len(best) else 1.0
