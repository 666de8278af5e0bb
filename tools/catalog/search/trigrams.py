"""Texts that share most three-character pieces with another: few to compare, where all would take long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_BUCKETS = 1 << 16
"""Pieces that fall into the same bucket count as the same: then a text too many is compared, never one too few."""
_FACTORS = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D], dtype=np.uint64)
_EDGE = "\x02\x02"


@dataclass(frozen=True, slots=True)
class Trigrams:
    """The pieces of n texts by bucket: those of bucket i are in the texts `holders[starts[i] : starts[i + 1]]`."""

    holders: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray
    """Shape (n,): pieces of each text."""

    @classmethod
    def of(cls, texts: Sequence[str]) -> Trigrams:
        buckets, owners = _pieces(texts)
        order = np.argsort(buckets, kind="stable")
        starts = np.searchsorted(buckets[order], np.arange(_BUCKETS + 1))
        return cls(owners[order].astype(np.int32), starts, np.bincount(owners, minlength=len(texts)))

    def alike(self, text: str, count: int) -> np.ndarray:
        """Ascending rows of up to `count` texts that share the largest part of their pieces and its (Dice, 1945)."""
        buckets = np.unique(_pieces([text])[0])
        held = [self.holders[self.starts[bucket] : self.starts[bucket + 1]] for bucket in buckets]
        shared = np.bincount(np.concatenate(held), minlength=len(self.lengths))
        some = np.flatnonzero(shared)
        likeness = shared[some] / (self.lengths[some] + len(buckets))
        if len(some) > count:
            some = some[np.argpartition(-likeness, count)[:count]]
        return np.sort(some)


def _pieces(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """The bucket of every piece of the texts, and the row of its text; edges count as characters."""
    ends = np.cumsum([len(text) + len(_EDGE) for text in texts], dtype=int)
    joined = _EDGE + "".join(text + _EDGE for text in texts)
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    mixed = points[:-2] * _FACTORS[0] + points[1:-1] * _FACTORS[1] + points[2:] * _FACTORS[2]
    buckets = (mixed >> np.uint64(16)) % np.uint64(_BUCKETS)
    return buckets.astype(int), np.searchsorted(ends, np.arange(len(buckets)), side="right")
