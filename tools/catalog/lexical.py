"""Lexical search: BM25 over titles, facet values and texts, typing errors mended by the catalog's own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import bm25s
import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from ..items import CatalogSchema, FacetKind, Item
from ..normalize import has_chinese, normalize
from .tokenizer import Tokenizer, content_words, is_function_word, pairs

_SHORTEST_MENDED = 5
_LIKENESS = 0.79
_NEAR = 5
_WORDED = (FacetKind.CATEGORICAL, FacetKind.MULTI)
_K1, _B = 1.2, 0.75


@dataclass(frozen=True, slots=True)
class Match:
    """What the words of a query find."""

    scores: np.ndarray
    """Shape (m,), float64: BM25 of the rows asked for, 0 where no word occurs."""
    words: tuple[str, ...]
    """The words that were looked up, after mending, without function words."""
    coverage: float
    """In [0, 1]: how much of these words the best row has, rare ones counting more; 0 when nothing is found."""
    function_words: int
    """How many function words the query has besides."""
    mended: dict[str, str]
    """Misspelt word -> word of the catalog; both are as the tokenizer gives them."""


class LexicalIndex:
    """An immutable BM25 index over n items. Building takes about a second for ten thousand short texts.

    `texts` begin with the title; `title_words` are the words of each title.
    """

    def __init__(
        self,
        items: Sequence[Item],
        texts: Sequence[str],
        title_words: Sequence[list[str]],
        schema: CatalogSchema,
        tokenizer: Tokenizer,
    ) -> None:
        self._tokenizer = tokenizer
        named = [words + pairs(item.title) for words, item in zip(title_words, items, strict=True)]
        facts = [tokenizer.words(_facts(item, schema)) for item in items]
        told = [[word for word in tokenizer.words(text) if not is_function_word(word)] for text in texts]
        documents = [_document(*fields) for fields in zip(named, facts, told, strict=True)]
        self._vocabulary = {word: at for at, word in enumerate(dict.fromkeys(w for words in documents for w in words))}
        self._spelling = _spelling([*named, *facts])
        self._nouns = frozenset(tokenizer.words(" ".join((*schema.noun.values(), schema.plural))))
        self._aliases = _aliases(schema, tokenizer)
        self._index = _bm25(documents, self._vocabulary)
        self._rarity = _rarity(documents, self._vocabulary)

    def match(self, query: str, rows: np.ndarray) -> Match:
        """Scores of some rows for a query; all 0 when none of its words is known."""
        found = self._tokenizer.words(query)
        meaning = [word for word in content_words(found) if word not in self._nouns] or found
        words, mended = self._looked_up(query, found, meaning)
        ids = [self._vocabulary[word] for word in words if word in self._vocabulary]
        scores, coverage = np.zeros(len(rows)), 0.0
        if self._index is not None and ids and len(rows):
            scores = self._index.get_scores_from_ids(ids)[rows].astype(np.float64)
            coverage = self._coverage(self._index, words, int(rows[np.argmax(scores)]))
        return Match(scores, tuple(words), coverage, len(found) - len(meaning), mended)

    def _looked_up(self, query: str, found: list[str], meaning: list[str]) -> tuple[list[str], dict[str, str]]:
        """The words to look up, each once, and which of them were mended."""
        aliases = self._aliases_in(query, found)
        known = {*self._vocabulary.keys() & set(meaning), *aliases}
        said = [part for word in meaning for part in self._parts(word, known)]
        words, mended = self._mended(said)
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

    def _mended(self, words: list[str]) -> tuple[list[str], dict[str, str]]:
        """The words with unknown ones replaced by the nearest word of a title or facet value, where one is near."""
        mended: dict[str, str] = {}
        for word in words:
            if word in self._vocabulary or len(word) < _SHORTEST_MENDED or not word.isalpha():
                continue
            similar = self._spelling.get(word[0], [])
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

    def _coverage(self, index: bm25s.BM25, words: list[str], best: int) -> float:
        """How much of the words the best item has, by their rarity."""
        holders, starts = index.scores["indices"], index.scores["indptr"]
        known = [self._vocabulary.get(word) for word in words]
        rarities = np.array([self._rarity.max() if at is None else self._rarity[at] for at in known])
        held = [at is not None and best in holders[starts[at] : starts[at + 1]] for at in known]
        return float(rarities[held].sum() / rarities.sum())


def _document(named: list[str], facts: list[str], told: list[str]) -> list[str]:
    """The words of a text, which begins with its title, with the title once more and the facts that it leaves out."""
    known = set(told)
    return [*named, *told, *(word for word in facts if word not in known)]


def _facts(item: Item, schema: CatalogSchema) -> str:
    """The categorical and multi-valued facets of an item as one text."""
    values = (item.facets.get(facet.name, ()) for facet in schema.facets if facet.kind in _WORDED)
    return " ".join(part for value in values for part in (value if isinstance(value, tuple) else (str(value),)))


def _aliases(schema: CatalogSchema, tokenizer: Tokenizer) -> dict[str | frozenset[str], str]:
    """Alias -> facet value: Chinese aliases as text, others as their words."""
    known = [(alias, value) for facet in schema.facets for value, words in facet.aliases.items() for alias in words]
    keyed = (
        (normalize(alias) if has_chinese(alias) else frozenset(tokenizer.words(alias)), value) for alias, value in known
    )
    return {alias: value for alias, value in keyed if alias}


def _spelling(fields: list[list[str]]) -> dict[str, list[str]]:
    """Words long enough to be mended to, by their first letter: few people get that wrong."""
    words = {word for field in fields for word in field if len(word) >= _SHORTEST_MENDED and word.isascii()}
    by_letter: dict[str, list[str]] = {}
    for word in sorted(words):
        by_letter.setdefault(word[0], []).append(word)
    return by_letter


def _bm25(documents: list[list[str]], vocabulary: dict[str, int]) -> bm25s.BM25 | None:
    if not vocabulary:
        return None
    index = bm25s.BM25(k1=_K1, b=_B)
    ids = [[vocabulary[word] for word in words] for words in documents]
    index.index((ids, vocabulary), create_empty_token=False, show_progress=False)
    return index


def _rarity(documents: list[list[str]], vocabulary: dict[str, int]) -> np.ndarray:
    """Shape (words,): ln(1 + (n - df + .5) / (df + .5)), the inverse document frequency of BM25."""
    ids = [vocabulary[word] for words in documents for word in set(words)]
    df = np.bincount(np.array(ids, dtype=int), minlength=len(vocabulary))
    return np.log(1 + (len(documents) - df + 0.5) / (df + 0.5))
