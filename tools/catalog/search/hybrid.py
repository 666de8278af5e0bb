"""What a query says of each item, by meaning, by words, by title and by facet value, weighed against each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ...items import CatalogSchema
from .columns import Columns
from .fusion import best_first, lexical_weight, relative, share_of_best
from .lexical import LexicalIndex, Match
from .named_values import NamedValues
from .similar import centre
from .titles import TitleIndex
from .tokenizer import Tokenizer
from .wordtable import WordTable

_EXACT_TITLE = 3.0
"""More than all other parts can add up to, so that an item whose title is the query comes first."""
_LIKE_TITLE = 0.3
_TITLES_COMPARED = 100
_VALUE = 0.5


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was looked up: what its words find among m rows, and its unit vector (d,)."""

    text: str
    match: Match
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
    ) -> None:
        self._tokenizer = Tokenizer(titles, chinese=table.chinese)
        self._lexical = LexicalIndex(table, schema, self._tokenizer)
        self._titles = TitleIndex(titles, table.title_words(), self._tokenizer)
        self._values = NamedValues(columns)
        self._embed_query = embed_query

    def warm(self) -> None:
        """Loads what the first query of some kind would load."""
        self._tokenizer.load()

    def look_up(self, text: str, rows: np.ndarray) -> Query | None:
        """What a query finds among some rows; None when there is nothing in it to search by."""
        if not any(map(str.isalnum, text)):
            return None
        match = self._lexical.match(text, rows)
        return Query(text, match, self._vector(text, match))

    def parts(self, query: Query, cosine: np.ndarray, rows: np.ndarray) -> dict[str, np.ndarray]:
        """The named parts of the scores of m rows, each of shape (m,); `cosine` (m,) is that of query and item."""
        weight = lexical_weight(query.match)
        return {
            "dense": (1 - weight) * relative(cosine),
            "lexical": weight * share_of_best(query.match.scores),
            "title": self._title_part(query, rows),
            "value": _VALUE * self._values.holders(query.text)[rows],
        }

    def _vector(self, text: str, match: Match) -> np.ndarray:
        """The embedding of the query, halfway to that of its mended words where it was misspelt."""
        vector = self._embed_query(text)
        return centre(np.stack([vector, self._embed_query(" ".join(match.words))])) if match.mended else vector

    def _title_part(self, query: Query, rows: np.ndarray) -> np.ndarray:
        match, title = query.match, np.zeros(len(rows))
        worded = np.flatnonzero(match.scores)
        if len(worded):
            near = worded[best_first(match.scores[worded], _TITLES_COMPARED)]
            title[near] = _LIKE_TITLE * self._titles.overlap(match.words, rows[near])
        else:
            title = _LIKE_TITLE * self._titles.alike(query.text, rows)
        said = " ".join(match.words) if match.mended else query.text
        title[np.isin(rows, self._titles.exact(said))] = _EXACT_TITLE
        return title
