"""A random person: says what they want, gives feedback, changes their mind, and knows what they said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from ...tools.constraints import Constraint, Op
from ...tools.items import FacetRole
from ...tools.normalize import normalize
from ..facts import CatalogFacts
from ..targets import Observed, Shown
from .conditions import Condition, Speakable, draw, draw_fitting, pick, refuse
from .wording import Wording, phrases

_HOPELESS_SHARE = 0.05
_ANSWER_SHARE = 0.7
_FARTHEST_RANK = 5
_REFUSING = "不要"
"""A condition that begins so stands alone: 还要不要 asks whether."""


@dataclass
class Person:
    """One random person before one catalog. What they hold true is the ground truth of the evaluation."""

    facts: CatalogFacts
    offers: tuple[Speakable, ...]
    wording: Wording
    rng: Random
    wanted: dict[str, Condition] = field(default_factory=dict)
    """What they ask for, one condition a facet."""
    refused: list[Condition] = field(default_factory=list)
    rejected: set[str] = field(default_factory=set)
    """Ids of the items they turned down or already have."""

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """Everything that must hold of the items they are shown."""
        return tuple(one.constraint for one in (*self.wanted.values(), *self.refused))

    def open(self) -> str:
        """A first request, with one to three conditions."""
        self.wanted, self.refused = {}, []
        for _ in range(self.rng.choice((1, 1, 2, 2, 3))):
            condition = self.draw()
            if condition:
                self.wanted.setdefault(condition.facet.name, condition)
        return self.wording.opening(list(self.wanted.values()))

    def reply(self, last: Observed) -> str:
        """The next message, given what the agent did. The same seed and the same agent give the same messages."""
        if last.question and self.rng.random() < _ANSWER_SHARE:
            return self._answer(last)
        moves = [move for move, weight in _MOVES for _ in range(weight)]
        while True:
            said = self.rng.choice(moves)(self, last)
            if said:
                return said

    def draw(self) -> Condition | None:
        """A condition that something still fits, and now and then one that nothing may fit."""
        if self.rng.random() < _HOPELESS_SHARE:
            return draw(pick(self.offers, self.rng), self.rng)
        return draw_fitting(self.facts, self.offers, self.constraints, self.rng)

    def _answer(self, last: Observed) -> str:
        """An offered value that the catalog holds, or no preference."""
        asked = last.question
        about = next((one for one in self.offers if asked and one.facet.name == asked.facet and one.values), None)
        offered = [value for value in asked.values if value in about.values] if about and asked else []
        if about is None or not offered or self.rng.random() < 0.2:
            if asked:
                self.drop(asked.facet)
            return self.wording.pick("whatever")
        value = self.rng.choice(offered)
        meant = Constraint(facet=about.facet.name, op=Op.EQ, value=value)
        self.hold(Condition(about.facet, "is", meant, values=(value,)))
        return value

    def hold(self, condition: Condition) -> None:
        """From now on this is what they want of the facet."""
        self.drop(condition.facet.name)
        self.wanted[condition.facet.name] = condition

    def drop(self, facet: str) -> None:
        """They no longer care about the facet."""
        self.wanted.pop(facet, None)
        self.refused = [one for one in self.refused if one.facet.name != facet]

    def hear(self, answer: Observed) -> None:
        """Before several catalogs what they ask for together may be found in none of them: they let go what the agent
        says it had to leave out for what they said last."""
        if self.facts.schema.by_role(FacetRole.CATALOG) is None or self.facts.admitted(self.constraints):
            return
        held = {one.facet for one in answer.constraints if one.hard}
        reply = normalize(answer.reply)
        for condition in [one for name, one in self.wanted.items() if name not in held]:
            if any(word in reply for word in self.wording.said(condition)):
                self.drop(condition.facet.name)


def _add(person: Person, _last: Observed) -> str | None:
    condition = person.draw()
    if condition is None or condition.facet.name in person.wanted:
        return None
    person.hold(condition)
    said = person.wording.condition(condition)
    return said if said.startswith(_REFUSING) else person.wording.pick("add").format(condition=said)


def _replace(person: Person, _last: Observed) -> str | None:
    held = [one for one in person.offers if one.facet.name in person.wanted]
    if not held:
        return None
    condition = draw(person.rng.choice(held), person.rng)
    person.hold(condition)
    return person.wording.pick("replace").format(condition=person.wording.condition(condition))


def _refuse(person: Person, _last: Observed) -> str | None:
    about = pick(person.offers, person.rng)
    wanted = {normalize(value) for one in person.wanted.values() for value in one.values}
    condition = refuse(about, person.rng, frozenset(wanted)) if about.values else None
    if condition is None:
        return None
    person.refused.append(condition)
    return person.wording.condition(condition)


def _relax(person: Person, _last: Observed) -> str | None:
    if not person.wanted:
        return None
    condition = person.wanted[person.rng.choice(sorted(person.wanted))]
    person.drop(condition.facet.name)
    return person.wording.pick("relax").format(label=person.wording.label(condition.facet))


def _reject(person: Person, last: Observed) -> str | None:
    shown, rank = _pick(person, last)
    if shown is None:
        return None
    person.rejected.add(shown.id)
    if person.rng.random() < 0.2:
        return person.wording.pick("reject_title").format(title=shown.title)
    return person.wording.pick("reject").format(nth=person.wording.nth(rank))


def _seen(person: Person, last: Observed) -> str | None:
    shown, rank = _pick(person, last)
    if shown is None:
        return None
    person.rejected.add(shown.id)
    return person.wording.pick("seen").format(nth=person.wording.nth(rank))


def _about_one(kind: str) -> Callable[[Person, Observed], str | None]:
    def say(person: Person, last: Observed) -> str | None:
        shown, rank = _pick(person, last)
        return person.wording.pick(kind).format(nth=person.wording.nth(rank)) if shown else None

    return say


def _plain(kind: str) -> Callable[[Person, Observed], str | None]:
    return lambda person, _last: person.wording.pick(kind)


def _new_need(person: Person, _last: Observed) -> str | None:
    return person.wording.pick("new").format(opening=person.open())


def _pick(person: Person, last: Observed) -> tuple[Shown | None, int]:
    """An item of the list just shown, and its rank."""
    within = min(len(last.shown), _FARTHEST_RANK, len(phrases(person.wording.language)["nth"]))
    if not within:
        return None, 0
    rank = person.rng.randint(1, within)
    return last.shown[rank - 1], rank


_MOVES: tuple[tuple[Callable[[Person, Observed], str | None], int], ...] = (
    (_add, 5),
    (_replace, 3),
    (_refuse, 3),
    (_relax, 2),
    (_plain("more"), 4),
    (_reject, 4),
    (_seen, 2),
    (_about_one("like"), 1),
    (_about_one("why"), 1),
    (_about_one("tell"), 1),
    (_plain("chat"), 1),
    (_new_need, 1),
)
