"""Why an item is recommended: what the scores and the state hold true of it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from ...tools.catalog import Catalog, FacetStatistics
from ...tools.constraints import Constraint, Op, matches
from ...tools.items import FacetRole, Item
from ...tools.profile.model import Preference
from ...tools.ranking.causes import AskedLike, Cause, FeedbackOn
from ...tools.ranking.evidence import Because
from ..pictures import looks_alike
from ..state import Ground, GroundKind, Need

_FAIR_SHARE = 0.3
_GOOD_RATING = 0.25
"""How far from the median to the highest rating of the catalog a rating must lie to be a reason."""


def grounds_for(
    item: Item, because: Sequence[Because], liked: frozenset[str], need: Need, catalog: Catalog
) -> tuple[Ground, ...]:
    """What was asked for and is met, what raised the score, its standing; being close when there is no more.

    `liked` are the items that the person likes: feedback on others may raise a score, but is no liking.
    """
    found = (
        *_asked(item, need, catalog),
        *_alike(item, need, catalog),
        *_caused(item, because, liked, catalog),
        *_near(need, because),
        *_standing(item, catalog),
    )
    return tuple(dict.fromkeys(found)) or (Ground(kind=GroundKind.LISTED),)


def worth_saying(because: Sequence[Because]) -> list[Because]:
    """The causes that lift the score by a fair share of what the strongest one does."""
    strongest = max((one.drop for one in because), default=0.0)
    return [one for one in because if one.drop > 0 and one.drop >= _FAIR_SHARE * strongest]


def _asked(item: Item, need: Need, catalog: Catalog) -> Iterator[Ground]:
    """That a film is a film goes without saying."""
    kind = catalog.schema.by_role(FacetRole.CATALOG)
    telling = [one for one in need.constraints if kind is None or one.facet != kind.name]
    met = [one for one in telling if matches(one, item.facets.get(one.facet))]
    yield from _kept(GroundKind.FITS, [one for one in met if one.hard])
    yield from _kept(GroundKind.FITS_WISH, [one for one in met if not one.hard])


def _kept(kind: GroundKind, constraints: Sequence[Constraint]) -> Iterator[Ground]:
    if constraints:
        yield Ground(kind=kind, constraints=tuple(constraints))


def _alike(item: Item, need: Need, catalog: Catalog) -> Iterator[Ground]:
    """Being the nearest of all is not enough: it must look like the picture."""
    if looks_alike(need.picture, item.id, catalog):
        yield Ground(kind=GroundKind.LOOKS_LIKE)


def _caused(item: Item, because: Sequence[Because], liked: frozenset[str], catalog: Catalog) -> Iterator[Ground]:
    for one in worth_saying(because):
        if not isinstance(one.cause, FeedbackOn) or one.cause.item_id in liked:
            yield from _cause(one.cause, item, catalog)


def _cause(cause: Cause, item: Item, catalog: Catalog) -> Iterator[Ground]:
    if isinstance(cause, AskedLike) and cause.item_id in catalog:
        yield Ground(kind=GroundKind.SIMILAR_TO, item_id=cause.item_id)
    elif isinstance(cause, FeedbackOn) and cause.item_id in catalog and cause.item_id != item.id:
        yield Ground(kind=GroundKind.LIKED, item_id=cause.item_id)
    elif isinstance(cause, Preference) and cause.weight > 0:
        kind = GroundKind.KINDRED if _only_near(cause.facet, (cause.value,), item, catalog) else GroundKind.PREFERENCE
        yield Ground(kind=kind, value=cause.value)
    elif isinstance(cause, Constraint) and _only_near(cause.facet, cause.values, item, catalog):
        yield Ground(kind=GroundKind.KINDRED, value=", ".join(map(str, cause.values)))


def _only_near(facet: str, values: Sequence[str | float | bool], item: Item, catalog: Catalog) -> bool:
    """Whether the item's own one of several catalogs knows no such facet or value: it is near, but has it not."""
    if len(catalog.members) < 2 or not facet or catalog.schema.facet(facet) is None:
        return False
    return not matches(Constraint(facet=facet, op=Op.IN, value=tuple(values)), item.facets.get(facet))


def _near(need: Need, because: Sequence[Because]) -> Iterator[Ground]:
    if need.query and not because:
        yield Ground(kind=GroundKind.QUERY, value=need.query)


def _standing(item: Item, catalog: Catalog) -> Iterator[Ground]:
    rating, crowd = catalog.schema.by_role(FacetRole.RATING), catalog.schema.by_role(FacetRole.POPULARITY)
    if rating and _above(item, rating.name, catalog, _GOOD_RATING):
        yield Ground(kind=GroundKind.RATED)
    if crowd and _above(item, crowd.name, catalog, 0.0):
        yield Ground(kind=GroundKind.POPULAR)


@lru_cache(maxsize=64)
def _spread(catalog: Catalog, revision: int, facet: str) -> FacetStatistics:  # noqa: ARG001 - the revision keys the cache
    return catalog.statistics(facet)


def _above(item: Item, facet: str, catalog: Catalog, share: float) -> bool:
    """Whether the value lies above the median by more than that share of the way to the highest."""
    value, spread = item.facets.get(facet), _spread(catalog, catalog.revision, facet)
    if spread.median is None or spread.high is None or not isinstance(value, int | float):
        return False
    return value > spread.median + share * (spread.high - spread.median)
