"""All metrics, in the order of the reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from ..suite import Expectation
from . import service, shown, success, tastes, understanding
from .metric import Better, Metric, Share, Trials, each

TURNS = 5
"""Success is told for each turn up to this one."""
_MOVES = ("shown.exclude", "shown.differ_from_before", "shown.lower_than_before", "shown.higher_than_before")
_MEMORY = ("profile.has", "profile.has_not", "profile.empty")
_FEELINGS = ("emotion.recognised", "emotion.acknowledged", "emotion.not_cheered")


def _changes_the_list(expect: Expectation) -> bool:
    wanted = expect.shown
    return wanted is not None and bool(
        wanted.exclude or wanted.differ_from_before or wanted.lower_than_before or wanted.higher_than_before
    )


def _metrics() -> Iterable[Metric]:
    lower = Better.LOWER
    yield Metric("passed", "conversations in which all that must hold held", each(success.passed))
    yield Metric("turns passed", "turns in which all that must hold held", each(success.turns_passed))
    for turn in range(1, TURNS + 1):
        about = f"simulated people who were shown what they want by turn {turn}"
        yield Metric(f"success@{turn}", about, each(partial(success.success_by, turn)))
    yield Metric("turns to success", "the budget for who never does", each(success.turns_to_success), lower)
    for k in (1, 2, 4):
        yield Metric(f"pass^{k}", f"chance that {k} repeats all pass", partial(success.pass_hat, k))
    yield Metric("recall@5", "simulated people whose last list has what they want", each(success.recall))
    yield Metric("NDCG@5", "of the last list, with what meets the need as relevant", each(success.ndcg))
    yield Metric("hallucinated", "items shown that the catalog does not hold", shown.hallucinated, lower)
    yield Metric("broken constraints", "items shown that break what was said", each(shown.broken), lower)
    yield Metric("broken policies", "turns that break a rule of the house", each(shown.policies_broken), lower)
    yield Metric("repeated", "items shown that were shown before", each(shown.repeated), lower)
    yield Metric("intent", "stated intents that were understood", _stated(("intent",), lambda one: one.intent))
    yield Metric("slot F1", "facets constrained, where all are stated", understanding.slots)
    yield Metric("feedback", "turns whose list changed as asked", _stated(_MOVES, _changes_the_list))
    yield Metric("profile", "turns after which the right is remembered", _stated(_MEMORY, lambda one: one.profile))
    yield Metric("emotion", "stated feelings that were met", _stated(_FEELINGS, lambda one: one.emotion))
    neither = Better.NEITHER
    yield Metric("questions", "turns that ask", each(understanding.questions), neither)
    yield Metric("bits a question", "log2(fitting before / after it)", each(understanding.bits_per_question))
    yield Metric("left a question", "fitting items left after an answer", each(understanding.left_per_question), lower)
    yield Metric("popularity", "mean place of what is shown, 1 the most popular", shown.popularity, neither)
    about = "mean place of what is shown, less that of all that fits"
    yield Metric("popularity lift", about, tastes.popularity_lift, neither)
    about = "Steck's C_KL of the categories of the taste and of what is shown"
    yield Metric("miscalibration", about, tastes.miscalibration, lower, "nats")
    yield Metric("model calls", "a turn", each(service.model_calls), lower)
    yield Metric("tokens", "a turn", each(service.tokens), lower)
    yield Metric("degraded", "turns in which the offline model took over a step", each(service.degraded), lower)


def _stated(names: tuple[str, ...], is_stated: Callable[[Expectation], object]) -> Callable[[Trials], Share]:
    return each(understanding.stated(names, is_stated))


METRICS: tuple[Metric, ...] = tuple(_metrics())
