"""What only several catalogs together can say: a taste shown in one of them, carried over to another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..catalog.joint_kindred import title_parts
from ..constraints import POSITIVE, Constraint
from ..profile.model import Preference
from .perrevision import PerRevision
from .pool import Pool
from .protocol import RankingContext, Scores
from .similarity import Nearness
from .works import Works, works_of

if TYPE_CHECKING:
    pass


_NAMESAKE = 0.5


class Kindred:
    """Nearness to the works of what a person likes, for items of catalogs that have none of these.

    Somebody who likes an author has said nothing of films: but a film may be near to what the author's books are about,
    and made from one of them when it bears its title.
    """

    name = "kindred"

    def __init__(self, nearness: Nearness) -> None:
        self._nearness = nearness
        self._works: PerRevision[dict[tuple[str, tuple[str, ...]], Works]] = PerRevision(nearness.catalog, lambda _: {})

    def score(self, context: RankingContext, candidates: Sequence[str]) -> Scores:
        """One contribution; zero for items of a catalog that has the value itself."""
        return Scores(tuple(candidates), {self.name: self.pool(context, candidates).total()})

    def pool(self, context: RankingContext, candidates: Sequence[str]) -> Pool:
        """A cause per value liked or wished for, of weight times confidence."""
        held = {cause: found for cause in _liked(context) if (found := self._works_of(cause)) is not None}
        if not held:
            return Pool((), np.zeros(0), np.zeros((0, len(candidates))), 1)
        works = list(held.values())
        near = self._nearness.of(np.array([one.centre for one in works], dtype=np.float32), candidates)
        near += _NAMESAKE * self._namesakes(works, candidates)
        for catalog, places, _ in self._nearness.catalog.by_home(candidates):
            near[np.ix_([catalog.name not in one.near for one in works], places)] = 0.0
        return Pool(tuple(held), np.array([_weight(cause) for cause in held], dtype=float), near, 1)

    def _namesakes(self, works: Sequence[Works], candidates: Sequence[str]) -> np.ndarray:
        """Shape (h, n), bool: which candidates bear the title of a work, alone or as a part of theirs."""
        parts = [title_parts(self._nearness.catalog.item(one).title) for one in candidates]
        return np.array([[not one.titles.isdisjoint(own) for own in parts] for one in works], dtype=bool)

    def _works_of(self, cause: Preference | Constraint) -> Works | None:
        """The works of what is liked; None when it is no value of a facet here."""
        catalog, kept = self._nearness.catalog, self._works()
        if not cause.facet or (isinstance(cause, Preference) and cause.catalog not in ("", catalog.name)):
            return None
        key = cause.facet, _values(cause)
        if key not in kept:
            kept[key] = works_of(catalog, *key)
        return kept[key] if kept[key].near else None


def _liked(context: RankingContext) -> tuple[Preference | Constraint, ...]:
    preferences = (one for one in context.preferences if one.weight > 0)
    wishes = (one for one in context.soft if one.op in POSITIVE)
    return tuple(dict.fromkeys((*preferences, *wishes)))


def _values(cause: Preference | Constraint) -> tuple[str, ...]:
    values = (cause.value,) if isinstance(cause, Preference) else cause.values
    return tuple(one for one in values if isinstance(one, str))


def _weight(cause: Preference | Constraint) -> float:
    return cause.weight * cause.confidence if isinstance(cause, Preference) else 1.0
