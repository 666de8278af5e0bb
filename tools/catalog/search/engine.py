"""Hybrid search over one state of a catalog: filters first, then meaning, words, likeness and popularity, added up.

A `SearchEngine` is immutable; a changed catalog builds another. Scores are sums of named parts, so that a result can
say where it comes from:

    dense       cosine of query and item            similar     cosine of the given items' mean and the item
    lexical     BM25 of the query's words           shared      facet values in common with the given items
    title       the query is, or resembles, a title popularity  rating and popularity
    value       the query is a value of a facet: an author, a brand, a genre
    code        the query has its model number or identifier
    accessory   below 0: the query's words say only what the item is for
    image       likeness of the picture searched with and the item's
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from ...constraints.model import Constraint
from ...errors import IndexStateError, ToolInputError, UnknownItemError
from ...items import CatalogSchema, Item
from ..pictures.gallery import PictureVectors
from .blend import Blend, Weights
from .columns import Columns
from .diversity import diversified
from .fusion import best_first, relative, share_of_best
from .hybrid import Hybrid, Query
from .planner import Held, Limits, Plan, choose, fetched, without_store
from .prior import prior
from .rows import taken
from .settling import Cosines, Parts, settled
from .similar import centre, shared_facets
from .vectors import Vectors
from .wordtable import WordTable, build_table

Nearest = Callable[[np.ndarray, int, tuple[Constraint, ...]], Sequence[str]]
"""A store's approximate search: (unit vector (d,), count, constraints) -> ids, nearest first.

