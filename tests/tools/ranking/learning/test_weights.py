"""Weights of the mixture, on lists small enough to know the answer."""

import numpy as np
import pytest
from langgraph_recommender.tools.ranking.learning.calibration import calibrate
from langgraph_recommender.tools.ranking.learning.shortlists import Shortlists
from langgraph_recommender.tools.ranking.learning.voices import Voice, bent, total
from langgraph_recommender.tools.ranking.learning.weights import conditional_logit, learn_weights, ranks_of, softmax

BEND = 10.0


def lists(choices: int = 4000, candidates: int = 12, seed: int = 3) -> Shortlists:
    """Choices made by a softmax over 1.5 times the first part; the second part is noise, the third the first again."""
    random = np.random.default_rng(seed)
    told, noise = random.normal(size=(2, choices, candidates)).astype(np.float32)
    odds = np.exp(1.5 * told)
    chosen = (odds.cumsum(axis=1) / odds.sum(axis=1, keepdims=True) < random.random((choices, 1))).sum(axis=1)
    everyone = np.arange(choices)
    for values in (told, noise):
        values[everyone, chosen], values[:, 0] = values[:, 0].copy(), values[everyone, chosen].copy()
    return Shortlists(("told", "noise"), np.stack([told, noise]), np.ones((choices, candidates), np.float32))


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
    silent = Shortlists(made.names, np.stack([made.values[0], 0 * made.values[0]]), made.counts)
    learned = learn_weights(silent, "noise", np.random.default_rng(0))
    assert 0 < learned.voices["noise"].weight < 0.01 * learned.voices["told"].weight


def test_a_candidate_counts_for_as_many_items_as_it_stands_for() -> None:
    scores = np.log(np.array([[1.0, 2.0, 1.0]], np.float32))
    shares, loss = softmax(scores, np.array([[1.0, 1.0, 3.0]], np.float32))
    assert shares.tolist() == [pytest.approx([1 / 6, 2 / 6, 3 / 6])]
    assert loss[0] == pytest.approx(np.log(6))
    made = Shortlists(("one",), scores[None], np.array([[1.0, 1.0, 3.0]], np.float32))
    assert ranks_of(made, [Voice()]).tolist() == [1 + 1 + 3 / 2]


def test_one_that_does_not_compete_is_no_rival() -> None:
    made = Shortlists(("one",), np.array([[[1.0, 9.0, 0.0]]], np.float32), np.array([[1.0, 0.0, 1.0]], np.float32))
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
