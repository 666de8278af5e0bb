"""Why an item is recommended: what the scores and the state hold true of it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ...tools.catalog import Catalog, FacetStatistics
from ...tools.constraints import Constraint, Op, matches
from ...tools.items import FacetRole, Item
from ...tools.normalize import normalize
from ...tools.profile.model import Preference
from ...tools.ranking.causes import AskedLike, Cause, FeedbackOn, Named
from ...tools.ranking.evidence import Because
from ..pictures import looks_alike
from ..state import Ground, GroundKind, Need

_FAIR_SHARE = 0.3
TEXT = "text"
"""The part of a ranker that compares texts."""
_OF_WORDS = ("retrieval", TEXT)
"""Parts that compare an item with what is asked for in words."""
_NEAR = 1 / 3
"""From where on a text is close to the words, where 1 is 3 standard deviations closer than an average item."""
_GOOD_RATING = 0.25
"""How far from the median to the highest rating of the catalog a rating must lie to be a reason."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the score of one item is made of, beside that of the other candidates."""

    because: Sequence[Because] = ()
    above: Mapping[str, float] = field(default_factory=dict)
    """By part of the ranker: how far its contribution lies above the mean of the candidates."""
    near: float | None = None
    """How close its text is to what is asked for, 0 being as close as an average item; None where no part says."""
    liked: frozenset[str] = frozenset()
    """Items that the person likes: feedback on others may raise a score, but is no liking."""
    known: frozenset[str] = frozenset()
    """Items that the person has seen or looked at, without a word on how they were."""
    counted: frozenset[str] = frozenset()
    """Parts of the ranker that say how often an item was chosen by anybody."""

    @property
    def chosen_often(self) -> float:
        """How far being chosen often lifts the item above the other candidates; 0 when it does not."""
        return max(0.0, sum(self.above.get(name, 0.0) for name in self.counted))


def grounds_for(item: Item, weighed: Weighed, need: Need, catalog: Catalog) -> tuple[Ground, ...]:
    """What was asked for and is met, what raised the score, its standing; being listed when there is no more."""
    caused = (*_caused(item, weighed, catalog), *_came_up(item, weighed, need, catalog))
    chosen, standing = tuple(_chosen(weighed)), tuple(_standing(item, catalog))
    found = (
        *_asked(item, need, catalog),
        *_alike(item, need, catalog),
        *(chosen if not standing else ()),
        *caused,
        *_near(need, weighed),
        *standing,
    )
    return tuple(dict.fromkeys(found)) or (Ground(kind=GroundKind.LISTED),)


def worth_saying(weighed: Weighed) -> list[Because]:
    """The causes that lift the score by a fair share of what the strongest one or being chosen often does."""
    strongest = max((weighed.chosen_often, *(one.drop for one in weighed.because)))
    return [one for one in weighed.because if one.drop > 0 and one.drop >= _FAIR_SHARE * strongest]


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


def _caused(item: Item, weighed: Weighed, catalog: Catalog) -> Iterator[Ground]:
    for one in worth_saying(weighed):
        if not isinstance(one.cause, FeedbackOn) or one.cause.item_id in weighed.liked:
            yield from _cause(one.cause, item, catalog)
        elif one.cause.item_id in weighed.known and one.cause.item_id in catalog:
            yield Ground(kind=GroundKind.KNOWN, item_id=one.cause.item_id)


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


def _came_up(item: Item, weighed: Weighed, need: Need, catalog: Catalog) -> Iterator[Ground]:
    """What was named, but for the item itself and for what is said as a condition or a liking already."""
    causes = [one.cause for one in worth_saying(weighed)]
    anchors = [one.item_id for one in causes if isinstance(one, AskedLike | FeedbackOn) and one.item_id in catalog]
    wanted = [str(value) for one in need.constraints for value in one.values]
    told = {normalize(one) for one in (item.title, *wanted, *(catalog.item(anchor).title for anchor in anchors))}
    for one in causes:
        if isinstance(one, Named) and normalize(one.name) not in told:
            yield Ground(kind=GroundKind.CAME_UP, value=one.name)


def _only_near(facet: str, values: Sequence[str | float | bool], item: Item, catalog: Catalog) -> bool:
    """Whether the item's own one of several catalogs knows no such facet or value: it is near, but has it not."""
    if len(catalog.members) < 2 or not facet or catalog.schema.facet(facet) is None:
        return False
    return not matches(Constraint(facet=facet, op=Op.IN, value=tuple(values)), item.facets.get(facet))


def _near(need: Need, weighed: Weighed) -> Iterator[Ground]:
    """Close to the words, and closer than the other candidates are: it was not only found, it is there for that."""
    if weighed.near is not None and weighed.near < _NEAR:
        return
    nearer = sum(weighed.above.get(name, 0.0) for name in _OF_WORDS) > 0 or not weighed.above
    if need.query and not weighed.because and nearer:
        yield Ground(kind=GroundKind.QUERY, value=need.query)


def _chosen(weighed: Weighed) -> Iterator[Ground]:
    """When nothing lifts the item above the other candidates as much as how often it was chosen."""
    others = [value for name, value in weighed.above.items() if name not in weighed.counted]
    if weighed.chosen_often > max((0.0, *others, *(one.drop for one in weighed.because))):
        yield Ground(kind=GroundKind.OFTEN_CHOSEN)


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
