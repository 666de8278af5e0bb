"""How a need grows: earlier wishes, what was just said, and which of two conflicting statements holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..tools.constraints import NEGATIVE, POSITIVE, Constraint, Op, Source
from ..tools.constraints.model import Scalar
from ..tools.items import CatalogSchema, FacetKind
from ..tools.profile.model import UserProfile
from .state import Need, WantedPicture
from .understanding import TurnUnderstanding

ANY = "*"
_UPPER = {Op.LT, Op.LE}
_LOWER = {Op.GT, Op.GE}
_RANGE = {Op.BETWEEN, Op.EQ, Op.IN}
_LONGEST_QUERY = 300


def grow(need: Need, said: TurnUnderstanding, schema: CatalogSchema) -> Need:
    """The need after a message: a new need starts afresh, anything else adds to or overrides what was there."""
    before = Need() if said.new_need else need
    kept = () if ANY in said.relaxed else tuple(one for one in before.constraints if one.facet not in said.relaxed)
    constrained = {one.facet for one in said.constraints}
    relaxed = dict.fromkeys((*before.relaxed, *said.relaxed))
    return Need(
        constraints=merge(kept, said.constraints, schema),
        relaxed=tuple(facet for facet in relaxed if facet not in constrained and facet != ANY),
        wishes=tuple(dict.fromkeys((*before.wishes, *said.wishes))),
        query=_joined(before.query, said.query),
        similar_to=said.similar_to or before.similar_to,
        count=said.count or before.count,
        picture=None if said.similar_to else before.picture,
    )


def shown(need: Need, picture: WantedPicture, schema: CatalogSchema) -> Need:
    """The need when a new picture says what kind of thing it is: bounds and refusals stay, kinds and words do not."""
    kinds = {one.name for one in schema.facets if one.kind in (FacetKind.CATEGORICAL, FacetKind.MULTI)}
    kept = tuple(one for one in need.constraints if one.facet not in kinds or one.op in NEGATIVE)
    return Need(constraints=kept, relaxed=need.relaxed, count=need.count, picture=picture)


def merge(old: Sequence[Constraint], new: Iterable[Constraint], schema: CatalogSchema) -> tuple[Constraint, ...]:
    """Adds the new constraints one by one; each takes away what it replaces of the older ones."""
    merged = list(old)
    for one in new:
        facet = schema.facet(one.facet)
        multi = facet is not None and facet.kind is FacetKind.MULTI
        left = [_left(other, one, multi=multi) for other in merged]
        merged = [*(other for other in left if other is not None), one]
    return tuple(merged)


def _left(old: Constraint, new: Constraint, *, multi: bool) -> Constraint | None:
    """What remains of the older constraint: all, its other values ("Apple or Dell", then "not Dell"), or nothing."""
    if new.facet != old.facet:
        return old
    if new == old:
        return None
    if (new.op in NEGATIVE and old.op in POSITIVE) or (old.op in NEGATIVE and new.op in POSITIVE):
        return _without(old, set(new.values))
    if new.op in NEGATIVE or old.op in NEGATIVE:
        return old
    if new.op in POSITIVE and old.op in POSITIVE:
        return old if multi else None
    return None if _same_side(new.op, old.op) or _contradict(new, old) else old


def _without(old: Constraint, values: set[Scalar]) -> Constraint | None:
    kept = tuple(one for one in old.values if one not in values)
    if len(kept) == len(old.values):
        return old
    if len(kept) > 1:
        return old.model_copy(update={"value": kept})
    single = Op.NE if old.op in NEGATIVE else Op.EQ
    return next((old.model_copy(update={"op": single, "value": one}) for one in kept), None)


def _same_side(new: Op, old: Op) -> bool:
    sides = (_UPPER | _RANGE, _LOWER | _RANGE)
    return any(new in side and old in side for side in sides) or new is old


def _contradict(new: Constraint, old: Constraint) -> bool:
    """A new lower bound above an old upper one, or the reverse: the newer statement holds."""
    if not all(isinstance(one, float | int) for one in (*new.values, *old.values)):
        return False
    upper, lower = (new, old) if new.op in _UPPER else (old, new)
    low, high = float(lower.values[0]), float(upper.values[0])
    return low > high or (low == high and bool({Op.GT, Op.LT} & {new.op, old.op}))


def _joined(before: str, now: str) -> str:
    if not now or now in before:
        return before
    return f"{before} {now}".strip()[-_LONGEST_QUERY:]


def in_force(
    need: Need, profile: UserProfile, rules: Iterable[Constraint], schema: CatalogSchema
) -> tuple[Constraint, ...]:
    """What holds now: the person's words, lasting constraints they did not lift, and the rules of the house."""
    lasting = tuple(
        one.constraint.model_copy(update={"source": Source.PROFILE})
        for one in profile.constraints
        if one.catalog in ("", schema.name) and schema.facet(one.constraint.facet) and not _lifts(need, one.constraint)
    )
    return tuple(dict.fromkeys((*need.constraints, *lasting, *rules)))


def _lifts(need: Need, lasting: Constraint) -> bool:
    """Whether what is wanted now sets a lasting constraint aside: "never horror" holds until horror is asked for."""
    if lasting.facet in need.relaxed:
        return True
    wanted = [one for one in need.constraints if one.facet == lasting.facet and one.op not in NEGATIVE]
    if lasting.op not in NEGATIVE:
        return bool(wanted)
    return any(set(one.values) & set(lasting.values) for one in wanted)
