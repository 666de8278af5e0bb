"""Hybrid search over one state of a catalog: filters first, then meaning, words, likeness and popularity, added up.

A `SearchEngine` is immutable; a changed catalog builds another. Scores are sums of named parts, so that a result can
say where it comes from:

    dense       cosine of query and item            similar     cosine of the given items' mean and the item
    lexical     BM25 of the query's words           shared      facet values in common with the given items
    title       the query is, or resembles, a title popularity  rating and popularity
    value       the query is a value of a facet: an author, a brand, a genre
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...constraints.model import Constraint
from ...errors import ToolInputError, UnknownItemError
from ...items import CatalogSchema, Item
from .columns import Columns
from .diversity import diversified
from .fusion import best_first, relative, share_of_best
from .hybrid import Hybrid
from .prior import prior
from .similar import centre, shared_facets
from .wordtable import WordTable, build_table

_SIMILAR, _SHARED = 0.7, 0.3
_POPULARITY = 0.05
"""Beside a query, popularity only settles near ties."""
_FEW_ROWS = 0.3
"""Below this share of the catalog it is faster to gather the fitting vectors than to score all."""
_POOL, _POOL_PER_RESULT = 50, 5


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What to look for. Hard constraints exclude, soft ones are left to the ranker."""

    query: str = ""
    constraints: tuple[Constraint, ...] = ()
    similar_to: tuple[str, ...] = ()
    """Ids of items to find more of; they are never among the results."""
    exclude: frozenset[str] = frozenset()
    k: int = 20
    diversity: float = 0.0
    """From 0, the best scores, to 1, results as unlike each other as possible."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One result: its score is the sum of its parts."""

    item_id: str
    score: float
    parts: dict[str, float]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, best first. `fitting` items meet the constraints and are neither excluded nor given."""

    hits: tuple[Hit, ...]
    fitting: int
    query_vector: np.ndarray | None
    """Unit vector (d,) of the query; None when there is nothing to search by."""


class SearchEngine:
    """Search over the items of one catalog state. All methods are pure."""

    def __init__(
        self,
        items: Sequence[Item],
        columns: Columns,
        table: WordTable,
        vectors: np.ndarray,
        schema: CatalogSchema,
        embed_query: Callable[[str], np.ndarray],
    ) -> None:
        self.columns = columns
        self._ids = tuple(item.id for item in items)
        self._rows = {item_id: row for row, item_id in enumerate(self._ids)}
        self._vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        self._hybrid = Hybrid([item.title for item in items], columns, table, schema, embed_query)
        self.prior = prior(self.columns, schema)

    @classmethod
    def build(
        cls,
        items: Sequence[Item],
        texts: Sequence[str],
        vectors: np.ndarray,
        schema: CatalogSchema,
        embed_query: Callable[[str], np.ndarray],
    ) -> SearchEngine:
        """An engine over n items: `texts` (n,) are what was embedded, `vectors` (n, d) unit rows in the same order.

        `embed_query` maps a text to a unit vector (d,). Raises ValueError when the lengths differ.
        """
        if not len(items) == len(texts) == len(vectors):
            raise ValueError(f"{len(items)} items, {len(texts)} texts and {len(vectors)} vectors do not go together")
        table = build_table(items, texts, schema)
        return cls(items, Columns.build(items, schema), table, vectors, schema, embed_query)

    def warm(self) -> None:
        """Loads what the first search of some kind would load."""
        self._hybrid.warm()

    def search(self, request: SearchRequest) -> SearchResult:
        """The k best items that meet every hard constraint, exactly k of them whenever as many fit.

        Raises ToolInputError for k below 1 or a diversity outside [0, 1], UnknownItemError for an unknown id in
        `similar_to`, FilterError for an unknown facet.
        """
        _check(request)
        given = np.array([self._row(item_id) for item_id in request.similar_to], dtype=int)
        rows = self._fitting(request, given)
        query = self._hybrid.look_up(request.query, rows)
        vector = query.vector if query else None
        if not len(rows):
            return SearchResult((), 0, vector)
        parts: dict[str, np.ndarray] = {}
        if query:
            parts |= self._hybrid.parts(query, self._cosine(query.vector, rows), rows)
        if len(given):
            parts |= self._similar_parts(given, rows)
        parts |= self._popularity_part(rows, _POPULARITY if parts else 1.0)
        order = self._order(sum(parts.values(), np.zeros(len(rows))), rows, request)
        return SearchResult(
            self._hits(rows[order], {name: part[order] for name, part in parts.items()}), len(rows), vector
        )

    def _row(self, item_id: str) -> int:
        if item_id not in self._rows:
            raise UnknownItemError(f"There is no item {item_id!r} in the catalog.", cure="Use an id from a search.")
        return self._rows[item_id]

    def _fitting(self, request: SearchRequest, given: np.ndarray) -> np.ndarray:
        mask = self.columns.mask(request.constraints)
        mask[given] = False
        mask[[self._rows[item_id] for item_id in request.exclude if item_id in self._rows]] = False
        return np.flatnonzero(mask)

    def _popularity_part(self, rows: np.ndarray, weight: float) -> dict[str, np.ndarray]:
        return {"popularity": weight * self.prior[rows]} if self.prior.any() else {}

    def _similar_parts(self, given: np.ndarray, rows: np.ndarray) -> dict[str, np.ndarray]:
        cosine = self._cosine(centre(self._vectors[given]), rows)
        shared = shared_facets(self.columns, given)[rows]
        return {"similar": _SIMILAR * relative(cosine), "shared": _SHARED * share_of_best(shared)}

    def _cosine(self, vector: np.ndarray, rows: np.ndarray) -> np.ndarray:
        few = len(rows) < _FEW_ROWS * len(self._ids)
        scores = self._vectors[rows] @ vector if few else (self._vectors @ vector)[rows]
        return scores.astype(np.float64)

    def _order(self, scores: np.ndarray, rows: np.ndarray, request: SearchRequest) -> np.ndarray:
        """Positions of the results within `rows`, best first; ties go to the earlier row."""
        if not request.diversity:
            return best_first(scores, request.k)
        pool = best_first(scores, max(_POOL, _POOL_PER_RESULT * request.k))
        return pool[diversified(scores[pool], self._vectors[rows[pool]], request.k, request.diversity)]

    def _hits(self, rows: np.ndarray, parts: Mapping[str, np.ndarray]) -> tuple[Hit, ...]:
        """Hits on m rows, with those of the parts, each of shape (m,), that are not 0."""
        matrix = np.array(list(parts.values())).reshape(len(parts), len(rows)).T
        named = [{name: share for name, share in zip(parts, row, strict=True) if share} for row in matrix.tolist()]
        return tuple(Hit(self._ids[row], sum(one.values()), one) for row, one in zip(rows.tolist(), named, strict=True))


def _check(request: SearchRequest) -> None:
    if request.k < 1:
        raise ToolInputError(f"k is {request.k}.", cure="Ask for at least 1 result.")
    if not 0.0 <= request.diversity <= 1.0:
        raise ToolInputError(f"The diversity is {request.diversity}.", cure="Give a number from 0 to 1.")
