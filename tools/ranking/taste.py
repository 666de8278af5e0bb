"""Parts that match an item's facets: what is wished for now, and what is remembered of the person's taste."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..constraints import Constraint, Op, matches
from ..constraints.values import build_constraint
from ..errors import FilterError
from ..items import Facet, Item
from ..normalize import has_chinese, normalize
from ..profile.model import Preference
from .perrevision import PerRevision
from .pool import Cause, Pool
from .protocol import RankingContext, Scores

if TYPE_CHECKING:
    from ..catalog import Catalog

_NO_WORD = re.compile(r"[^\w]+")


class Wishes:
    """Soft constraints of this moment: 1 when one matches, pooled over all of them."""

    name = "wishes"

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def score(self, context: RankingContext, candidates: Sequence[str]) -> Scores:
        """One contribution."""
        return Scores(tuple(candidates), {self.name: self.pool(context, candidates).total()})

    def pool(self, context: RankingContext, candidates: Sequence[str]) -> Pool:
        """A cause per soft constraint, each of weight 1."""
        items = [self._catalog.item(candidate) for candidate in candidates]
        wishes = tuple(dict.fromkeys(context.soft))
        met = [[matches(wish, item.facets.get(wish.facet)) for item in items] for wish in wishes]
        return _pool(wishes, [1.0] * len(wishes), met, len(items))


class Profile:
    """Remembered likes (positive) and dislikes (negative) of facet values and topics that the item has."""

    name = "profile"

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._words: PerRevision[dict[str, str]] = PerRevision(catalog, lambda _: {})

    def score(self, context: RankingContext, candidates: Sequence[str]) -> Scores:
        """One contribution."""
        return Scores(tuple(candidates), {self.name: self.pool(context, candidates).total()})

    def pool(self, context: RankingContext, candidates: Sequence[str]) -> Pool:
        """A cause per preference of this catalog, of weight times confidence."""
        items = [self._catalog.item(candidate) for candidate in candidates]
        held = tuple(dict.fromkeys(one for one in context.preferences if one.catalog in ("", self._catalog.name)))
        met = [list(map(self._test(preference), items)) for preference in held]
        return _pool(held, [one.weight * one.confidence for one in held], met, len(items))

    def _test(self, preference: Preference) -> Callable[[Item], bool]:
        if not preference.facet:
            return self._mentions(preference.value)
        facet = self._catalog.schema.facet(preference.facet)
        wanted = None if facet is None else as_constraint(facet, preference.value)
        return lambda item: wanted is not None and matches(wanted, item.facets.get(preference.facet))

    def _mentions(self, topic: str) -> Callable[[Item], bool]:
        """Whether the topic stands in the item's title, text or facets, as whole words where words have spaces."""
        sought = f"{words(topic)}" if has_chinese(topic) else f" {words(topic)} "
        kept = self._words()

        def test(item: Item) -> bool:
            if item.id not in kept:
                kept[item.id] = f" {item_words(item)} "
            return sought in kept[item.id]

        return test


def as_constraint(facet: Facet, value: str) -> Constraint | None:
    """ "Has this value" as a constraint ("1990s" of a year is a span); None when the facet can have no such value."""
    try:
        return build_constraint(facet, Op.EQ, [value])
    except FilterError:
        return None


def words(text: str) -> str:
    """Normalised, with one space in the place of everything that is no letter or digit."""
    return _NO_WORD.sub(" ", normalize(text)).strip()


def item_words(item: Item) -> str:
    """Title, text and worded facet values."""
    values = [part for value in item.facets.values() for part in (value if isinstance(value, tuple) else (value,))]
    return " ".join(words(text) for text in (item.title, item.text, *values) if isinstance(text, str))


def _pool(causes: Sequence[Cause], weights: Sequence[float], values: Sequence[Sequence[bool]], width: int) -> Pool:
    matrix = np.array(values, dtype=float).reshape(len(causes), width)
    return Pool(tuple(causes), np.array(weights, dtype=float), matrix)
