"""How well a search orders products that people graded: words alone, meaning alone, their plain sum, and ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from ...agent.settings import Settings
from ...tools.catalog import Catalog, SearchRequest
from ...tools.catalog.search.tokenizer import Tokenizer
from ...tools.ranking.metrics import graded_ndcg_of, mean_with_interval, ndcg_of
from ..opened import OpenCatalogs
from .figures import BenchReport, Figure, Options
from .judged import Judgments, judged_folder, open_products, read_judgments
from .probing import hits_of, ours, read_probes, words_alone
from .weighing import cross_validated, learnable

_GRADED, _ALL = 0.88, 0.73
"""What the development queries should reach, over the graded products and over all."""
_METHODS = ("lexical", "dense", "sum", "hybrid")

Order = Callable[[str], Sequence[str]]
Scores = Mapping[str, tuple[float, float]]
"""Method -> NDCG@10 over the graded products, and over all."""


def relevance(options: Options, progress: Callable[[int, int], None]) -> BenchReport:
    """NDCG@10 of each method over graded products and over all (ungraded as 0), and hits of hand-written queries."""
    folder = judged_folder(options.data)
    catalog = open_products(folder, Settings.read().home)
    orders = _orders(catalog)
    figures: list[Figure] = []
    notes = [f"{len(catalog)} products; means over queries with 95% bootstrap intervals, seed {options.seed}"]
    for judged in read_judgments(folder):
        scores = {query: _scores(orders, query, judged) for query in _counted(judged.answerable, progress)}
        figures += _figures(judged, scores)
        notes += _table(judged, scores, _kinds(catalog, judged), options.seed)
        if _is_development(judged):
            figures += _cross_validated(catalog, judged, options.seed)
    return BenchReport("relevance", (*figures, *_probed()), options, tuple(notes))


def _scores(orders: Mapping[str, Order], query: str, judged: Judgments) -> Scores:
    grades = judged.grades[query]
    found = {name: order(query) for name, order in orders.items()}
    return {name: (graded_ndcg_of(order, grades), ndcg_of(order, grades)) for name, order in found.items()}


def _orders(catalog: Catalog) -> dict[str, Order]:
    """Each method as a function from a query to the ids of all products, best first."""
    ids, lexical = [item.id for item in catalog.items()], _bm25(catalog)

    def dense(query: str) -> np.ndarray:
        return catalog.vectors @ catalog.embed_query(query)

    def both(query: str) -> np.ndarray:
        return _to_one(lexical(query)) + _to_one(dense(query))

    def by(scores: Callable[[str], np.ndarray]) -> Order:
        return lambda query: [ids[row] for row in np.argsort(-scores(query), kind="stable")]

    def hybrid(query: str) -> list[str]:
        return [hit.item_id for hit in catalog.search(SearchRequest(query, k=len(catalog))).hits]

    return dict(zip(_METHODS, (by(lexical), by(dense), by(both), hybrid), strict=True))


def _bm25(catalog: Catalog) -> Callable[[str], np.ndarray]:
    """BM25 with its usual parameters over title, text and brand, by the library alone."""
    import bm25s  # noqa: PLC0415

    words = Tokenizer((), chinese=False).words
    index = bm25s.BM25(k1=1.2, b=0.75)
    texts = [f"{item.title} {item.text} {item.facets.get('brand', '')}" for item in catalog.items()]
    index.index(list(map(words, texts)), show_progress=False)
    return lambda query: index.get_scores(words(query))


def _to_one(scores: np.ndarray) -> np.ndarray:
    return scores / max(float(scores.max()), 1e-9)


def _counted(queries: Sequence[str], progress: Callable[[int, int], None]) -> Iterator[str]:
    for number, query in enumerate(queries, start=1):
        progress(number, len(queries))
        yield query


def _is_development(judged: Judgments) -> bool:
    return judged.name.endswith("dev")


def _figures(judged: Judgments, scores: Mapping[str, Scores]) -> list[Figure]:
    figures = [Figure(f"{judged.name}: queries", len(scores))]
    for at, what, bound in ((0, "graded", _GRADED), (1, "all", _ALL)):
        for method in _METHODS:
            mean = float(np.mean([one[method][at] for one in scores.values()]))
            least = bound if _is_development(judged) and method == "hybrid" else None
            figures.append(Figure(f"{judged.name}: NDCG@10 {what}, {method}", mean, at_least=least))
    return figures


def _cross_validated(catalog: Catalog, judged: Judgments, seed: int) -> Iterable[Figure]:
    """What is reached on queries that the weights were not learned on."""
    graded, every = cross_validated(learnable(catalog, judged), seed)
    yield Figure(f"{judged.name}: NDCG@10 graded, hybrid, cross-validated", graded)
    yield Figure(f"{judged.name}: NDCG@10 all, hybrid, cross-validated", every)


def _kinds(catalog: Catalog, judged: Judgments) -> dict[str, str]:
    """Query -> what kind of query the search takes it for, and whether it is of one word."""
    found = {query: catalog.search(SearchRequest(query, k=1)).blend for query in judged.answerable}
    return {
        query: f"{read.kind if read else 'none'} of {'one word' if len(query.split()) == 1 else 'several words'}"
        for query, read in found.items()
    }


def _table(judged: Judgments, scores: Mapping[str, Scores], kinds: Mapping[str, str], seed: int) -> list[str]:
    """A line a method, with intervals, for all queries and for each kind."""
    lines = []
    for kind in ("", *sorted(set(kinds.values()))):
        chosen = [one for query, one in scores.items() if not kind or kinds[query] == kind]
        for method in _METHODS:
            graded, every = (mean_with_interval([one[method][at] for one in chosen], seed) for at in (0, 1))
            what = f"{kind or 'all queries'} ({len(chosen)})"
            lines.append(f"{judged.name}, {what}, {method}: graded {graded}, all {every}")
    return lines


def _probed() -> Iterable[Figure]:
    opened = OpenCatalogs()
    probes = read_probes(opened)
    for group in dict.fromkeys(probe.group for probe in probes):
        chosen = [probe for probe in probes if probe.group == group]
        for who, order in (("ours", ours(opened)), ("words alone", words_alone(opened))):
            hits = hits_of(chosen, order)
            yield Figure(f"{group} ({len(chosen)}): hit@1, {who}", hits.first)
            yield Figure(f"{group} ({len(chosen)}): hit@5, {who}", hits.five)
