"""A simulated person: what they have in mind, what they have said of it, and what they do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from ...tools.constraints import Constraint
from ...tools.items import FacetRole, Item
from ..generate.conditions import Condition
from ..targets import Observed
from .acts import Act
from .describing import Ground, is_not
from .goals import Goal, Taste, holds
from .personas import Move, Persona

_FARTHEST_RANK = 5
_REFUSABLE = (FacetRole.CATEGORY, FacetRole.CREATOR, FacetRole.BRAND)
_MEASURED = (FacetRole.PRICE, FacetRole.DATE, FacetRole.RATING)
_LIKED_FROM = 0.2
_INSISTS = 0.7
"""How often somebody says again what the agent seems not to have heard."""


@dataclass
class Person:
    """What they hold true is the ground truth of the evaluation: it comes from the goal, not from the agent."""

    ground: Ground
    persona: Persona
    goal: Goal
    rng: Random
    held: list[Condition] = field(default_factory=list)
    """Said, and in force."""
    mumbled: list[Condition] = field(default_factory=list)
    """Of these, those said with typing errors only."""
    rejected: set[str] = field(default_factory=set)
    """Ids of the items that they turned down."""
    exposure: Counter[int] = field(default_factory=Counter)
    """By place of a taste, how many items they have seen that meet it."""

    def __post_init__(self) -> None:
        self.unsaid = list(self.goal.hard)
        self.untold = list(self.goal.tastes)
        self.clue_left = bool(self.goal.clue)
        self.second_thought: Condition | None = None

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """Everything that was said plainly and must hold of the items they are shown."""
        return tuple(one.constraint for one in self.held if one not in self.mumbled)

    def open(self) -> tuple[Act, ...]:
        """The first request."""
        count = self.rng.randint(*self.persona.volunteers)
        told = [self._say(one) for one in self.unsaid[:count]]
        kind = "open_item" if self.goal.kind == "item" else "open"
        if told:
            return (Act(kind, tuple(told)),)
        taste = self._next_taste() if count else None
        return (Act("open", (taste.condition,)),) if taste else (Act("open_vague"),)

    def respond(self, last: Observed) -> tuple[Act, ...]:
        """What they do next, given what the agent did. The same seed and the same agent give the same acts."""
        if self.second_thought is not None:
            return (self._think_again(self.second_thought),)
        if (ignored := self._ignored(last)) and self.rng.random() < _INSISTS:
            return (Act("insist", (ignored,)),)
        if last.question and self.rng.random() < self.persona.answers:
            return self._answer(last)
        return (self._move(last),)

    def _ignored(self, last: Observed) -> Condition | None:
        """What they said, that most of the items shown do not meet: perhaps it was not understood."""
        items = self._items(last)
        broken = [one for one in self.held if 2 * sum(holds(one, item) for item in items) < len(items)]
        return broken[-1] if broken else None

    def hear_oneself(self, acts: Sequence[Act], *, plainly: bool) -> None:
        """What was said without a typing error must hold from now on; the rest, when it is said again."""
        said = [one for act in acts for one in act.conditions if act.kind != "prefer"]
        self.mumbled = [one for one in self.mumbled if one in self.held and not (plainly and one in said)]
        self.mumbled += [] if plainly else [one for one in said if one in self.held]

    def see(self, observed: Observed) -> str | None:
        """Looks at the items shown; the id of the one that they take, if any is what they want."""
        items = [self.ground.facts.items[one.id] for one in observed.shown if one.id in self.ground.facts.items]
        for item in items:
            self.exposure.update(place for place, one in enumerate(self.goal.tastes) if holds(one.condition, item))
        if self.goal.kind != "discovery":
            return next((item.id for item in items if item.id in self.goal.wanted), None)
        best = max(items, key=self.sensed, default=None)
        return best.id if best and best.id in self.goal.wanted else None

    def sensed(self, item: Item) -> float:
        """What the item seems to be worth: a taste counts the more, the more often they have met it.

        Preferences are constructed while choosing (Bettman, Luce and Payne 1998); n / (n + 1) after n encounters.
        """
        met = ((place, one) for place, one in enumerate(self.goal.tastes) if holds(one.condition, item))
        return sum(one.weight * self.exposure[place] / (self.exposure[place] + 1) for place, one in met)

    def _say(self, condition: Condition) -> Condition:
        """From now on it holds; somebody of two minds says the other thing first."""
        self.unsaid.remove(condition)
        first = self.goal.first
        if first and first.facet == condition.facet and self.second_thought is None and not self.held_before(first):
            self.second_thought, condition = condition, first
        self.held.append(condition)
        return condition

    def held_before(self, condition: Condition) -> bool:
        """Whether that very condition was said."""
        return condition in self.held

    def _think_again(self, meant: Condition) -> Act:
        self.held = [one for one in self.held if one.facet != meant.facet]
        self.held.append(meant)
        self.second_thought = None
        return Act("replace", (meant,))

    def _answer(self, last: Observed) -> tuple[Act, ...]:
        asked = last.question
        facet = self.ground.facts.schema.facet(asked.facet) if asked else None
        if facet is None:
            return (self._move(last),)
        known = next((one for one in self.unsaid if one.facet == facet), None)
        if known:
            answer = Act("answer", (self._say(known),), facet)
        else:
            answer = self._answer_taste(next((one for one in self.untold if one.condition.facet == facet), None))
            answer = answer or Act("whatever", facet=facet)
        further = self._add(last) if self.rng.random() < self.persona.adds_to_answer else None
        return (answer, further) if further else (answer,)

    def _answer_taste(self, taste: Taste | None) -> Act | None:
        """Being asked is a way to find out what one wants, or that one does not care."""
        if taste is None or taste.weight < 0:
            return None
        self.untold.remove(taste)
        if self.goal.kind == "need" and self.rng.random() < self.persona.does_not_care:
            self.goal = self.goal.without(taste, self.ground)
            return None
        self.held.append(taste.condition)
        return Act("answer", (taste.condition,), taste.condition.facet)

    def _move(self, last: Observed) -> Act:
        weights = dict(self.persona.moves)
        while weights:
            move = self.rng.choices(list(weights), list(weights.values()))[0]
            act = _MOVES[move](self, last)
            if act:
                return act
            del weights[move]
        return self._add(last) or Act("more")

    def _add(self, _last: Observed) -> Act | None:
        if self.unsaid:
            return Act("add", (self._say(self.unsaid[0]),))
        taste = self._next_taste()
        if taste is None:
            return None
        if taste.weight < 0:
            refused = is_not(taste.condition.facet, taste.condition.values[0])
            self.held.append(refused)
            return Act("refuse", (refused,))
        return Act("prefer", (taste.condition,))

    def _next_taste(self) -> Taste | None:
        """The next taste that they know of: one who discovers their tastes knows the first, and those they have met."""
        places = {id(one): place for place, one in enumerate(self.goal.tastes)}
        told = [one for one in self.untold if self.goal.kind != "discovery" or self._aware(places[id(one)])]
        if told:
            self.untold.remove(told[0])
        return told[0] if told else None

    def _aware(self, place: int) -> bool:
        return place == 0 or self.exposure[place] > 0

    def _clue(self, _last: Observed) -> Act | None:
        if not self.clue_left:
            return None
        self.clue_left = False
        return Act("clue", words=self.goal.clue)

    def _more(self, last: Observed) -> Act | None:
        return Act("more") if last.shown else None

    def _reject(self, last: Observed) -> Act | None:
        within = min(len(last.shown), _FARTHEST_RANK)
        if not within:
            return None
        rank = self.rng.randint(1, within)
        self.rejected.add(last.shown[rank - 1].id)
        return Act("reject", rank=rank)

    def _reject_all(self, last: Observed) -> Act | None:
        if not last.shown:
            return None
        self.rejected.update(one.id for one in last.shown)
        return Act("reject_all")

    def _refuse(self, last: Observed) -> Act | None:
        """No to a property of an item shown that what they want does not have."""
        asked = {value for one in self.held for value in one.constraint.values}
        items = self._items(last)
        for one in self.rng.sample(items, len(items)):
            for facet in (facet for facet in self.ground.facets if facet.role in _REFUSABLE and facet.aliases):
                for value in self.ground.values_of(one, facet):
                    refused = is_not(facet, value)
                    left = self.goal.refusing(refused, self.ground) if value not in asked else None
                    if left and left.wanted == self.goal.wanted:
                        self.held.append(refused)
                        return Act("refuse", (refused,))
        return None

    def _critique(self, last: Observed) -> Act | None:
        """Cheaper, newer, better rated: in the direction in which what they want lies from all that was shown."""
        for facet in (one for one in self.ground.facets if one.role in _MEASURED):
            shown = _numbers(self._items(last), facet.name)
            wanted = _numbers([self.ground.facts.items[one] for one in self.goal.wanted], facet.name)
            if shown and wanted and max(wanted) < min(shown) and facet.role is not FacetRole.RATING:
                return Act("critique", facet=facet, direction="lower")
            if shown and wanted and min(wanted) > max(shown):
                return Act("critique", facet=facet, direction="higher")
        return None

    def _like(self, last: Observed) -> Act | None:
        """The best of those shown, when it seems worth something."""
        ranked = [(self.sensed(item), -rank) for rank, item in enumerate(self._items(last)[:_FARTHEST_RANK], start=1)]
        worth, rank = max(ranked, default=(0.0, 0))
        return Act("like", rank=-rank) if worth >= _LIKED_FROM else None

    def _items(self, last: Observed) -> list[Item]:
        known = self.ground.facts.items
        return [known[one.id] for one in last.shown if one.id in known]


def _numbers(items: Sequence[Item], facet: str) -> list[float]:
    return [float(value) for item in items if isinstance(value := item.facets.get(facet), int | float)]


_MOVES: dict[Move, Callable[[Person, Observed], Act | None]] = {
    "add": Person._add,
    "clue": Person._clue,
    "more": Person._more,
    "reject": Person._reject,
    "reject_all": Person._reject_all,
    "refuse": Person._refuse,
    "critique": Person._critique,
    "like": Person._like,
}
