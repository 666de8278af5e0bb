"""The words of a catalog as arrays: enough for lexical search without the texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ...items import CatalogSchema, FacetKind, FacetRole, Item
from ...normalize import has_chinese
from .codes import code_table
from .tokenizer import Tokenizer, aside_words, is_function_word, pairs

_WORDED = (FacetKind.CATEGORICAL, FacetKind.MULTI)
_K1, _B = 0.6, 0.75
"""Texts of items are short: that a word comes again says less than in the articles that 1.2 was found on."""


@dataclass(frozen=True, slots=True)
class WordTable:
    """w words over n items; p pairs of a word and an item that has it. A word's place in `words` is its id."""

    words: tuple[str, ...]
    scores: np.ndarray
    """Shape (p,), float32: BM25 of a word in an item; the pairs of word i are those from starts[i] to starts[i + 1]."""
    holders: np.ndarray
    """Shape (p,), int32: the row of the item."""
    starts: np.ndarray
    """Shape (w + 1,)."""
    aside: np.ndarray
    """Shape (p,), bool: the word only names what the item is for, such as the laptop in "case for laptop"."""
    titles: np.ndarray
    """Shape (t,): ids of the words of all titles; those of row i are from title_starts[i] to title_starts[i + 1]."""
    title_starts: np.ndarray
    """Shape (n + 1,)."""
    names: np.ndarray
    """Ids of the words of titles and facet values."""
    codes: np.ndarray
    """Shape (c,), uint64, ascending: hashes of model numbers and identifiers."""
    code_rows: np.ndarray
    """Shape (c,), int32: the item of each."""
    chinese: bool
    """Whether a text or title has Chinese."""

    @property
    def size(self) -> int:
        """Number of items."""
        return len(self.title_starts) - 1

    def holders_of(self, word: int) -> np.ndarray:
        """Rows of the items that have a word."""
        return self.holders[self.starts[word] : self.starts[word + 1]]

    def scores_of(self, words: Iterable[int]) -> np.ndarray:
        """Shape (n,), float32: BM25 of every item for words, each named once."""
        total = np.zeros(self.size, dtype=np.float32)
        for word in words:
            total[self.holders_of(word)] += self.scores[self.starts[word] : self.starts[word + 1]]
        return total

    def only_for(self, words: Iterable[int]) -> np.ndarray:
        """Shape (n,), bool: the items that are for what some of the words name, and are none of it."""
        meant, own = np.zeros(self.size, dtype=bool), np.zeros(self.size, dtype=bool)
        for word in words:
            aside, holders = self.aside[self.starts[word] : self.starts[word + 1]], self.holders_of(word)
            meant[holders[aside]] = True
            own[holders[~aside]] = True
        return meant & ~own

    def rarity(self) -> np.ndarray:
        """Shape (w,): ln(1 + (n - df + .5) / (df + .5)), the inverse document frequency of BM25."""
        df = np.diff(self.starts)
        return np.log(1 + (self.size - df + 0.5) / (df + 0.5))

    def title_words(self) -> list[list[str]]:
        """The words of each title."""
        words, ids, starts = self.words, self.titles.tolist(), self.title_starts.tolist()
        return [[words[at] for at in ids[start:end]] for start, end in pairwise(starts)]


def build_table(items: Sequence[Item], texts: Sequence[str], schema: CatalogSchema) -> WordTable:
    """The table of n items. `texts` (n,) begin with the title; the words of a title count twice."""
    titles = [item.title for item in items]
    tokenizer = Tokenizer(titles, chinese=any(map(has_chinese, (*texts, *titles))))
    title_words = list(map(tokenizer.words, titles))
    named = [words + pairs(title) for words, title in zip(title_words, titles, strict=True)]
    facts = [tokenizer.words(_facts(item, schema)) for item in items]
    told = [[word for word in tokenizer.words(text) if not is_function_word(word)] for text in texts]
    documents = [_document(*fields) for fields in zip(named, facts, told, strict=True)]
    ids = {word: at for at, word in enumerate(dict.fromkeys(word for words in documents for word in words))}
    scores, holders, starts = _bm25(documents, ids)
    codes, code_rows = code_table(items, schema)
    return WordTable(
        words=tuple(ids),
        scores=scores,
        holders=holders,
        starts=starts,
        aside=_aside(items, ids, holders, starts, tokenizer),
        titles=np.array([ids[word] for words in title_words for word in words], dtype=np.int32),
        title_starts=np.cumsum([0, *map(len, title_words)]),
        names=np.array(sorted({ids[word] for field in (*named, *facts) for word in field}), dtype=np.int32),
        codes=codes,
        code_rows=code_rows,
        chinese=tokenizer.chinese,
    )


def _aside(
    items: Sequence[Item], ids: Mapping[str, int], holders: np.ndarray, starts: np.ndarray, tokenizer: Tokenizer
) -> np.ndarray:
    """Which pairs of a word and an item are aside."""
    said = [(row, word) for row, item in enumerate(items) for word in aside_words(item.title, item.text, tokenizer)]
    wanted = np.array([ids[word] * len(items) + row for row, word in said], dtype=np.int64)
    words = np.repeat(np.arange(len(ids)), np.diff(starts))
    return np.isin(words * len(items) + holders, wanted)


def _document(named: list[str], facts: list[str], told: list[str]) -> list[str]:
    """The words of a text, which begins with its title, with the title once more and the facts that it leaves out."""
    known = set(told)
    return [*named, *told, *(word for word in facts if word not in known)]


def _facts(item: Item, schema: CatalogSchema) -> str:
    """The categorical and multi-valued facets of an item as one text, but for whether it is in stock."""
    worded = (one for one in schema.facets if one.kind in _WORDED and one.role is not FacetRole.STOCK)
    values = (item.facets.get(facet.name, ()) for facet in worded)
    return " ".join(part for value in values for part in (value if isinstance(value, tuple) else (str(value),)))


def _bm25(documents: list[list[str]], ids: dict[str, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores, holders and starts of a table."""
    if not ids:
        return np.empty(0, np.float32), np.empty(0, np.int32), np.zeros(1, np.int64)
    import bm25s  # noqa: PLC0415 - loads scipy, which nothing else needs

    index = bm25s.BM25(k1=_K1, b=_B)
    index.index(
        ([[ids[word] for word in words] for words in documents], ids), create_empty_token=False, show_progress=False
    )
    return index.scores["data"], index.scores["indices"], index.scores["indptr"]
