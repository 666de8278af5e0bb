"""Which of several catalogs a turn recommends from, and what of the need goes with it.

Statements are taken newest first, the kind of thing that was named before the rest of its message. Each narrows the
catalogs that are left to those that can meet it; one that none of these can meet gives way, and the person is told:
"now a film" after "a book by Tolkien" keeps what films can have and goes by the meaning of Tolkien's books.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..tools.catalog import Catalog, JointCatalog
from ..tools.catalog.joint import Member
from ..tools.constraints import NEGATIVE, POSITIVE, Constraint, matches
from ..tools.items import FacetKind, FacetRole
from ..tools.profile.model import FeedbackKind, UserProfile
from ..tools.ranking.works import related, works_of
from .state import Need
from .understanding import TurnUnderstanding, Wish

_WORDED = (FacetKind.CATEGORICAL, FacetKind.MULTI)
_MAKERS = (FacetRole.CREATOR, FacetRole.BRAND)
_MOST_ANCHORS, _PER_VALUE = 12, 5


@dataclass(frozen=True, slots=True)
class GivenWay:
    """A condition that no longer holds because the catalogs that are left cannot meet it."""

    constraint: Constraint
    labels: tuple[str, ...]
    """The catalogs that are left, by their values of the catalog facet."""
    by_meaning: bool
    """Whether its words are still searched by."""


def settled(need: Need, said: TurnUnderstanding, catalog: Catalog) -> tuple[Need, tuple[GivenWay, ...]]:
    """The need as far as one of the catalogs can meet it, and what gave way. A single catalog leaves it as it is."""
    facet = catalog.schema.by_role(FacetRole.CATALOG)
    if not isinstance(catalog, JointCatalog) or facet is None:
        return need, ()
    need = _without_idle(need, facet.name, len(catalog.joined))
    left: list[Member] = list(catalog.joined)
    gone: list[Constraint] = []
    for one in _newest_first(need.constraints, said, facet.name):
        able = [member for member in left if _can_meet(member, one, facet.name)]
        known = able or any(_can_meet(member, one, facet.name) for member in catalog.joined)
        if known and not able:
            gone.append(one)
        left = able or left
    labels = tuple(member.naming.label for member in left)
    given = tuple(GivenWay(one, labels, _by_meaning(one, left, catalog)) for one in gone)
    return _adapted(need, given, catalog), given


def labels_left(constraints: Iterable[Constraint], catalog: Catalog) -> tuple[str, ...]:
    """The values of the catalog facet that can meet all these constraints; empty for a single catalog."""
    if not isinstance(catalog, JointCatalog):
        return ()
    held = [one for one in constraints if one.hard]
    facet = catalog.schema.by_role(FacetRole.CATALOG)
    left = [one for one in catalog.joined if facet and all(_can_meet(one, held_one, facet.name) for held_one in held)]
    return tuple(one.naming.label for one in left)


def anchors(need: Need, profile: UserProfile, catalog: Catalog) -> tuple[str, ...]:
    """Items that an open request before several catalogs may start from: liked ones, and works of what is liked.

    What somebody likes in one catalog brings up what is near to it in the other. None when there is something to
    search by, and none before a single catalog.
    """
    if not isinstance(catalog, JointCatalog) or need.query or need.similar_to:
        return ()
    liked = [one for one in profile.items(FeedbackKind.LIKE, catalog.name)[-_PER_VALUE:] if one in catalog]
    works = [one for facet, values in _liked_values(need, profile) for one in _works(catalog, facet, values)]
    return tuple(dict.fromkeys((*works, *reversed(liked))))[:_MOST_ANCHORS]


def _works(catalog: JointCatalog, facet: str, values: tuple[str, ...]) -> tuple[str, ...]:
    """The best known works of values that not every catalog has; the others are found by the value itself."""
    found = works_of(catalog, facet, values)
    return found.ids[:_PER_VALUE] if found.near else ()


def _liked_values(need: Need, profile: UserProfile) -> Iterator[tuple[str, tuple[str, ...]]]:
    for one in (*need.wishes, *profile.preferences):
        if one.facet and one.weight > 0:
            yield one.facet, (one.value,)
    for one in need.constraints:
        if not one.hard and one.op in POSITIVE:
            yield one.facet, tuple(value for value in one.values if isinstance(value, str))


def _without_idle(need: Need, facet: str, catalogs: int) -> Need:
    """Without a condition that every catalog meets: "a book or a film"."""
    kept = tuple(
        one for one in need.constraints if one.facet != facet or one.op not in POSITIVE or len(one.values) < catalogs
    )
    return need if len(kept) == len(need.constraints) else need.model_copy(update={"constraints": kept})


def _newest_first(constraints: Sequence[Constraint], said: TurnUnderstanding, facet: str) -> list[Constraint]:
    """The hard constraints: those of this message first, among them the kind named, then the older ones backwards."""
    new = set(said.constraints)
    hard = [one for one in reversed(constraints) if one.hard]
    return sorted(hard, key=lambda one: (one not in new, one.facet != facet if one in new else False))


def _can_meet(member: Member, one: Constraint, facet: str) -> bool:
    """Whether the catalog has the facet and, of a facet of words, one of the values asked for."""
    if one.facet == facet:
        return matches(one, member.naming.label)
    own = member.own_facets.get(one.facet)
    if own is None or one.op in NEGATIVE:
        return one.op in NEGATIVE
    about = member.catalog.schema.facet(own)
    if about is None or about.kind not in _WORDED or one.op not in POSITIVE:
        return True
    return bool(member.catalog.mask((one.model_copy(update={"facet": own}),)).any())


def _by_meaning(one: Constraint, left: Sequence[Member], catalog: JointCatalog) -> bool:
    """Whether something near to it can be looked for: a film near to a book, but no fruit near to a laptop."""
    about = catalog.schema.facet(one.facet)
    if about is None or about.kind not in _WORDED or about.role is FacetRole.CATALOG or one.op not in POSITIVE:
        return False
    owners = [member.catalog for member in catalog.joined if one.facet in member.own_facets]
    return any(related(member.catalog, owner) for member in left for owner in owners)


def _adapted(need: Need, given: Sequence[GivenWay], catalog: Catalog) -> Need:
    """Without what gave way; its words are a wish for something near to what has them."""
    if not given:
        return need
    gone = [one.constraint for one in given]
    words = [(one.constraint.facet, str(value)) for one in given if one.by_meaning for value in one.constraint.values]
    wishes = tuple(Wish(facet=facet, value=value) for facet, value in words)
    about = [value for facet, value in words if not _names_makers(facet, catalog) and value not in need.query]
    topics = [] if need.similar_to else about
    return need.model_copy(
        update={
            "constraints": tuple(one for one in need.constraints if one not in gone),
            "wishes": tuple(dict.fromkeys((*need.wishes, *wishes))),
            "query": " ".join([need.query, *topics]).strip(),
        }
    )


def _names_makers(facet: str, catalog: Catalog) -> bool:
    """Whether the words are names, which say nothing of what something is about."""
    about = catalog.schema.facet(facet)
    return about is not None and about.role in _MAKERS
