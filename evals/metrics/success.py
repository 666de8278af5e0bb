"""Does the person get what they want, how soon, and every time?"""

from __future__ import annotations

from math import comb

from ...tools.ranking.metrics import ndcg_of
from ..outcome import Outcome
from .metric import Share, Trials, mean

K = 5


def passed(outcome: Outcome) -> Share:
    """Conversations in which every expectation held."""
    return mean([outcome.passed])


def turns_passed(outcome: Outcome) -> Share:
    """Turns in which every expectation held; those that were never reached did not."""
    ran = len(outcome.turns) if outcome.simulated else outcome.planned
    return Share(sum(not turn.failures for turn in outcome.turns), max(ran, len(outcome.turns)))


def success_by(turn: int, outcome: Outcome) -> Share:
    """Simulated people who were shown what they want in that turn or an earlier one."""
    told = outcome.simulated
    return mean([told.success_turn is not None and told.success_turn <= turn]) if told else Share()


def turns_to_success(outcome: Outcome) -> Share:
    """Turns until a simulated person is shown what they want; the budget for who never is (Lei et al. 2020)."""
    told = outcome.simulated
    return mean([told.success_turn or outcome.planned]) if told else Share()


def pass_hat(k: int, tried: Trials) -> Share:
    """C(c, k) / C(n, k): the chance that k repeats, drawn from n of which c passed, all pass (Yao et al. 2024).

    Nothing is said of fewer than k repeats.
    """
    n, c = len(tried.outcomes), sum(_succeeded(one) for one in tried.outcomes)
    return Share(comb(c, k) / comb(n, k), 1) if n >= k else Share()


def recall(outcome: Outcome) -> Share:
    """Whether the target is among the first K items of the last list that a simulated person was shown."""
    wanted, shown = _wanted(outcome), _last_list(outcome)
    return mean([bool(set(shown[:K]) & wanted)]) if wanted else Share()


def ndcg(outcome: Outcome) -> Share:
    """NDCG@K of that list, with what meets the need as relevant."""
    wanted = _wanted(outcome)
    return mean([ndcg_of(_last_list(outcome), dict.fromkeys(wanted, 1.0), K)]) if wanted else Share()


def _succeeded(outcome: Outcome) -> bool:
    told = outcome.simulated
    return outcome.passed and (told is None or told.success_turn is not None)


def _wanted(outcome: Outcome) -> set[str]:
    return set(outcome.simulated.wanted) if outcome.simulated else set()


def _last_list(outcome: Outcome) -> list[str]:
    lists = [turn.observed.shown for turn in outcome.turns if turn.observed and turn.observed.shown]
    return [one.id for one in lists[-1]] if lists else []
