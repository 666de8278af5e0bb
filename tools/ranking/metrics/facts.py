"""What is known of items beside their scores: what lists are described and corrected by."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from ..data.model import Interactions
from .tastes import facet_shares


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """Facts of the n items of a table; None for what is not known."""

    counts: np.ndarray
    """Shape (n,): how many events of training are about each item, dislikes left out."""
    people: int
    """How many people have any event."""
    vectors: np.ndarray | None = None
    """Shape (n, d), unit rows."""
    shares: np.ndarray | None = None
    """Shape (n, g): which values of a facet an item has, as `facet_shares` gives them: what a taste is a mix of."""
    providers: np.ndarray | None = None
    """Shape (n, p): who the item comes from, in the same way: seller, maker, publisher."""

    @classmethod
    def of(
        cls,
        train: Interactions,
        *,
        facet: Sequence[Collection[str]] | None = None,
        provider: Sequence[Collection[str]] | None = None,
    ) -> ItemFacts:
        """From what models are fitted on, and the values of a facet and the providers of each item where known.

        >>> from ..data.model import ItemTable
        >>> rows, events = np.array([0, 0, 1]), np.array([1.0, 1.0, -1.0])
        >>> train = Interactions(("u", "v"), ItemTable(("a", "b")), np.array([0, 1, 1]), rows, events, rows * 0.0)
        >>> ItemFacts.of(train, facet=[["jazz"], ["pop"]])
        ItemFacts(counts=array([2, 0]), people=2, vectors=None, shares=array([[1., 0.],
               [0., 1.]]), providers=None)
        """
        counts = np.bincount(train.rows[train.weights > 0], minlength=len(train.items))
        shares, providers = (None if one is None else facet_shares(one)[0] for one in (facet, provider))
        return cls(counts, len(np.unique(train.users)), train.items.vectors, shares, providers)

    @property
    def popularity(self) -> np.ndarray:
        """Shape (n,), in [0, 1]: log(1 + count) over that of the most popular item."""
        logs = np.log1p(self.counts)
        return logs / max(logs.max(initial=0.0), 1e-12)
