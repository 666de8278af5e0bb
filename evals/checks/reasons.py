"""Check of the reasons given with items: each must be true of the item, of the person, or of what was said.

It reads the words, so that it holds for any agent. Numbers must be the item's or the person's; who is said to like
something must have said so or have it in the profile; an item compared with must have come up, and a picture been sent;
what is said to fit the wish must fit. What claims nothing that can be checked passes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import yaml

from ...tools.constraints import Constraint, matches, render
from ...tools.items import FacetRole, Item, Language
from ...tools.normalize import normalize
from ...tools.profile.model import FeedbackKind
from ..targets import Shown
from .moment import Moment

_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")
_ALSO = re.compile(r"\s*(?:,|;|、|，|；|\band\b|和|与)\s*")
_EDGES = " .,;:!?。，；：！？、《》“”\"'"
_GLAD = (FeedbackKind.LIKE, FeedbackKind.CHOSEN)


def true(_wanted: bool, moment: Moment) -> Iterator[str]:
    """Reasons that claim what is not so."""
    for one in moment.now.shown:
        item = moment.facts.items.get(one.id)
        if item is not None:
            yield from _of(one, item, moment)


def _of(one: Shown, item: Item, moment: Moment) -> Iterator[str]:
    for reason in one.reasons:
        for wrong in _wrong(reason, item, moment):
            yield f"{one.title}: {reason!r}: {wrong}"


def _wrong(reason: str, item: Item, moment: Moment) -> Iterator[str]:
    """What a reason says that is not so; what has been judged is taken out before numbers are."""
    for kind, role in (("rated", FacetRole.RATING), ("popular", FacetRole.POPULARITY)):
        what = _claim(kind, reason)
        if what and not _is_value(what, item, moment, role):
            yield f"the {role} is {_value(item, moment, role)}"
            return
    if _claim("pictured", reason):
        if not moment.pictured:
            yield "no picture was sent"
        return
    for kind, known in (("liked", _is_liked), ("like", _came_up), ("taste", _is_taste), ("kindred", _is_kindred)):
        what = _claim(kind, reason)
        if what:
            yield from (f"{part} never came up" for part in _unknown(what, known, moment))
            return
    yield from _unmet(reason, item, moment)
    rest = _without_constraints(reason, moment)
    numbers = (number for number in _NUMBER.findall(rest) if not _explained(number, item, moment))
    yield from (f"{number} is no figure of it" for number in numbers)


def _claim(kind: str, reason: str) -> str:
    for patterns in _patterns().values():
        match = patterns[kind].search(reason)
        if match:
            return next(part for part in match.groups() if part).strip(_EDGES)
    return ""


def _unknown(what: str, known: Callable[[str, Moment], bool], moment: Moment) -> Iterator[str]:
    """The claim as a whole may be known, or each of the things it lists."""
    if not known(what, moment):
        parts = (one.strip(_EDGES) for one in _ALSO.split(what))
        yield from (part for part in parts if part and not known(part, moment))


def _is_liked(what: str, moment: Moment) -> bool:
    """Stated in the profile; without one, liked or named in the conversation."""
    ids = set(moment.facts.titles.get(normalize(what), ()))
    if moment.now.profile is None:
        return _came_up(what, moment)
    newest = {event.item_id: event.kind for event in moment.now.profile.events}
    return any(newest.get(one) in _GLAD for one in ids) or _was_said(what, moment)


def _came_up(what: str, moment: Moment) -> bool:
    """Named by the person, shown before, or among what was known of the person."""
    ids = set(moment.facts.titles.get(normalize(what), ()))
    held = {event.item_id for event in moment.now.profile.events} if moment.now.profile else set[str]()
    return bool(ids & (moment.seen_ids | held)) or _was_said(what, moment)


def _is_taste(what: str, moment: Moment) -> bool:
    """A preference of the profile, a wish in force, or words of the person, also by another name of the value."""
    profile, wanted = moment.now.profile, normalize(what)
    stated = [*moment.given.likes]
    if profile:
        stated += [text for one in profile.preferences if one.weight > 0 for text in (one.value, one.evidence)]
    stated += [str(value) for one in moment.now.constraints for value in one.values]
    if any(wanted in normalize(one) for one in stated):
        return True
    names = [what, *(name for facet in moment.facts.schema.facets for name in facet.aliases.get(what, ()))]
    return any(_was_said(name, moment) for name in names) or _is_liked(what, moment)


def _is_kindred(what: str, moment: Moment) -> bool:
    """A taste, or an item that came up."""
    return _is_taste(what, moment) or _came_up(what, moment)


def _was_said(what: str, moment: Moment) -> bool:
    return any(normalize(what) in normalize(text) for text in moment.said)


def _unmet(reason: str, item: Item, moment: Moment) -> Iterator[str]:
    """Constraints that the reason names as met, and that the item breaks."""
    for one in moment.now.constraints:
        value = item.facets.get(one.facet)
        if any(words and words in reason for words in _written(one, moment)) and not matches(one, value):
            yield f"its {one.facet} is {value}"


def _without_constraints(reason: str, moment: Moment) -> str:
    written = [words for one in moment.now.constraints for words in _written(one, moment)]
    for words in sorted(filter(None, written), key=len, reverse=True):
        reason = reason.replace(words, " ")
    return reason


def _written(one: Constraint, moment: Moment) -> tuple[str, ...]:
    return tuple(render(one, moment.facts.schema, language) for language in _patterns())


def _explained(number: str, item: Item, moment: Moment) -> bool:
    """Whether a number is a figure of the item, stands in its texts, or was said by the person."""
    texts = (item.title, item.text, *(str(part) for value in item.facets.values() for part in _several(value)))
    stated = [value for one in moment.now.constraints for value in one.values]
    figures = [value for value in (*item.facets.values(), *stated) if isinstance(value, int | float)]
    plain = number.replace(",", "")
    return any(_rounds_to(plain, figure) for figure in figures) or any(
        plain in text.replace(",", "") for text in (*texts, *moment.said, *map(str, stated))
    )


def _is_value(number: str, item: Item, moment: Moment, role: FacetRole) -> bool:
    value = _value(item, moment, role)
    return value is None or _rounds_to(number.replace(",", "").rstrip("."), value)


def _value(item: Item, moment: Moment, role: FacetRole) -> float | None:
    facet = moment.facts.schema.by_role(role)
    value = item.facets.get(facet.name) if facet else None
    return float(value) if isinstance(value, int | float) else None


def _rounds_to(number: str, value: float) -> bool:
    """Whether a number is the value, to as many digits as it gives."""
    digits = len(number.partition(".")[2])
    return abs(float(number) - value) <= 0.51 * 10**-digits


def _several(value: object) -> Iterable[object]:
    return value if isinstance(value, tuple) else (value,)


@cache
def _patterns() -> Mapping[Language, Mapping[str, re.Pattern[str]]]:
    held = yaml.safe_load(Path(__file__).with_name("reasons.yaml").read_text("utf-8"))
    return {
        language: {kind: re.compile(one, re.IGNORECASE) for kind, one in kinds.items()}
        for language, kinds in held.items()
    }