It applies the constraints that it can; fewer ids, ids that do not meet them and ids that are gone do no harm.
"""

_SIMILAR, _SHARED = 0.7, 0.3
_POPULARITY = 0.05
"""Beside a query, popularity only settles near ties."""
_IMAGE = 1.5
"""Chosen on photographs with a few words, those for development of `recommender bench images`."""
_FEW_ROWS = 0.3
"""Below this share of the catalog it is faster to gather the vectors of the fitting pictures than to compare all."""
_WORDED = 200
"""Beside a store's neighbours, as many items as this by their words."""
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
    picture: np.ndarray | None = None
    """Unit vector (p,) of a picture, to find items that look like it: `Catalog.read_picture` makes one."""


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
    plan: Plan
    blend: Blend | None = None
    """How the words and the meaning of the query were weighed, and why; None without a query."""


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
        *,
        nearest: Nearest | None = None,
        served: bool = False,
        pictures: Callable[[], PictureVectors] | None = None,
        limits: Limits | None = None,
    ) -> None:
        """`nearest` asks the store, which is a server if `served`, when there are too many vectors to read.

        `pictures` gives the vectors of the items' pictures, made when they are first needed.
        """
        self.columns = columns
        self._schema = schema
        self._ids = tuple(item.id for item in items)
        self._rows = {item_id: row for row, item_id in enumerate(self._ids)}
        self._vectors = Vectors(vectors)
        self._nearest = nearest
        self._pictures = pictures
        rows, dimension = self._vectors.rows.shape
        self._held = Held(rows, dimension, nearest is not None, served, limits or Limits())
        self._hybrid = Hybrid([item.title for item in items], columns, table, schema, embed_query, self._vectors.rows)
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

    def with_columns(self, columns: Columns) -> SearchEngine:
        """The same items, words and vectors with other facet values: what a change of price or stock needs."""
        other = copy(self)
        other.columns = columns
        other.prior = prior(columns, self._schema)
        other._hybrid = self._hybrid.with_columns(columns)
        return other

    def weighing(self, weights: Weights) -> SearchEngine:
        """The same with other weights than the learned ones."""
        other = copy(self)
        other._hybrid = self._hybrid.weighing(weights)
        return other

    def has_title(self, text: str) -> bool:
        """Whether a text is the title of an item."""
        return self._hybrid.has_title(text)

    def warm(self) -> None:
        """Loads or makes what the first search of some kind would."""
        self._hybrid.warm()
        if choose(self._held, self._held.rows, compares=True).coded:
            self._vectors.warm()

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
        targets = self._targets(vector, given)
        plan = self._plan(request, len(rows), compares=bool(targets))
        if not len(rows):
            return SearchResult((), 0, vector, plan, query.blend if query else None)
        if not plan.exact:
            plan, rows, query = self._narrowed(request, plan, rows, query, targets)
        cosines = {part: Cosines(self._vectors, one, rows, plan.strategy) for part, one in targets.items()}
        parts = self._parts(query, given, cosines, rows) | self._looks(request.picture, rows)
        parts["popularity"] = (_POPULARITY if parts else 1.0) * taken(self.prior, rows)
        able, parts = settled(parts, cosines, _pool(request))
        plan = replace(plan, compared=len(able) if plan.coded else len(rows) * bool(cosines))
        rows = rows[able]
        order = self._order(reduce(np.add, parts.values()), rows, request)
        hits = self._hits(rows[order], {name: part[order] for name, part in parts.items()})
        blended = query.blend if query else None
        return SearchResult(hits, plan.fitting, vector, plan, blended)

    def _plan(self, request: SearchRequest, fitting: int, *, compares: bool) -> Plan:
        """With a picture all fitting items are compared: a store's neighbours are those of the words alone."""
        if request.picture is None:
            return choose(self._held, fitting, compares=compares)
        plan = choose(replace(self._held, nearest=False), fitting, compares=compares)
        return plan if compares or not fitting else replace(plan, reason="compared by their pictures alone")

    def _looks(self, picture: np.ndarray | None, rows: np.ndarray) -> Parts:
        """The part of a picture, which an item without one has nothing of."""
        if picture is None or self._pictures is None:
            return {}
        pictures = self._pictures()
        few = len(rows) < _FEW_ROWS * len(pictures.vectors)
        cosine = pictures.vectors[rows] @ picture if few else (pictures.vectors @ picture)[rows]
        seen, looks = pictures.seen[rows], np.zeros(len(rows))
        looks[seen] = _IMAGE * relative(cosine[seen].astype(np.float64))
        return {"image": looks}

    def _targets(self, vector: np.ndarray | None, given: np.ndarray) -> dict[str, np.ndarray]:
        """What items are compared with, by the part of the score that it makes."""
        targets = {} if vector is None else {"dense": vector}
        return targets | {"similar": centre(self._vectors.rows[given])} if len(given) else targets

    def _parts(self, query: Query | None, given: np.ndarray, cosines: Mapping[str, Cosines], rows: np.ndarray) -> Parts:
        parts = self._hybrid.parts(query, cosines["dense"].values, rows) if query else {}
        if len(given):
            parts["similar"] = _SIMILAR * relative(cosines["similar"].values)
            parts["shared"] = _SHARED * share_of_best(taken(shared_facets(self.columns, given), rows))
        return parts

    def _narrowed(
        self,
        request: SearchRequest,
        plan: Plan,
        rows: np.ndarray,
        query: Query | None,
        targets: Mapping[str, np.ndarray],
    ) -> tuple[Plan, np.ndarray, Query | None]:
        """The fitting rows that the store or the words bring up; all of them, by codes, when these are fewer than k."""
        asked = fetched(request.k, self._held, len(rows))
        try:
            named = self._named(rows, targets.values(), asked, request.constraints)
        except IndexStateError as error:
            return without_store(self._held, len(rows), f"the store does not answer ({error.message})"), rows, query
        found = int(np.count_nonzero(named))
        if found < min(request.k, len(rows)):
            why = f"the store was asked for {asked}, and {found} of what it found fit"
            return without_store(self._held, len(rows), why), rows, query
        if query:
            worded = np.flatnonzero(query.match.scores)
            named[worded[best_first(query.match.scores[worded], _WORDED)]] = True
        rows = rows[named]
        return plan, rows, self._hybrid.look_up(request.query, rows)

    def _named(
        self, rows: np.ndarray, vectors: Iterable[np.ndarray], count: int, constraints: tuple[Constraint, ...]
    ) -> np.ndarray:
        """Shape of `rows`, bool: which of them the store finds near any of the vectors."""
        assert self._nearest
        found = {one for vector in vectors if vector.any() for one in self._nearest(vector, count, constraints)}
        return np.isin(rows, [self._rows[one] for one in found if one in self._rows])

    def _row(self, item_id: str) -> int:
        if item_id not in self._rows:
            raise UnknownItemError(f"There is no item {item_id!r} in the catalog.", cure="Use an id from a search.")
        return self._rows[item_id]

    def _fitting(self, request: SearchRequest, given: np.ndarray) -> np.ndarray:
        mask = self.columns.mask(request.constraints)
        mask[given] = False
        mask[[self._rows[item_id] for item_id in request.exclude if item_id in self._rows]] = False
        return np.flatnonzero(mask)

    def _order(self, scores: np.ndarray, rows: np.ndarray, request: SearchRequest) -> np.ndarray:
        """Positions of the results within `rows`, best first; ties go to the earlier row."""
        if not request.diversity:
            return best_first(scores, request.k)
        pool = best_first(scores, _pool(request))
        return pool[diversified(scores[pool], self._vectors.rows[rows[pool]], request.k, request.diversity)]

    def _hits(self, rows: np.ndarray, parts: Mapping[str, np.ndarray]) -> tuple[Hit, ...]:
        """Hits on m rows, with those of the parts, each of shape (m,), that are not 0."""
        matrix = np.array(list(parts.values())).reshape(len(parts), len(rows)).T
        named = [{name: share for name, share in zip(parts, row, strict=True) if share} for row in matrix.tolist()]
        return tuple(Hit(self._ids[row], sum(one.values()), one) for row, one in zip(rows.tolist(), named, strict=True))


def _pool(request: SearchRequest) -> int:
    """How many of the best the results are taken from."""
    return max(_POOL, _POOL_PER_RESULT * request.k) if request.diversity else request.k


def _check(request: SearchRequest) -> None:
    if request.k < 1:
        raise ToolInputError(f"k is {request.k}.", cure="Ask for at least 1 result.")
    if not 0.0 <= request.diversity <= 1.0:
        raise ToolInputError(f"The diversity is {request.diversity}.", cure="Give a number from 0 to 1.")
