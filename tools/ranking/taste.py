"""Parts that match an item's facets: what is wished for now, and what is remembered of the person's taste."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ..constraints import NEGATIVE, Constraint, Op
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

_KEPT_MASKS = 64
_KEPT_VALUES = 1024
_NO_WORD = re.compile(r"[^\w]+")


class _Met:
    """Which items meet a constraint, for the whole catalog at once: asked for 200 of them, it is a look-up."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._kept = lru_cache(maxsize=_KEPT_MASKS)(self._mask)

    def __call__(self, constraint: Constraint, rows: np.ndarray) -> np.ndarray:
        """Shape (len(rows),), bool."""
        if self._catalog.schema.facet(constraint.facet) is None:
            return np.full(len(rows), constraint.op in NEGATIVE)
        return self._kept(self._catalog.revision, constraint)[rows]  # pyright: ignore[reportArgumentType] - it is frozen

    def _mask(self, revision: int, constraint: Constraint) -> np.ndarray:  # noqa: ARG002 - the revision keys the cache
        return self._catalog.mask((constraint.model_copy(update={"hard": True}),))


class Wishes:
    """Soft constraints of this moment: 1 when one matches, pooled over all of them."""

    name = "wishes"

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._met = _Met(catalog)

    def score(self, context: RankingContext, candidates: Sequence[str]) -> Scores:
        """One contribution."""
        return Scores(tuple(candidates), {self.name: self.pool(context, candidates).total()})

    def pool(self, context: RankingContext, candidates: Sequence[str]) -> Pool:
        """A cause per soft constraint, each of weight 1."""
        rows, wishes = self._catalog.positions(candidates), tuple(dict.fromkeys(context.soft))
        return _pool(wishes, [1.0] * len(wishes), [self._met(wish, rows) for wish in wishes], len(rows))


class Profile:
    """Remembered likes (positive) and dislikes (negative) of facet values and topics that the item has."""

    name = "profile"

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._met = _Met(catalog)
        self._wanted = lru_cache(maxsize=_KEPT_VALUES)(self._as_constraint)
        self._words: PerRevision[dict[str, str]] = PerRevision(catalog, lambda _: {})

    def score(self, context: RankingContext, candidates: Sequence[str]) -> Scores:
        """One contribution."""
        return Scores(tuple(candidates), {self.name: self.pool(context, candidates).total()})

    def pool(self, context: RankingContext, candidates: Sequence[str]) -> Pool:
        """A cause per preference of this catalog, of weight times confidence."""
        rows = self._catalog.positions(candidates)
        held = tuple(dict.fromkeys(one for one in context.preferences if one.catalog in ("", self._catalog.name)))
        met = [self._has(preference, candidates, rows) for preference in held]
        return _pool(held, [one.weight * one.confidence for one in held], met, len(rows))

    def _has(self, preference: Preference, candidates: Sequence[str], rows: np.ndarray) -> np.ndarray:
        """Shape (n,), bool: which candidates have the value or speak of the topic."""
        if not preference.facet:
            return self._mentions(preference.value, candidates)
        wanted = self._wanted(self._catalog.revision, preference.facet, preference.value)
        return np.zeros(len(rows), dtype=bool) if wanted is None else self._met(wanted, rows)

    def _as_constraint(self, revision: int, name: str, value: str) -> Constraint | None:  # noqa: ARG002 - the same
        facet = self._catalog.schema.facet(name)
        return None if facet is None else as_constraint(facet, value)

    def _mentions(self, topic: str, candidates: Sequence[str]) -> np.ndarray:
        """Whether the topic stands in the item's title, text or facets, as whole words where words have spaces."""
        sought = f"{words(topic)}" if has_chinese(topic) else f" {words(topic)} "
        kept = self._words()
        for one in candidates:
            if one not in kept:
                kept[one] = f" {item_words(self._catalog.item(one))} "
        return np.array([sought in kept[one] for one in candidates], dtype=bool)


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


def _pool(causes: Sequence[Cause], weights: Sequence[float], values: Sequence[np.ndarray], width: int) -> Pool:
    matrix = np.array(values, dtype=float).reshape(len(causes), width)
    return Pool(tuple(causes), np.array(weights, dtype=float), matrix)
