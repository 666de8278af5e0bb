"""How well a search orders products that people graded: words alone, meaning alone, their plain sum, and ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from ...agent.settings import Settings
from ...tools.catalog import Catalog, SearchRequest
from ...tools.catalog.search.tokenizer import Tokenizer
from .figures import BenchReport, Figure, Options
from .judged import Judgments, judged_folder, open_products, read_judgments
from .ndcg import graded_ndcg, mean_with_interval, ndcg

_GRADED, _ALL = 0.88, 0.73
"""What the development queries should reach, over the graded products and over all."""
_METHODS = ("lexical", "dense", "sum", "hybrid")

Order = Callable[[str], Sequence[str]]


def relevance(options: Options, progress: Callable[[int, int], None]) -> BenchReport:
    """NDCG@10 of each method over all products (ungraded as 0) and over the graded ones only."""
    folder = judged_folder(options.data)
    catalog = open_products(folder, Settings.read().home)
    orders = _orders(catalog)
    figures: list[Figure] = []
    notes = [f"{len(catalog)} products; means over queries with 95% bootstrap intervals"]
    for judged in read_judgments(folder):
        scores = {query: _scores(orders, query, judged) for query in _counted(judged.answerable, progress)}
        figures += _figures(judged, scores)
        notes += _table(judged, scores, options.seed)
    return BenchReport("relevance", tuple(figures), options, tuple(notes))


Scores = Mapping[str, tuple[float, float]]
"""Method -> NDCG@10 over all products, and over the graded ones."""


def _scores(orders: Mapping[str, Order], query: str, judged: Judgments) -> Scores:
    grades = judged.grades[query]
    found = {name: order(query) for name, order in orders.items()}
    return {name: (ndcg(order, grades), graded_ndcg(order, grades)) for name, order in found.items()}


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


def _figures(judged: Judgments, scores: Mapping[str, Scores]) -> list[Figure]:
    development = judged.name.endswith("dev")
    figures = [Figure(f"{judged.name}: queries", len(scores))]
    for at, what, bound in ((1, "graded", _GRADED), (0, "all", _ALL)):
        for method in _METHODS:
            mean = float(np.mean([one[method][at] for one in scores.values()]))
            least = bound if development and method == "hybrid" else None
            figures.append(Figure(f"{judged.name}: NDCG@10 {what}, {method}", mean, at_least=least))
    return figures


def _table(judged: Judgments, scores: Mapping[str, Scores], seed: int) -> list[str]:
    """A line a method, with intervals."""
    lines = []
    for method in _METHODS:
        graded, every = ([one[method][at] for one in scores.values()] for at in (1, 0))
        spread = mean_with_interval(graded, seed), mean_with_interval(every, seed)
        lines.append(f"{judged.name}, {method}: graded {spread[0]}, all {spread[1]}")
    return lines
