"""From scores to a list."""

import numpy as np
import pytest
from langgraph_recommender.tools.errors import InputError
from langgraph_recommender.tools.ranking import Scores, rank
from langgraph_recommender.tools.ranking.rank import softmax

SCORES = Scores(("a", "b", "c", "d"), {"x": np.array([1.0, 3.0, 2.0, 0.0]), "y": np.array([0.5, 0.0, 1.0, 1.5])})


def test_sorts_by_the_sum_of_the_contributions() -> None:
    ranked = rank(SCORES, 4)
    assert [one.item_id for one in ranked] == ["b", "c", "a", "d"]
    assert [one.score for one in ranked] == [3.0, 3.0, 1.5, 1.5]


def test_scores_name_the_contributions_of_some_candidates() -> None:
    assert SCORES.of(["c", "b"]) == {"b": {"x": 3.0, "y": 0.0}, "c": {"x": 2.0, "y": 1.0}}
    assert Scores(("a", "b"), {}).of({"b"}) == {"b": {}}
    assert SCORES.of(()) == {}


def test_probabilities_are_a_softmax_over_all_candidates() -> None:
    logits = np.array([1.5, 3.0, 3.0, 1.5])
    expected = np.exp(logits) / np.exp(logits).sum()
    assert [one.probability for one in rank(SCORES, 2)] == pytest.approx(expected[[1, 2]])
    assert sum(one.probability for one in rank(SCORES, 4)) == pytest.approx(1.0)


def test_a_low_temperature_sharpens() -> None:
    assert rank(SCORES, 1, temperature=0.1)[0].probability > rank(SCORES, 1, temperature=10.0)[0].probability


def test_softmax_survives_large_scores() -> None:
    assert softmax(np.array([1e4, 1e4, -1e4])) == pytest.approx([0.5, 0.5, 0.0])


def test_sampling_draws_without_replacement_and_repeats_with_the_seed() -> None:
    drawn = [rank(SCORES, 4, generator=np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert sorted(one.item_id for one in drawn[0]) == ["a", "b", "c", "d"]
    assert drawn[0] == drawn[1]


def test_the_first_draw_follows_the_probabilities() -> None:
    generator = np.random.default_rng(0)
    first = [rank(SCORES, 1, generator=generator)[0].item_id for _ in range(4000)]
    expected = {one.item_id: one.probability for one in rank(SCORES, 4)}
    for item, probability in expected.items():
        assert first.count(item) / 4000 == pytest.approx(probability, abs=0.03)


def test_nothing_to_rank() -> None:
    assert rank(Scores((), {"x": np.zeros(0)}), 5) == []
    assert rank(Scores(("a", "b"), {}), 5)[0].probability == 0.5


@pytest.mark.parametrize(("k", "temperature"), [(3, 0.0), (3, -1.0), (-1, 1.0)])
def test_impossible_settings_are_refused(k: int, temperature: float) -> None:
    with pytest.raises(InputError, match="temperature"):
        rank(SCORES, k, temperature=temperature)
