"""How long a ranking takes: 200 candidates with every part on one thread, by part, and again after one more like."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from time import perf_counter, thread_time

import numpy as np

from ...tools.catalog import Catalog, SearchRequest
from ...tools.constraints import Constraint, Op
from ...tools.items import FacetKind
from ...tools.profile.model import Preference
from ...tools.ranking import Mixture, RankingContext, Signal, build_ranker
from ...tools.ranking.evidence import evidence_of
from ...tools.single_thread import one_thread
from ..opened import OpenCatalogs
from .figures import BenchReport, Figure, Options, percentile

_CATALOG = "books"
_CONTEXTS, _CANDIDATES, _EARLIER, _NOW = 200, 200, 20, 2
_WARM = 5
_TIME = datetime(2026, 1, 1, tzinfo=UTC)


def scoring(options: Options, progress: Callable[[int, int], None]) -> BenchReport:
    """`count` people, each with a search, a history and wishes drawn from the catalog; `data` may hold a ranker."""
    name, count = (options.catalogs or (_CATALOG,))[0], options.count or _CONTEXTS
    catalog = OpenCatalogs().catalog(name)
    start = perf_counter()
    ranker = build_ranker(catalog, model=options.data)
    built = perf_counter() - start
    random = np.random.default_rng(options.seed)
    people = [_person(catalog, random) for _ in range(count)]
    asked = [(one, _candidates(one, catalog)) for one in people]
    with one_thread():
        figures = tuple(_figures(ranker, catalog, asked, random, progress))
    notes = (
        f"{name}, {len(catalog)} items; {_CANDIDATES} candidates; a history of {_EARLIER} items, {_NOW} of this "
        "conversation, one asked for, two preferences, a wish",
    )
    return BenchReport("scoring", (Figure("building the ranker", built, "s"), *figures), options, notes)


_Asked = list[tuple[RankingContext, list[str]]]


def _figures(
    ranker: Mixture, catalog: Catalog, asked: _Asked, random: np.random.Generator, progress: Callable[[int, int], None]
) -> Iterator[Figure]:
    told = [(_liking(context, catalog, random), candidates) for context, candidates in asked]
    _taken(ranker.score, asked[:_WARM])
    yield from _latency("all parts", _taken(ranker.score, asked), at_most=3)
    yield Figure(
        "all parts, time on the processor p50", percentile(_taken(ranker.score, asked, thread_time), 0.5), "ms"
    )
    yield from _latency("one more like", _once_more(ranker, asked, told), at_most=2)
    once_more = _once_more(ranker, asked, told, thread_time)
    yield Figure("one more like, time on the processor p50", percentile(once_more, 0.5), "ms")
    for done, part in enumerate(ranker.parts, start=1):
        yield from _latency(part.name, _taken(part.score, asked))
        progress(done, len(ranker.parts))
    yield from _latency("why the first five", _taken(lambda context, ids: evidence_of(ranker, context, ids[:5]), asked))
    yield from _latency("floor: a dot product of the vectors", _taken(_Floor(catalog, asked), asked))


class _Floor:
    """What no ranking is faster than: each candidate's vector with one other, looked up beforehand."""

    def __init__(self, catalog: Catalog, asked: _Asked) -> None:
        self._vectors = {id(ids): catalog.vector_of(ids) for _, ids in asked}

    def __call__(self, context: RankingContext, ids: list[str]) -> object:  # noqa: ARG002 - knows nobody
        vectors = self._vectors[id(ids)]
        return vectors @ vectors[0]


def _taken(
    run: Callable[[RankingContext, list[str]], object], asked: _Asked, clock: Callable[[], float] = perf_counter
) -> list[float]:
    """Milliseconds of each."""
    found: list[float] = []
    for context, candidates in asked:
        start = clock()
        run(context, candidates)
        found.append((clock() - start) * 1000)
    return found


def _once_more(ranker: Mixture, asked: _Asked, told: _Asked, clock: Callable[[], float] = perf_counter) -> list[float]:
    """Milliseconds of each ranking that follows that of the same conversation before one more like."""
    found: list[float] = []
    for before, after in zip(asked, told, strict=True):
        ranker.score(*before)
        found += _taken(ranker.score, [after], clock)
    return found


def _latency(name: str, taken: list[float], at_most: float | None = None) -> Iterator[Figure]:
    yield Figure(f"{name} p50", percentile(taken, 0.5), "ms", at_most=at_most)
    yield Figure(f"{name} p95", percentile(taken, 0.95), "ms")


def _person(catalog: Catalog, random: np.random.Generator) -> RankingContext:
    """Searches by the words of a title, and has said something to every part."""
    items = catalog.items()
    drawn = [items[row] for row in random.choice(len(items), _EARLIER + _NOW + 2, replace=False)]
    found = catalog.search(SearchRequest(drawn[0].title, k=_CANDIDATES))
    earlier = [Signal(one.id, 1.0 if place % 5 else -1.0, 5.0 + place) for place, one in enumerate(drawn[2:-_NOW])]
    values = [_value(catalog, one.facets, random) for one in drawn[:3]]
    return RankingContext(
        query_vector=found.query_vector,
        retrieval={hit.item_id: hit.score for hit in found.hits},
        history=[*reversed(earlier), *(Signal(one.id, 1.0) for one in drawn[-_NOW:])],
        preferences=[
            Preference(facet=facet, value=value, weight=0.8, time=_TIME, catalog=catalog.name)
            for facet, value in filter(None, values[:2])
        ],
        soft=[Constraint(facet=facet, op=Op.EQ, value=value, hard=False) for facet, value in filter(None, values[2:])],
        similar_to=[drawn[1].id],
    )


def _value(catalog: Catalog, facets: object, random: np.random.Generator) -> tuple[str, str] | None:
    """A facet of words that the item has, and one of its values."""
    assert isinstance(facets, dict)
    worded = [one.name for one in catalog.schema.facets if one.kind in (FacetKind.CATEGORICAL, FacetKind.MULTI)]
    known = [name for name in worded if facets.get(name)]
    if not known:
        return None
    name = known[int(random.integers(len(known)))]
    value = facets[name]
    return name, str(value[0] if isinstance(value, tuple) else value)


def _candidates(context: RankingContext, catalog: Catalog) -> list[str]:
    """What the search found, filled up with the first items of the catalog."""
    found = dict.fromkeys([*context.retrieval, *(item.id for item in catalog.items()[:_CANDIDATES])])
    return list(found)[:_CANDIDATES]


def _liking(context: RankingContext, catalog: Catalog, random: np.random.Generator) -> RankingContext:
    """One more like of an item that nothing was said of before."""
    drawn = catalog.items()[int(random.integers(len(catalog)))].id
    return replace(context, history=[*context.history, Signal(drawn, 1.0)])
