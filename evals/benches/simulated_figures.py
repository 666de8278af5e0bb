"""Figures of simulated talks: success by turn, pass^k, what went wrong, and where people differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import comb

from ...tools.ranking.metrics.intervals import Interval, mean_with_interval, paired_difference
from ..outcome import Outcome, SimulatedResult
from .figures import Figure

_TURNS = range(1, 6)
_EXAMPLES = 30
_LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Told:
    """One talk and who held it."""

    outcome: Outcome
    persona: str
    goal: str
    number: int
    likes: int
    """Items in the profile before the first turn."""
    catalog_size: int

    @property
    def result(self) -> SimulatedResult:
        """What is known of the talk as a simulated one."""
        assert self.outcome.simulated is not None, "every talk here is a simulated one"
        return self.outcome.simulated

    @property
    def person(self) -> tuple[str, str, int]:
        """The same in both languages, with and without a profile."""
        return (self.outcome.catalog, self.persona, self.number)

    def success_by(self, turn: int) -> float:
        """1 when a wanted item was shown up to that turn."""
        found = self.result.success_turn
        return float(found is not None and found <= turn)

    @property
    def turns(self) -> int:
        """Messages until the item was found, or until the person gave up."""
        return len(self.outcome.turns)

    @property
    def by_chance(self) -> float:
        """Chance that as many items as were shown, drawn by lot from the catalog, hold a wanted one."""
        shown = sum(len(turn.observed.shown) for turn in self.outcome.turns if turn.observed)
        others = self.catalog_size - len(self.result.wanted)
        return 1.0 - comb(others, shown) / comb(self.catalog_size, shown) if shown <= others else 1.0


def figures(told: Sequence[Told]) -> tuple[Figure, ...]:
    """What is bounded first, then what explains it. Bounds are on people without a profile."""
    fresh = [one for one in told if not one.likes]
    return (
        Figure("talks without a profile", len(fresh)),
        *(_success(turn, fresh) for turn in _TURNS),
        Figure("the same number of items by lot", _mean(fresh, lambda one: one.by_chance)),
        Figure("turns on average", _mean(fresh, lambda one: one.turns), at_most=3.0),
        *(Figure(f"pass^{k}: same person, {k} languages", passes(fresh, k)) for k in (1, 2)),
        Figure("English less Chinese, success at turn 5", _parity(fresh), at_most=0.03),
        Figure("Chinese less English, success at turn 5", -_parity(fresh), at_most=0.03),
        *_wrong(told),
        *_questions(fresh),
        *_by("", fresh, lambda one: f"{one.outcome.catalog} {one.outcome.language}"),
        *_by("goal: ", fresh, lambda one: one.goal),
        *_by("persona: ", fresh, lambda one: one.persona),
        *_shots(told),
    )


def notes(told: Sequence[Told]) -> tuple[str, ...]:
    """Intervals, and the talks that went wrong or did not succeed."""
    fresh = [one for one in told if not one.likes]
    lines = [f"success at turn 5: {_interval(fresh, lambda one: one.success_by(5)):.3f}"]
    lines += [f"turns: {_interval(fresh, lambda one: one.turns):.2f}"]
    english, chinese = ([one.success_by(5) for one in _of(fresh, language)] for language in _LANGUAGES)
    if english and len(english) == len(chinese):
        lines.append(f"English less Chinese, same people: {paired_difference(english, chinese, 1):.3f}")
    wrong = [one for one in told if one.outcome.failures or one.result.leaked or one.result.success_turn is None]
    return (*lines, *(_line(one) for one in wrong[:_EXAMPLES]))


def passes(told: Sequence[Told], k: int) -> float:
    """pass^k (Yao et al. 2024): mean over people of C(c, k) / C(n, k), c of whose n talks succeeded."""
    by_person: dict[tuple[str, str, int], list[float]] = defaultdict(list)
    for one in told:
        by_person[one.person].append(one.success_by(5))
    trials = [tries for tries in by_person.values() if len(tries) >= k]
    chances = [comb(int(sum(tries)), k) / comb(len(tries), k) for tries in trials]
    return sum(chances) / len(chances) if chances else 0.0


def _success(turn: int, told: Sequence[Told]) -> Figure:
    value = _mean(told, lambda one: one.success_by(turn))
    return Figure(f"success at turn {turn}", value, at_least=0.9 if turn == _TURNS[-1] else None)


def _wrong(told: Sequence[Told]) -> Iterable[Figure]:
    kinds = [violation.kind for one in told for violation in one.result.violations]
    invented = kinds.count("not in the catalog")
    yield Figure("items not in the catalog", invented, at_most=0)
    yield Figure("other violations", len(kinds) - invented, at_most=0)
    yield Figure("talks that broke off", sum(one.outcome.turns[-1].observed is None for one in told), at_most=0)
    yield Figure("talks that told the title", sum(one.result.leaked for one in told), at_most=0)
    yield Figure("items shown a second time, per talk", _mean(told, _repeated))


def _repeated(one: Told) -> int:
    shown = [item.id for turn in one.outcome.turns if turn.observed for item in turn.observed.shown]
    return len(shown) - len(set(shown))


def _questions(told: Sequence[Told]) -> Iterable[Figure]:
    put = [question for one in told for question in one.result.questions if question.before]
    yield Figure("questions per talk", len(put) / len(told) if told else 0.0)
    left = [question.after / question.before for question in put]
    yield Figure("candidates left by a question", sum(left) / len(left) if left else 1.0)


def _by(what: str, told: Sequence[Told], key: Callable[[Told], str]) -> Iterable[Figure]:
    groups: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        groups[key(one)].append(one)
    for name, group in groups.items():
        yield Figure(f"{what}{name}, success at turn 5", _mean(group, lambda one: one.success_by(5)))
        yield Figure(f"{what}{name}, turns", _mean(group, lambda one: one.turns))


def _shots(told: Sequence[Told]) -> Iterable[Figure]:
    """The same people in the same language, with likes in their profile and without."""
    few = {(one.person, one.outcome.language): one for one in told if one.likes}
    zero = {(one.person, one.outcome.language): one for one in told if not one.likes}
    both = [key for key in few if key in zero]
    for name, group in (("zero-shot", [zero[key] for key in both]), ("three likes", [few[key] for key in both])):
        for turn in (1, 5):
            yield Figure(f"{name}, success at turn {turn}", _mean(group, lambda one, turn=turn: one.success_by(turn)))


def _parity(told: Sequence[Told]) -> float:
    english, chinese = (_mean(_of(told, language), lambda one: one.success_by(5)) for language in _LANGUAGES)
    return english - chinese


def _of(told: Sequence[Told], language: str) -> list[Told]:
    return [one for one in told if one.outcome.language == language]


def _mean(told: Sequence[Told], value: Callable[[Told], float]) -> float:
    return sum(map(value, told)) / len(told) if told else 0.0


def _interval(told: Sequence[Told], value: Callable[[Told], float]) -> Interval:
    return mean_with_interval([value(one) for one in told], 1)


def _line(one: Told) -> str:
    result = one.result
    what = [f"{violation.kind}: {violation.detail}" for violation in result.violations[:1]]
    what += ["told the title"] if result.leaked else []
    what += ["not found"] if result.success_turn is None else []
    said = " / ".join(turn.said for turn in one.outcome.turns)
    likes = f", {one.likes} likes" if one.likes else ""
    return f"{one.outcome.catalog} {one.outcome.language} {one.persona} {one.number}{likes}: {said}: {'; '.join(what)}"
