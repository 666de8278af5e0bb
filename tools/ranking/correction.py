"""A correction of lists as somebody asks for it, with what it needs to know of a catalog."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from ..errors import SettingsError, did_you_mean
from ..items import FacetRole, Item
from .metrics.facts import ItemFacts
from .metrics.tastes import facet_shares
from .rerank import Rerank

if TYPE_CHECKING:
    from ..catalog import Catalog

_TASTES = (FacetRole.CATEGORY,)
_PROVIDERS = (FacetRole.BRAND, FacetRole.CREATOR)
_GROUPS, _OTHERS = 100, "\0others"
"""The most frequent values are groups of their own, the others one: no list of ten is shared out among thousands."""


@dataclass(frozen=True, slots=True)
class Correction:
    """The weights, and what the items of a table are beside how often they occur."""

    options: Rerank
    vectors: np.ndarray | None = None
    """Shape (n, d)."""
    shares: np.ndarray | None = None
    """Shape (n, g), of the facet that says what kind of thing an item is."""
    providers: np.ndarray | None = None
    """Shape (n, p), of the facet that says whose it is."""

    def facts(self, counts: np.ndarray, people: int) -> ItemFacts:
        """With how many events each item has, shape (n,), and how many people have any."""
        return ItemFacts(counts, people, self.vectors, self.shares, self.providers)


def read_rerank(words: Sequence[str]) -> Rerank:
    """NAME=WEIGHT each, or pool=SIZE. Raises SettingsError.

    >>> read_rerank(["diversity=0.2", "pool=50"])
    Rerank(diversity=0.2, calibration=0.0, popularity=0.0, exposure=0.0, pool=50)
    """
    found: dict[str, float] = {}
    for word in words:
        name, _, value = word.partition("=")
        known = [one.name for one in fields(Rerank)]
        if name not in known:
            raise SettingsError(f"Lists cannot be corrected for {name!r}.", cure=did_you_mean(name, known))
        try:
            found[name] = int(value) if name == "pool" else float(value)
        except ValueError as error:
            raise SettingsError(f"{word!r} has no weight.", cure=f"Write it as {name}=0.2.") from error
    return Rerank(**found)  # pyright: ignore[reportArgumentType] - the pool is an int


def correction_of(words: Sequence[str], catalog: Catalog | None, item_ids: Sequence[str] = ()) -> Correction | None:
    """What `words` ask for over the items of a table, which may have left the catalog; None when they ask for nothing.

    Without a catalog only popularity can be corrected. Raises SettingsError for words that ask for what there is not.
    """
    if not words:
        return None
    found = _over(read_rerank(words), catalog, item_ids)
    found.options.check(found.facts(np.zeros(len(item_ids)), 0))
    return found


def _over(options: Rerank, catalog: Catalog | None, item_ids: Sequence[str]) -> Correction:
    if catalog is None:
        return Correction(options)
    items = [catalog.item(one) if one in catalog else None for one in item_ids]
    vectors = np.zeros((len(items), catalog.vectors.shape[1]), np.float32)
    there = [row for row, item in enumerate(items) if item]
    vectors[there] = catalog.vector_of([item_ids[row] for row in there])
    return Correction(options, vectors, _shares(catalog, items, _TASTES), _shares(catalog, items, _PROVIDERS))


def _shares(catalog: Catalog, items: Sequence[Item | None], roles: Sequence[FacetRole]) -> np.ndarray | None:
    facet = next((found for role in roles if (found := catalog.schema.by_role(role))), None)
    if facet is None:
        return None
    values = [_values(item, facet.name) for item in items]
    counted = Counter(one for own in values for one in own)
    named = {one for one, _ in counted.most_common(_GROUPS - 1)}
    return facet_shares([[one if one in named else _OTHERS for one in own] for own in values])[0]


def _values(item: Item | None, facet: str) -> tuple[str, ...]:
    value = item.facets.get(facet) if item else None
    return () if value is None else value if isinstance(value, tuple) else (str(value),)
