"""Lexical search: BM25 over titles, facet values and texts, typing errors mended by the catalog's own words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from ...items import CatalogSchema
from ...normalize import has_chinese, normalize
from ..reading.synonyms import read_rules
from .fusion import best_first
from .rows import taken
from .synonyms import Meaning, Synonyms
from .tokenizer import Tokenizer, content_words, pairs
from .wordtable import WordTable

_SHORTEST_MENDED = 5
_LIKENESS = 0.79
_NEAR = 5
_LENGTHS_APART = 2


@dataclass(frozen=True, slots=True)
class Match:
    """What the words of a query find."""

    scores: np.ndarray
    """Shape (m,), float64: BM25 of the rows asked for, 0 where no word occurs."""
    words: tuple[str, ...]
    """The words that were looked up, after mending, without function words."""
    coverage: float
    """In [0, 1]: how much of these words the best row has, rare ones counting more; 0 when nothing is found.

    A synonym in place of a word is as good.
    """
    function_words: int
    """How many function words the query has besides."""
    mended: dict[str, str]
    """Misspelt word -> word of the catalog; both are as the tokenizer gives them."""
    only_for: np.ndarray
    """Shape (m,), bool: rows of which the words only name the purpose, such as a case for laptops."""


class LexicalIndex:
    """An immutable BM25 index over the items of a word table."""

    def __init__(self, table: WordTable, schema: CatalogSchema, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._table = table
        self._vocabulary = {word: at for at, word in enumerate(table.words)}
        self._spelling = _spelling(table)
        self._noun_texts = (*schema.noun.values(), schema.plural)
        self._aliases = _aliases(schema, tokenizer)
        self._rarity = table.rarity()
        self.synonyms = Synonyms(read_rules(schema.synonyms, "synonyms"), tokenizer.words)

    def match(self, query: str, rows: np.ndarray) -> Match:
        """Scores of some rows for a query; all 0 when none of its words is known."""
        found = self._tokenizer.words(query)
        nouns = self._chinese_nouns if has_chinese(query) else self._plain_nouns
        meaning = [word for word in content_words(found) if word not in nouns] or found
        meanings = self.synonyms.meanings(query, found)
        words, mended = self._looked_up(query, found, meaning, frozenset().union(*(one.words for one in meanings)))
        scores, only_for, coverage = np.zeros(len(rows)), np.zeros(len(rows), dtype=bool), 0.0
        if len(rows) and self._ids([*words, *(word for one in meanings for other in one.others for word in other)]):
            scores = taken(self._scores(words, meanings), rows).astype(np.float64)
            only_for = taken(self._table.only_for(self._ids(words)), rows)
            coverage = self._coverage(words, meanings, int(rows[np.argmax(scores)]))
        return Match(scores, tuple(words), coverage, len(found) - len(meaning), mended, only_for)

    def best(self, words: Iterable[str], count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The rows of the whole catalog that have most of some words, their BM25, and which are only for them."""
        ids = self._ids(words)
        scores = self._table.scores_of(ids)
        worded = np.flatnonzero(scores)
        rows = worded[best_first(scores[worded], count)]
        return rows, scores[rows].astype(np.float64), self._table.only_for(ids)[rows]

    def _ids(self, words: Iterable[str]) -> list[int]:
        return [self._vocabulary[word] for word in words if word in self._vocabulary]

    def _scores(self, words: Sequence[str], meanings: Sequence[Meaning]) -> np.ndarray:
        """Shape (n,): BM25 of words, or of the best of what stands for some of them."""
        apart = frozenset(word for one in meanings for word in one.words)
        total = self._table.scores_of(self._ids(word for word in words if word not in apart))
        for one in meanings:
            readings = (self._ids(dict.fromkeys(other)) for other in (sorted(one.words), *one.others))
            total += np.max([self._table.scores_of(ids) for ids in readings], axis=0)
        return total

    @cached_property
    def _plain_nouns(self) -> frozenset[str]:
        """What the catalog calls its items, but for Chinese words, which need the dictionary."""
        return self._words_of(text for text in self._noun_texts if not has_chinese(text))

    @cached_property
    def _chinese_nouns(self) -> frozenset[str]:
        """The same with Chinese words."""
        return self._words_of(self._noun_texts)

    def _words_of(self, texts: Iterable[str]) -> frozenset[str]:
        return frozenset(word for text in texts for word in self._tokenizer.words(text))

    def _looked_up(
        self, query: str, found: list[str], meaning: list[str], explained: frozenset[str]
    ) -> tuple[list[str], dict[str, str]]:
        """The words to look up, each once, and which of them were mended; `explained` ones have synonyms."""
        aliases = self._aliases_in(query, found)
        known = {*self._vocabulary.keys() & set(meaning), *aliases}
        said = [part for word in meaning for part in self._parts(word, known)]
        words, mended = self._mended(said, explained)
        meant = [word for value in aliases.values() for word in self._tokenizer.words(value)]
        return list(dict.fromkeys((*words, *meant))), mended

    def _parts(self, word: str, known: set[str | frozenset[str]]) -> list[str]:
        """The word itself; of one that the catalog does not have, what known words of the query leave unsaid."""
        if word in self._vocabulary:
            return [word]
        if not has_chinese(word):
            return [] if any(word in one for one in known if not isinstance(one, str)) else [word]
        if any(one in word or word in one for one in known if isinstance(one, str)):
            return []
        return [pair for pair in pairs(word) if pair in self._vocabulary] or [word]

    def _mended(self, words: list[str], explained: frozenset[str]) -> tuple[list[str], dict[str, str]]:
        """The words with unknown ones replaced by the nearest word of a title or facet value, where one is near."""
        mended: dict[str, str] = {}
        for word in words:
            known = word in self._vocabulary or word in explained
            if known or len(word) < _SHORTEST_MENDED or not word.isalpha():
                continue
            lengths = range(len(word) - _LENGTHS_APART, len(word) + _LENGTHS_APART + 1)
            similar = [one for length in lengths for one in self._spelling.get((word[0], length), ())]
            near = process.extract(word, similar, scorer=OSA.normalized_similarity, score_cutoff=_LIKENESS, limit=_NEAR)
            if near:
                mended[word] = max(near, key=lambda found: (found[1], -self._rarity[self._vocabulary[found[0]]]))[0]
        return [mended.get(word, word) for word in words], mended

    def _aliases_in(self, query: str, words: list[str]) -> dict[str | frozenset[str], str]:
        """Facet values by their alias that the query has: a Chinese one as characters, another one as words."""
        text, said = normalize(query), frozenset(words)
        return {
            alias: value
            for alias, value in self._aliases.items()
            if (alias in text if isinstance(alias, str) else alias <= said)
        }

    def _coverage(self, words: Sequence[str], meanings: Sequence[Meaning], best: int) -> float:
        """How much of the words the best item has, by their rarity."""
        known = [self._vocabulary.get(word) for word in words]
        rarities = np.array([self._rarity.max() if at is None else self._rarity[at] for at in known])
        meant = {word for one in meanings if any(self._has(best, other) for other in one.others) for word in one.words}
        held = [word in meant or self._has(best, (word,)) for word in words]
        return float(rarities[held].sum() / rarities.sum())

    def _has(self, row: int, words: Iterable[str]) -> bool:
        ids = [self._vocabulary.get(word) for word in words]
        return all(at is not None and row in self._table.holders_of(at) for at in ids)


def _aliases(schema: CatalogSchema, tokenizer: Tokenizer) -> dict[str | frozenset[str], str]:
    """Alias -> facet value: Chinese aliases as text, others as their words."""
    known = [(alias, value) for facet in schema.facets for value, words in facet.aliases.items() for alias in words]
    keyed = (
        (normalize(alias) if has_chinese(alias) else frozenset(tokenizer.words(alias)), value) for alias, value in known
    )
    return {alias: value for alias, value in keyed if alias}


def _spelling(table: WordTable) -> dict[tuple[str, int], list[str]]:
    """Words of titles and facets long enough to be mended to, by first letter, which few get wrong, and length."""
    names = (table.words[at] for at in table.names)
    by_shape: dict[tuple[str, int], list[str]] = {}
    for word in sorted(word for word in names if len(word) >= _SHORTEST_MENDED and word.isascii()):
        by_shape.setdefault((word[0], len(word)), []).append(word)
    return by_shape
