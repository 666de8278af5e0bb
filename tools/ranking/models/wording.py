"""Texts as sparse vectors of their words and pairs of words: names, series and kinds are told apart by these."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ...normalize import normalize

if TYPE_CHECKING:
    import torch

_WORD = re.compile(r"[㐀-鿿]|[^\W_㐀-鿿]+")
"""A run of letters and digits, or one Chinese character: pairs of characters are words there."""
_SEEN_IN = 2
"""A word of one text alone says nothing of what that text is like."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Row i, of n, is the text's unit vector of tf-idf weights; a text without a shared word is a row of zeros."""

    starts: np.ndarray
    """Shape (n + 1,), int64."""
    columns: np.ndarray
    """Shape (z,), int64: numbers of words."""
    values: np.ndarray
    """Shape (z,), float32."""
    words: int

    @classmethod
    def of(cls, texts: Sequence[str]) -> Wording:
        """A word counts once a text, log(n / texts that have it) (Spärck Jones 1972)."""
        found = [words_and_pairs(text) for text in texts]
        seen = Counter(word for words in found for word in words)
        numbers = {word: i for i, word in enumerate(word for word, times in seen.items() if times >= _SEEN_IN)}
        rarity = np.array([np.log(len(texts) / seen[word]) for word in numbers], np.float32)
        kept = [[numbers[word] for word in words if word in numbers] for words in found]
        starts = np.cumsum([0, *map(len, kept)]).astype(np.int64)
        columns = np.array([one for row in kept for one in row], np.int64)
        return cls(starts, columns, _unit(rarity[columns], starts), len(numbers))

    def dense(self, rows: np.ndarray) -> np.ndarray:
        """Those rows written out, shape (k, words), float32."""
        entries, owners = self._entries(rows)
        written = np.zeros((len(rows), self.words), np.float32)
        written[owners, self.columns[entries]] = self.values[entries]
        return written

    def sparse(self) -> torch.Tensor:
        """All rows, sparse, shape (n, words)."""
        import torch  # noqa: PLC0415

        rows = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        size = (len(self.starts) - 1, self.words)
        places = torch.from_numpy(np.stack([rows, self.columns]))
        return torch.sparse_coo_tensor(places, torch.from_numpy(self.values), size, check_invariants=True).coalesce()

    def among(self, rows: np.ndarray) -> np.ndarray:
        """Cosines of those rows among each other, shape (k, k), float32."""
        import torch  # noqa: PLC0415

        entries, owners = self._entries(rows)
        _, columns = np.unique(self.columns[entries], return_inverse=True)
        written = np.zeros((len(rows), columns.max(initial=-1) + 1), np.float32)
        written[owners, columns] = self.values[entries]
        kept = torch.from_numpy(written)
        return (kept @ kept.T).numpy()

    def _entries(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Places of the entries of those rows, and the place in `rows` that each belongs to."""
        lengths = np.diff(self.starts)[rows]
        shifts = np.repeat(self.starts[rows] - np.cumsum(lengths) + lengths, lengths)
        return shifts + np.arange(lengths.sum()), np.repeat(np.arange(len(rows)), lengths)


def words_and_pairs(text: str) -> list[str]:
    """Words and pairs of neighbours, each once, in their order."""
    words = _WORD.findall(normalize(text))
    return list(dict.fromkeys([*words, *map(" ".join, pairwise(words))]))


def _unit(values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    norms = np.sqrt(np.bincount(rows, values.astype(np.float64) ** 2, len(starts) - 1))[rows]
    return (values / np.where(norms > 0, norms, 1)).astype(np.float32)
