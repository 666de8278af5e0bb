"""What a query says of each item, by meaning, by words, by title, code and facet value, weighed against each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from ...items import CatalogSchema, FacetRole
from ...normalize import normalize, simplified
from .blend import Blend, Weights, blend, learned_weights
from .codes import rows_of_codes
from .columns import Columns
from .fusion import best_first, relative, share_of_best
from .lexical import LexicalIndex, Match
from .named_values import NamedValues
from .rows import among, taken
from .similar import centre
from .titles import TitleIndex
from .tokenizer import Tokenizer
from .wordtable import WordTable

_EXACT_TITLE = 3.0
"""More than all other parts can add up to, so that an item whose title is the query comes first."""
_CODE = 3.0
"""The same for an item whose model number or identifier is in the query."""
_LIKE_TITLE = 0.3
_UNLIKE_TITLE = 0.5
"""A title with fewer words in common says no more than its words do."""
_TITLES_COMPARED = 100
_VALUE = 0.5
_FED_FROM, _FED_BACK, _FED_LEXICAL = 300, 5, 0.4
_REMEMBERED = 512


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was looked up: what its words find among m rows, and its unit vector (d,)."""

    text: str
    match: Match
    title: np.ndarray
    """Shape (m,): the part of the score for titles."""
    blend: Blend
    vector: np.ndarray


class Hybrid:
    """Evidence for a query over the items of one catalog state. All methods are pure."""

    def __init__(
        self,
        titles: Sequence[str],
        columns: Columns,
        table: WordTable,
        schema: CatalogSchema,
        embed_query: Callable[[str], np.ndarray],
        vectors: np.ndarray,
    ) -> None:
        """`vectors` (n, d) are those of the items."""
        self._tokenizer = Tokenizer(titles, chinese=table.chinese)
        self._lexical = LexicalIndex(table, schema, self._tokenizer)
        self._titles = TitleIndex(titles, table.title_words(), self._tokenizer)
        self._values = NamedValues(columns)
        self._table = table
        self._goods = schema.by_role(FacetRole.BRAND) is not None
        self._embed_query = embed_query
        self._vectors = vectors
        self._weights = learned_weights()
        self._moved = lru_cache(maxsize=_REMEMBERED)(self._fed_back)

    def with_columns(self, columns: Columns) -> Hybrid:
        """The same words and titles over other facet values."""
        other = copy(self)
        other._values = NamedValues(columns)
        return other

    def weighing(self, weights: Weights) -> Hybrid:
        """The same with other weights than the learned ones."""
        other = copy(self)
        other._weights = weights
        other._moved = lru_cache(maxsize=_REMEMBERED)(other._fed_back)
        return other

    def warm(self) -> None:
        """Loads what the first query of some kind would load."""
        self._tokenizer.load()

    def has_title(self, text: str) -> bool:
        """Whether a text is the title of an item, but for punctuation, accents and plurals."""
        return len(self._titles.exact(text)) > 0

    def look_up(self, text: str, rows: np.ndarray) -> Query | None:
        """What a query finds among some rows; None when there is nothing in it to search by."""
        if not any(map(str.isalnum, text)):
            return None
        match = self._match(text, rows)
        title, likeness = self._title_part(text, match, rows)
        weighed = blend(match, likeness, self._weights)
        return Query(text, match, title, weighed, self._vector(text, match, weighed))

    def parts(self, query: Query, cosine: np.ndarray, rows: np.ndarray) -> dict[str, np.ndarray]:
        """The named parts of the scores of m rows, each of shape (m,); `cosine` (m,) is that of query and item."""
        weight = query.blend.lexical
        parts = {
            "dense": (1 - weight) * relative(cosine),
            "lexical": weight * share_of_best(query.match.scores),
            "title": query.title,
            "code": self._code_part(query, rows),
            "value": _VALUE * taken(self._holders(query), rows),
        }
        return parts | ({"accessory": -self._weights.accessory * query.match.only_for} if self._goods else {})

    def _code_part(self, query: Query, rows: np.ndarray) -> np.ndarray:
        part = np.zeros(len(rows))
        part[among(rows, rows_of_codes(query.text, self._table.codes, self._table.code_rows))] = _CODE
        return part

    def _match(self, text: str, rows: np.ndarray) -> Match:
        """What the words find; those of the facet value that the whole query was meant to be, where it was misspelt."""
        match = self._lexical.match(text, rows)
        meant = self._values.misspelt(text) if match.coverage < 1 else None
        return replace(self._lexical.match(meant, rows), mended={text: meant}) if meant else match

    def _holders(self, query: Query) -> np.ndarray:
        """Shape (n,), bool: the items that have the value that the query, a synonym or its right spelling names."""
        readings = (*self._lexical.synonyms.readings(query.text), _mended(query.text, query.match))
        names = {normalize(one) for one in readings}
        return np.logical_or.reduce([self._values.holders(name) for name in sorted(names)])

    def _vector(self, text: str, match: Match, weighed: Blend) -> np.ndarray:
        """The embedding of the query, halfway to that of its mended words where it was misspelt, fed back to."""
        text, said = simplified(text), simplified(_mended(text, match))
        share = self._weights.feedback * weighed.lexical
        return self._moved(text, said, match.words, round(share, 2))

    def _fed_back(self, text: str, said: str, words: tuple[str, ...], share: float) -> np.ndarray:
        """The query moved towards the items that its words find best (Rocchio 1971): what they are is what is meant."""
        vector = self._embed_query(text)
        if said != text:
            vector = centre(np.stack([vector, self._embed_query(said)]))
        rows, scores, only_for = self._lexical.best(words, _FED_FROM)
        if not len(rows) or not share:
            return vector
        near = self._vectors[rows]
        merit = _FED_LEXICAL * share_of_best(scores) + (1 - _FED_LEXICAL) * relative(near @ vector)
        best = best_first(merit - self._weights.accessory * only_for * self._goods, _FED_BACK)
        return centre(np.stack([(1 - share) * vector, share * centre(near[best])]))

    def _title_part(self, text: str, match: Match, rows: np.ndarray) -> tuple[np.ndarray, float]:
        """The part of the score (m,) for titles, and how like the query the nearest title is, from 0 to 1."""
        title, likeness = np.zeros(len(rows)), 0.0
        worded = np.flatnonzero(match.scores)
        if len(worded):
            near = worded[best_first(match.scores[worded], _TITLES_COMPARED)]
            overlap = self._titles.overlap(match.words, rows[near])
            title[near] = _LIKE_TITLE * (overlap - _UNLIKE_TITLE).clip(0) / (1 - _UNLIKE_TITLE)
            likeness = float(overlap.max())
        elif len(rows):
            alike = self._titles.alike(text, rows)
            title, likeness = _LIKE_TITLE * alike, float(alike.max())
        exact = among(rows, self._exact(text, match))
        title[exact] = _EXACT_TITLE
        return title, 1.0 if len(exact) else likeness

    def _exact(self, text: str, match: Match) -> np.ndarray:
        readings = (*self._lexical.synonyms.readings(text), _mended(text, match))
        return np.unique(np.concatenate([self._titles.exact(one) for one in dict.fromkeys(readings)]))


def _mended(text: str, match: Match) -> str:
    return match.mended.get(text) or (" ".join(match.words) if match.mended else text)
