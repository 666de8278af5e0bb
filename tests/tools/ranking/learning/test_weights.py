"""Weights of the mixture, on lists small enough to know the answer."""

from dataclasses import replace

import numpy as np
import pytest
from langgraph_recommender.tools.ranking.data.model import Histories
from langgraph_recommender.tools.ranking.data.splits import Held
from langgraph_recommender.tools.ranking.learning.calibration import calibrate
from langgraph_recommender.tools.ranking.learning.shortlists import FEW, Shortlists, _with_newcomers
from langgraph_recommender.tools.ranking.learning.voices import Voice, bent, total
from langgraph_recommender.tools.ranking.learning.weights import conditional_logit, learn_weights, ranks_of, softmax

BEND = 10.0


def of(names: tuple[str, ...], values: np.ndarray, counts: np.ndarray) -> Shortlists:
    """One list for each choice, after whole histories."""
    everyone = np.arange(len(counts))
    return Shortlists(names, values, counts, everyone, np.ones(len(everyone), bool))


def lists(choices: int = 4000, candidates: int = 12, seed: int = 3) -> Shortlists:
    """Choices made by a softmax over 1.5 times the first part; the second part is noise, the third the first again."""
    random = np.random.default_rng(seed)
    told, noise = random.normal(size=(2, choices, candidates)).astype(np.float32)
    odds = np.exp(1.5 * told)
    chosen = (odds.cumsum(axis=1) / odds.sum(axis=1, keepdims=True) < random.random((choices, 1))).sum(axis=1)
    everyone = np.arange(choices)
    for values in (told, noise):
        values[everyone, chosen], values[:, 0] = values[:, 0].copy(), values[everyone, chosen].copy()
    return of(("told", "noise"), np.stack([told, noise]), np.ones((choices, candidates), np.float32))


def test_the_likeliest_weights_are_those_that_the_choices_were_made_with() -> None:
    made = lists()
    weights, loss = conditional_logit(made.values, made.counts)
    assert weights[0] == pytest.approx(1.5, abs=0.1)
    assert weights[1] < 0.1
    assert loss < np.log(12)


def test_noise_adds_nothing_and_an_honest_figure_is_below_the_fitted_one() -> None:
    learned = learn_weights(lists(600), "told", np.random.default_rng(0))
    assert learned.voices["told"].weight > 5 * learned.voices["noise"].weight
    assert 0.3 < learned.honest <= learned.fitted + 0.01


def test_the_floor_is_never_silent() -> None:
    made = lists(600)
    silent = of(made.names, np.stack([made.values[0], 0 * made.values[0]]), made.counts)
    learned = learn_weights(silent, "noise", np.random.default_rng(0))
    assert 0 < learned.voices["noise"].weight < 0.01 * learned.voices["told"].weight


def test_a_candidate_counts_for_as_many_items_as_it_stands_for() -> None:
    scores = np.log(np.array([[1.0, 2.0, 1.0]], np.float32))
    shares, loss = softmax(scores, np.array([[1.0, 1.0, 3.0]], np.float32))
    assert shares.tolist() == [pytest.approx([1 / 6, 2 / 6, 3 / 6])]
    assert loss[0] == pytest.approx(np.log(6))
    made = of(("one",), scores[None], np.array([[1.0, 1.0, 3.0]], np.float32))
    assert ranks_of(made, [Voice()]).tolist() == [1 + 1 + 3 / 2]


def test_one_that_does_not_compete_is_no_rival() -> None:
    made = of(("one",), np.array([[[1.0, 9.0, 0.0]]], np.float32), np.array([[1.0, 0.0, 1.0]], np.float32))
    assert ranks_of(made, [Voice()]).tolist() == [1.0]


def test_a_bend_keeps_order_sign_and_zero() -> None:
    values = np.array([-100.0, -1.0, 0.0, 1.0, 100.0], np.float32)
    found = bent(values, 2.0, BEND)
    assert (np.diff(found) > 0).all()
    assert found.tolist() == pytest.approx((-found[::-1]).tolist())
    assert bent(values, 2.0, 0.0).tolist() == (values / 2).tolist()


def test_the_total_is_the_sum_and_leaves_its_parts_alone() -> None:
    parts = {"a": np.ones((1, 2), np.float32), "b": np.full((1, 2), 2.0, np.float32)}
    assert total(parts).tolist() == [[3.0, 3.0]]
    assert parts["a"].tolist() == [[1.0, 1.0]]


def test_the_temperature_undoes_overconfidence() -> None:
    found = calibrate(lists(), {"told": Voice(weight=4.5), "noise": Voice(weight=0.0)})
    assert found.temperature == pytest.approx(3.0, rel=0.1)
    assert found.ece_after < 0.04 < found.ece_before
    assert found.loss_after < found.loss_before
    assert sum(one.count for one in found.bins) == 4000


def test_half_of_the_choices_are_asked_again_as_by_a_newcomer() -> None:
    rows = np.arange(40) % 20
    everyone = Held(Histories.of([rows[one : one + 20].tolist() for one in range(20)]), rows[:20], rows[:20])
    asked, choice = _with_newcomers(everyone, np.random.default_rng(0))
    again = np.arange(20, len(choice))
    assert 5 <= len(again) <= 15
    assert (asked.targets == everyone.targets[choice]).all()
    for place in again:
        short, whole = (
            asked.histories.slice(place, place + 1).rows,
            everyone.histories.slice(choice[place], choice[place] + 1).rows,
        )
        assert 1 <= len(short) <= FEW
        assert (short == whole[-len(short) :]).all()


def test_what_newcomers_are_asked_by_is_not_in_the_honest_figure() -> None:
    made = lists(600)
    silent = replace(made, values=0 * made.values, whole=np.zeros(600, bool))
    both = replace(
        made,
        values=np.concatenate([made.values, silent.values], axis=1),
        counts=np.concatenate([made.counts, silent.counts]),
        choice=np.concatenate([made.choice, silent.choice]),
        whole=np.concatenate([made.whole, silent.whole]),
    )
    assert len(both.of_whole_histories()) == 600
    alone = learn_weights(made, "told", np.random.default_rng(0))
    assert learn_weights(both, "told", np.random.default_rng(0)).honest == pytest.approx(alone.honest, abs=0.02)
