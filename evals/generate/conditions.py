"""Conditions that a random person may have, drawn from the facets of any catalog."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Literal

from ...tools.constraints import Constraint, Op
from ...tools.items import Facet, FacetKind, FacetRole
from ...tools.normalize import normalize
from ..facts import CatalogFacts

Form = Literal["at_most", "at_least", "between", "decade", "is", "is_not", "one_of"]

_UNSPOKEN = {FacetRole.STOCK, FacetRole.SPONSORED, FacetRole.POPULARITY, FacetRole.AGE}
_TEXT_KINDS = (FacetKind.CATEGORICAL, FacetKind.MULTI)
_LONGEST_VALUE = 30
_FEWEST_DISTINCT = 5
_DECADE = 10
_TRIES = 20
_ASKABLE_SHARE = 0.75


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing a person asks for, and the constraint that it means."""

    facet: Facet
    form: Form
    constraint: Constraint
    numbers: tuple[float, ...] = ()
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Speakable:
    """What can be said of a facet: its frequent values, or its numbers in ascending order."""

    facet: Facet
    values: tuple[str, ...] = ()
    numbers: tuple[float, ...] = ()


def speakable(facts: CatalogFacts) -> tuple[Speakable, ...]:
    """The facets that people ask by. Values must occur in at least one item of 500, and twice."""
    found = (_speakable(facet, facts) for facet in facts.schema.facets if facet.role not in _UNSPOKEN)
    return tuple(one for one in found if one)


def _speakable(facet: Facet, facts: CatalogFacts) -> Speakable | None:
    held = [value for item in facts.items.values() if (value := item.facets.get(facet.name)) is not None]
    if facet.kind is FacetKind.BOOLEAN:
        return Speakable(facet) if len(set(held)) > 1 else None
    if facet.kind is FacetKind.NUMERIC:
        numbers = tuple(sorted(float(value) for value in held if isinstance(value, int | float)))
        return Speakable(facet, numbers=numbers) if len(set(numbers)) >= _FEWEST_DISTINCT else None
    if facet.kind not in _TEXT_KINDS:
        return None
    counts = Counter(part for value in held for part in (value if isinstance(value, tuple) else (str(value),)))
    fewest = max(2, len(facts.items) // 500)
    frequent = tuple(
        value
        for value, count in sorted(counts.items())
        if fewest <= count < len(facts.items) and len(value) <= _LONGEST_VALUE
    )
    return Speakable(facet, values=frequent) if len(frequent) > 1 else None


def pick(offers: tuple[Speakable, ...], rng: Random) -> Speakable:
    """A facet to talk about; mostly one that an agent might ask about too."""
    askable = [one for one in offers if one.facet.askable]
    return rng.choice(askable if askable and rng.random() < _ASKABLE_SHARE else offers)


def draw(about: Speakable, rng: Random) -> Condition:
    """A random condition on the facet."""
    if about.facet.kind is FacetKind.BOOLEAN:
        return _flag(about.facet, rng)
    if about.numbers:
        return _number(about, rng)
    return _value(about, rng)


def draw_fitting(
    facts: CatalogFacts, offers: tuple[Speakable, ...], held: tuple[Constraint, ...], rng: Random
) -> Condition | None:
    """A condition that leaves at least one item beside the constraints already held; None when none was found."""
    before = facts.admitted(held)
    for _ in range(_TRIES):
        condition = draw(pick(offers, rng), rng)
        after = facts.admitted((*held, condition.constraint))
        if 0 < len(after) < len(before):
            return condition
    return None


def refuse(about: Speakable, rng: Random, but_not: frozenset[str]) -> Condition | None:
    """A value of the facet that the person does not want; never one that they asked for."""
    free = [value for value in about.values if normalize(value) not in but_not]
    if not free:
        return None
    value = rng.choice(free)
    return Condition(about.facet, "is_not", Constraint(facet=about.facet.name, op=Op.NE, value=value), values=(value,))


def _flag(facet: Facet, rng: Random) -> Condition:
    wanted = rng.random() < 0.7
    form: Form = "is" if wanted else "is_not"
    return Condition(facet, form, Constraint(facet=facet.name, op=Op.EQ, value=wanted))


def _value(about: Speakable, rng: Random) -> Condition:
    if rng.random() < 0.15 and about.facet.kind is FacetKind.CATEGORICAL:
        pair = tuple(rng.sample(about.values, 2))
        either = tuple(dict.fromkeys(value for one in pair for value in meaning(about.facet, one).values))
        return Condition(about.facet, "one_of", Constraint(facet=about.facet.name, op=Op.IN, value=either), values=pair)
    value = rng.choice(about.values)
    return Condition(about.facet, "is", meaning(about.facet, value), values=(value,))


def meaning(facet: Facet, value: str) -> Constraint:
    """ "It has this value" as the word is understood: one catalog may call comedy what another calls humor."""
    word = normalize(value)
    same = [one for one, words in facet.aliases.items() if one != value and word in map(normalize, words)]
    if not same:
        return Constraint(facet=facet.name, op=Op.EQ, value=value)
    return Constraint(facet=facet.name, op=Op.IN, value=(value, *same))


def _number(about: Speakable, rng: Random) -> Condition:
    facet, low = about.facet, _quantile(about, rng.uniform(0.1, 0.6))
    if facet.unit == "year" and rng.random() < 0.3:
        start = float(int(low) // _DECADE * _DECADE)
        ends = (start, start + _DECADE - 1)
        return Condition(facet, "decade", Constraint(facet=facet.name, op=Op.BETWEEN, value=ends), numbers=(start,))
    high = _quantile(about, rng.uniform(0.5, 0.95))
    if low < high and rng.random() < 0.25:
        ends = (low, high)
        return Condition(facet, "between", Constraint(facet=facet.name, op=Op.BETWEEN, value=ends), numbers=ends)
    if rng.random() < (0.75 if facet.role is FacetRole.PRICE else 0.3):
        return Condition(facet, "at_most", Constraint(facet=facet.name, op=Op.LE, value=high), numbers=(high,))
    return Condition(facet, "at_least", Constraint(facet=facet.name, op=Op.GE, value=low), numbers=(low,))


def _quantile(about: Speakable, share: float) -> float:
    """The number below which that share lies, rounded as people do: two digits, one decimal of a rating, full years."""
    value = about.numbers[int(share * (len(about.numbers) - 1))]
    if about.facet.unit == "year":
        return float(round(value))
    if about.facet.role is FacetRole.RATING:
        return round(value, 1)
    return float(f"{value:.2g}")
