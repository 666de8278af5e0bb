"""Checks of what is remembered of the person."""

from __future__ import annotations

from collections.abc import Iterator

from ...tools.constraints import Constraint, Op
from ...tools.normalize import normalize
from ...tools.profile.model import FeedbackKind, UserProfile
from ..suite import ProfileFacts
from .constraints import same_items
from .moment import Moment

_ITEM_LISTS = {
    "liked": FeedbackKind.LIKE,
    "disliked": FeedbackKind.DISLIKE,
    "seen": FeedbackKind.SEEN,
    "chosen": FeedbackKind.CHOSEN,
}
_WANTS = (Op.EQ, Op.IN, Op.ALL, Op.CONTAINS)
_REFUSES = (Op.NE, Op.NOT_IN)


def has(wanted: ProfileFacts, moment: Moment) -> Iterator[str]:
    """Statements that the profile lacks."""
    if moment.now.profile is None:
        yield "no profile"
        return
    held = dict(_held(wanted, moment, moment.now.profile))
    yield from (f"lacks {statement}" for statement, there in held.items() if not there)


def has_not(wanted: ProfileFacts, moment: Moment) -> Iterator[str]:
    """Statements that the profile holds and must not."""
    if moment.now.profile is not None:
        held = dict(_held(wanted, moment, moment.now.profile))
        yield from (f"holds {statement}" for statement, there in held.items() if there)


def empty(wanted: bool, moment: Moment) -> Iterator[str]:
    """Something is remembered that should not be, or nothing where something should."""
    profile = moment.now.profile
    held = [*profile.preferences, *profile.events, *profile.constraints, *profile.history] if profile else []
    if bool(held) == wanted:
        yield f"{len(held)} statements"


def _held(facts: ProfileFacts, moment: Moment, profile: UserProfile) -> Iterator[tuple[str, bool]]:
    for sign, name, values in ((1, "likes", facts.likes), (-1, "dislikes", facts.dislikes)):
        yield from ((f"{name} {value}", _tastes(profile, moment.spelled(value), sign)) for value in values)
    for name, kind in _ITEM_LISTS.items():
        held = _newest(profile, kind)
        yield from ((f"{name} {one}", bool(held & set(moment.ids(one)))) for one in getattr(facts, name))
    for text in facts.constraints:
        yield f"always {text}", _lasts(profile, moment.facts.filter(text), moment)
    if facts.language:
        yield f"language {facts.language}", profile.language == facts.language


def _tastes(profile: UserProfile, value: str, sign: int) -> bool:
    """Whether a like (1) or a dislike (-1) of the value is held, as a preference or as a lasting constraint."""
    if any(one.weight * sign > 0 and normalize(value) in normalize(one.value) for one in profile.preferences):
        return True
    ops = _WANTS if sign > 0 else _REFUSES
    return any(one.constraint.op in ops and _names(one.constraint, value) for one in profile.constraints)


def _names(constraint: Constraint, value: str) -> bool:
    return any(normalize(value) in normalize(str(one)) for one in constraint.values)


def _newest(profile: UserProfile, kind: FeedbackKind) -> set[str]:
    newest = {event.item_id: event.kind for event in profile.events}
    return {item for item, last in newest.items() if last is kind}


def _lasts(profile: UserProfile, wanted: tuple[Constraint, ...], moment: Moment) -> bool:
    facets = {one.facet for one in wanted}
    held = tuple(one.constraint for one in profile.constraints if one.constraint.facet in facets)
    return bool(held) and same_items(moment, wanted, held)
