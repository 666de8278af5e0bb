"""Items by their title: the exact title, one that shares words with it, one that is spelt like it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from rapidfuzz import process
from rapidfuzz.fuzz import ratio

from ...normalize import normalize
from .rows import among
from .tokenizer import Tokenizer, content_words
from .trigrams import Trigrams

_LIKENESS = 75.0
"""Of 100: below it, a title is not taken for a misspelling of the query."""
_COMPARED = 500
"""Of more titles, only as many as share most pieces with the query are compared by their spelling."""


class TitleIndex:
    """The titles of n items; `words` are those of each title."""

    def __init__(self, titles: Sequence[str], words: Sequence[list[str]], tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._titles = [normalize(title) for title in titles]
        self._words = [frozenset(content_words(mine)) for mine in words]
        self._rows: dict[str, list[int]] = {}
        for row, (title, mine) in enumerate(zip(self._titles, words, strict=True)):
            for key in _keys(title, mine):
                self._rows.setdefault(key, []).append(row)

    def exact(self, query: str) -> np.ndarray:
        """Ascending rows of the items whose title is the query, but for punctuation, accents and plurals."""
        keys = _keys(normalize(query), self._tokenizer.words(query))
        return np.array(sorted({row for key in keys for row in self._rows.get(key, ())}), dtype=int)

    def overlap(self, words: Sequence[str], rows: np.ndarray) -> np.ndarray:
        """Shape of `rows`, in [0, 1]: of the words in the query or in the title, the share that is in both."""
        wanted = frozenset(words)
        shares = [len(wanted & self._words[row]) / max(len(wanted | self._words[row]), 1) for row in rows]
        return np.array(shares, dtype=np.float64)

    def alike(self, query: str, rows: np.ndarray) -> np.ndarray:
        """Shape of `rows`, ascending, in [0, 1]: how alike the whole title is spelt to the query; 0 where it is not."""
        text, shares = normalize(query), np.zeros(len(rows))
        near = np.arange(len(rows))
        if len(rows) > _COMPARED:
            near = among(rows, self._trigrams.alike(text, _COMPARED))
        if len(near):
            titles = [self._titles[row] for row in rows[near]]
            shares[near] = process.cdist([text], titles, scorer=ratio, score_cutoff=_LIKENESS)[0] / 100
        return shares

    @cached_property
    def _trigrams(self) -> Trigrams:
        """Made for the first query that no title has a word of."""
        return Trigrams.of(self._titles)


def _keys(title: str, words: list[str]) -> set[str]:
    """What two titles that are the same have in common: the text, or the words without `the` and the like."""
    return {key for key in (title, " ".join(content_words(words))) if key}
