"""Items and histories as tokens, put together so that no text is tokenised when somebody asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from tokenizers import Tokenizer

from ...data.model import ItemTable

_LIKED, _DISLIKED, _ITEM, _BETWEEN = "liked:", "disliked:", "next:", ";"


@dataclass(frozen=True, slots=True)
class Marks:
    """The tokens between the parts of what is read."""

    first: tuple[int, ...]
    last: tuple[int, ...]
    liked: tuple[int, ...]
    disliked: tuple[int, ...]
    item: tuple[int, ...]
    between: tuple[int, ...]

    @classmethod
    def of(cls, tokenizer: Tokenizer, first: int | None, last: int | None) -> Marks:
        """`first` and `last` are the tokens that an encoder has around a text; a causal model has none."""
        words = (_encoded(tokenizer, word) for word in (_LIKED, _DISLIKED, _ITEM, _BETWEEN))
        return cls(*((one,) if one is not None else () for one in (first, last)), *words)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The tokens of n items, and how a question is put together from them."""

    items: tuple[tuple[int, ...], ...]
    texts: tuple[str, ...]
    marks: Marks

    @classmethod
    def of(cls, items: ItemTable, tokenizer: Tokenizer, marks: Marks, most: int, known: Shelf | None = None) -> Shelf:
        """The first `most` tokens of each text; texts that stand on a known shelf are not read again."""
        texts = items.texts or ()
        read = known.by_text() if known else {}
        new = [text for text in dict.fromkeys(texts) if text not in read]
        found = tokenizer.encode_batch(new, add_special_tokens=False)
        read = {**read, **{text: tuple(one.ids[:most]) for text, one in zip(new, found, strict=True)}}
        return cls(tuple(read[text] for text in texts), texts, marks)

    def by_text(self) -> Mapping[str, tuple[int, ...]]:
        """Tokens of each text."""
        return dict(zip(self.texts, self.items, strict=True))

    def question(self, liked: Sequence[int], disliked: Sequence[int]) -> tuple[int, ...]:
        """liked: A; B disliked: C next: - rows of items, the latest first."""
        marks = self.marks
        parts = [marks.first, *self._listed(marks.liked, liked), *self._listed(marks.disliked, disliked), marks.item]
        return tuple(chain.from_iterable(parts))

    def pair(self, question: tuple[int, ...], row: int) -> tuple[int, ...]:
        """The question about one item."""
        return (*question, *self.items[row], *self.marks.last)

    def _listed(self, mark: tuple[int, ...], rows: Iterable[int]) -> list[tuple[int, ...]]:
        listed = [part for row in rows for part in (self.items[row], self.marks.between)]
        return [mark, *listed] if listed else []


def padded(sequences: Sequence[Sequence[int]], filling: int) -> tuple[np.ndarray, np.ndarray]:
    """Tokens (k, t) and which of them are there (k, t), both int64; padding stands at the end."""
    width = max(map(len, sequences))
    lengths = np.array([len(one) for one in sequences])
    there = np.arange(width) < lengths[:, None]
    tokens = np.full(there.shape, filling, np.int64)
    tokens[there] = np.fromiter(chain.from_iterable(sequences), np.int64, lengths.sum())
    return tokens, there.astype(np.int64)


def _encoded(tokenizer: Tokenizer, word: str) -> tuple[int, ...]:
    return tuple(tokenizer.encode(f" {word}", add_special_tokens=False).ids)
