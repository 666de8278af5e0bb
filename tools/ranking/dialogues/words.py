"""Texts that share words: cosines of tf-idf weights (Salton & Buckley 1988) of words and pairs of words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from ..models.wording import words_and_pairs
from .links import Links
from .packing import packed, unpacked

_SEEN_IN = 2
"""A word of one text alone is shared with none."""


@dataclass(frozen=True)
class WordIndex:
    """Some texts, and how near another one is to each of them."""

    words: Mapping[str, int]
    rarity: np.ndarray
    """Shape (w,): log(texts / texts with the word)."""
    texts: Links
    """From words to texts, of unit length each."""

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """Over t texts."""
        found = [words_and_pairs(text) for text in texts]
        seen = Counter(word for one in found for word in one)
        words = {word: i for i, word in enumerate(word for word, times in seen.items() if times >= _SEEN_IN)}
        rarity = np.array([np.log(len(texts) / seen[word]) for word in words], np.float32)
        index = cls(words, rarity, Links.of([], [], [], (len(words), len(texts))))
        entries = [(index._weights(one)) for one in found]
        owners = np.repeat(np.arange(len(texts)), [len(numbers) for numbers, _ in entries])
        numbers, weights = (np.concatenate([one[i] for one in entries] or [np.zeros(0)]) for i in (0, 1))
        return cls(words, rarity, Links.of(numbers, owners, weights, (len(words), len(texts))))

    def near(self, text: str) -> np.ndarray:
        """Shape (t,): the cosine with each text."""
        return self.texts.spread(*self._weights(words_and_pairs(text)))

    def _weights(self, words: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        numbers = np.array([self.words[word] for word in words if word in self.words], np.int64)
        weights = self.rarity[numbers].astype(np.float64)
        length = float(np.sqrt((weights**2).sum()))
        return numbers, weights / length if length else weights

    def tensors(self, name: str) -> dict[str, np.ndarray]:
        """What `from_tensors` needs."""
        return {
            f"{name}.words": packed(self.words),
            f"{name}.rarity": self.rarity,
            **self.texts.tensors(f"{name}.texts"),
        }

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, np.ndarray], name: str) -> Self:
        """The same index again. Raises KeyError or ValueError for what `tensors` did not write."""
        words = {word: i for i, word in enumerate(unpacked(tensors[f"{name}.words"]))}
        return cls(words, tensors[f"{name}.rarity"], Links.from_tensors(tensors, f"{name}.texts"))
