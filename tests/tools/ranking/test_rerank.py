"""Lists that are corrected: each choice by hand, what cannot be asked for, and what it costs on held-out events."""

from math import log

import numpy as np
import pytest
from langgraph_recommender.tools.errors import InputError, SettingsError
from langgraph_recommender.tools.ranking.cost import cost
from langgraph_recommender.tools.ranking.data.model import Histories, Interactions, ItemTable
from langgraph_recommender.tools.ranking.data.splits import Held, leave_one_out
from langgraph_recommender.tools.ranking.metrics import (
    ItemFacts,
    exposure,
    facet_shares,
    intra_list_diversity,
    miscalibration,
    mix_of_histories,
    mix_of_lists,
)
from langgraph_recommender.tools.ranking.rerank import Rerank, reranked, reranked_lists

ROWS = np.arange(4)
SCORES = np.array([4.0, 3.0, 2.0, 0.0])
VECTORS = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
GENRES, _ = facet_shares([["jazz"], ["jazz"], ["jazz"], ["pop"]])
FACTS = ItemFacts(np.array([100, 10, 1, 0]), 100, VECTORS, GENRES, facet_shares([["a"], ["a"], ["a"], ["b"]])[0])


def order(options: Rerank, k: int = 4, taste: np.ndarray | None = None, facts: ItemFacts = FACTS) -> list[int]:
    return reranked(ROWS, SCORES, k, options, facts, taste).tolist()


def test_without_a_correction_the_scores_decide() -> None:
    bare = ItemFacts(FACTS.counts, 100)
    assert order(Rerank(), facts=bare) == [0, 1, 2, 3]
    assert reranked(ROWS, np.array([1.0, 2.0, 2.0, 0.0]), 2, Rerank(), bare).tolist() == [1, 2]


def test_diversity_by_hand() -> None:
    # Scaled scores 1, .75, .5, 0. After item 0, item 1 is worth .375 - .5, item 2 .25; then all are like one before.
    assert order(Rerank(diversity=0.5)) == [0, 2, 1, 3]
    assert order(Rerank(diversity=0.1)) == [0, 1, 2, 3]


def test_popularity_by_hand() -> None:
    # With 0.5: .5 * (1, .75, .5, 0) less .5 * (1, .52, .15, 0), that is 0, .115, .175, 0.
    assert order(Rerank(popularity=0.5)) == [2, 1, 0, 3]
    assert order(Rerank(popularity=1.0)) == [3, 2, 1, 0]


def test_calibration_by_hand() -> None:
    # Jazz to pop as 1 to 1: item 0 first; then jazz again is log(50.5) / 2 + log(.5 / .995) / 2 off, pop not at all.
    taste = np.array([0.5, 0.5])
    assert order(Rerank(calibration=0.3), 2, taste) == [0, 3]
    off = miscalibration(taste[None], np.array([[1.0, 0.0]]))[0]
    enough = 0.75 / (off + 0.75)
    assert order(Rerank(calibration=enough - 0.01), 2, taste) == [0, 1]
    assert order(Rerank(calibration=enough + 0.01), 2, taste) == [0, 3]
    assert off == pytest.approx(log(0.5 / 0.005) / 2 + log(0.5 / 0.995) / 2)


@pytest.mark.parametrize("taste", [None, np.zeros(2)])
def test_nobody_knows_the_taste(taste: np.ndarray | None) -> None:
    assert order(Rerank(calibration=0.9), 4, taste) == [0, 1, 2, 3]


def test_exposure_goes_where_the_events_went() -> None:
    half = ItemFacts(np.array([10, 10, 10, 30]), 60, providers=FACTS.providers)
    assert order(Rerank(exposure=0.5), 2, facts=half) == [0, 3]
    assert order(Rerank(exposure=0.5), 2) == [0, 1]


def test_only_the_pool_takes_part_and_padding_never_does() -> None:
    assert order(Rerank(popularity=1.0, pool=2), 1) == [1]
    assert order(Rerank(popularity=1.0, pool=1), 3) == [2, 1, 0]
    rows = np.array([2, -1, 0, -1])
    assert reranked(rows, np.array([1.0, 9.0, 2.0, 9.0]), 4, Rerank(diversity=0.2), FACTS).tolist() == [2, 0]
    assert reranked(rows[:0], SCORES[:0], 4, Rerank(diversity=0.2), FACTS).tolist() == []


def test_lists_of_many_are_padded_alike() -> None:
    lists = np.array([[0, 1, 2, 3], [2, 3, -1, -1], [-1, -1, -1, -1]])
    scores = np.array([SCORES, SCORES, SCORES])
    tastes = np.array([[0.5, 0.5], [0.0, 1.0], [0.0, 0.0]])
    found = reranked_lists(lists, scores, 3, Rerank(calibration=0.5), FACTS, tastes)
    assert found.tolist() == [[0, 3, 1], [3, 2, -1], [-1, -1, -1]]


@pytest.mark.parametrize(
    "weights", [{"diversity": -0.1}, {"popularity": 1.5}, {"diversity": 0.6, "calibration": 0.6}, {"exposure": np.nan}]
)
def test_weights_that_make_no_sense(weights: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match="cannot be corrected by") as error:
        Rerank(**weights)
    assert "0 to 1" in error.value.cure


def test_a_pool_of_nothing() -> None:
    with pytest.raises(SettingsError, match="0 candidates"):
        Rerank(pool=0)


@pytest.mark.parametrize("what", ["diversity", "calibration", "exposure"])
def test_a_fact_that_is_missing_is_named(what: str) -> None:
    with pytest.raises(SettingsError, match=f"for {what} without"):
        order(Rerank(**{what: 0.5}), facts=ItemFacts(FACTS.counts, 100))


@pytest.fixture(scope="module")
def log_() -> Interactions:
    """400 people who keep to one of two halves of 60 items, the first ones of each half far more often."""
    generator = np.random.default_rng(4)
    users = np.repeat(np.arange(400), 8)
    places = np.minimum(generator.geometric(0.12, len(users)) - 1, 29)
    rows = (places + 30 * (users % 2)).astype(np.int32)
    angles = np.arange(60) / 60 * np.pi
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    items = ItemTable(tuple(map(str, range(60))), vectors)
    ones = np.ones(len(users), np.float32)
    return Interactions(tuple(map(str, range(400))), items, users.astype(np.int32), rows, ones, np.arange(3200.0))


@pytest.fixture(scope="module")
def facts(log_: Interactions) -> ItemFacts:
    facet = [["first" if row < 30 else "second"] for row in range(60)]
    return ItemFacts.of(leave_one_out(log_).train, facet=facet, provider=facet)


def popular(facts: ItemFacts, histories: Histories) -> np.ndarray:
    """Mostly what is popular, and a little of what the first item of the history has to do with it."""
    first = histories.rows[histories.starts[:-1]].astype(float)
    return facts.popularity + 0.3 * np.sin(np.outer(first, np.arange(60)))


@pytest.mark.parametrize(
    ("options", "metric", "rises"),
    [
        (Rerank(diversity=0.3), "diversity", True),
        (Rerank(calibration=0.3), "miscalibration", False),
        (Rerank(popularity=0.3), "popularity", False),
        (Rerank(popularity=0.6), "novelty", True),
        (Rerank(popularity=0.3), "gini", False),
        (Rerank(popularity=0.3), "coverage", True),
    ],
)
def test_each_correction_wins_what_it_is_for(
    log_: Interactions, facts: ItemFacts, options: Rerank, metric: str, rises: bool
) -> None:
    found = cost(lambda histories: popular(facts, histories), leave_one_out(log_).validation, options, facts, seed=1)
    before, after = getattr(found.before, metric), getattr(found.after, metric)
    assert after > before if rises else after < before
    assert found.after.ndcg - found.before.ndcg == pytest.approx(found.ndcg_change.mean)
    assert found.ndcg_change.low <= found.ndcg_change.mean <= found.ndcg_change.high
    (line,) = [one for one in found.lines if one.before == before and one.after == after]
    assert f"{before:.4f}" in str(line)
    assert str(line) in str(found)


def test_calibrated_lists_of_people_with_one_taste_find_more(log_: Interactions, facts: ItemFacts) -> None:
    """Popularity mixes both halves; who keeps to one is served better by a list of that one."""
    held = leave_one_out(log_).validation
    found = cost(lambda histories: popular(facts, histories), held, Rerank(calibration=0.9), facts, seed=1)
    assert found.ndcg_change.low > 0
    assert found.after.miscalibration == pytest.approx(0, abs=1e-9)


def test_the_cost_speaks_of_the_same_lists_as_the_metrics(log_: Interactions, facts: ItemFacts) -> None:
    held, options = leave_one_out(log_).validation, Rerank(diversity=0.2, calibration=0.1, pool=30)
    found = cost(lambda histories: popular(facts, histories), held, options, facts, seed=1, k=5, batch=7)
    assert found == cost(lambda histories: popular(facts, histories), held, options, facts, seed=1, k=5)
    scores = popular(facts, held.histories)
    scores[held.histories.owners(), held.histories.rows] = -np.inf
    lists = np.argsort(-scores, axis=1, kind="stable")[:, :5]
    tastes = mix_of_histories(held.histories, facts.shares)
    assert found.before.diversity == pytest.approx(intra_list_diversity(lists, facts.vectors).mean())
    assert found.before.miscalibration == pytest.approx(
        miscalibration(tastes, mix_of_lists(lists, facts.shares)).mean()
    )


def test_exposure_is_nearer_to_the_events_of_each_provider(facts: ItemFacts) -> None:
    """Scores that only know the first half: without a correction the second gets nothing."""
    scores = np.tile(np.r_[np.linspace(1, 0.5, 30), np.linspace(0.4, 0, 30)], (20, 1))
    lists = np.tile(np.arange(60), (20, 1))
    parts = facts.counts @ facts.providers / facts.counts.sum()
    assert exposure(lists[:, :10], facts.providers).tolist() == [1, 0]
    corrected = [reranked_lists(lists, scores, 10, Rerank(exposure=one), facts) for one in (0.5, 0.95)]
    got = [exposure(one, facts.providers) for one in corrected]
    assert 0.05 < got[0][1] < got[1][1]
    assert got[1] == pytest.approx(parts, abs=0.15)


def test_nothing_is_held_out(facts: ItemFacts) -> None:
    nobody = Held(Histories.of([]), np.zeros(0, np.int32), np.zeros(0, np.int32))
    with pytest.raises(InputError, match="nothing to take a mean of"):
        cost(lambda histories: popular(facts, histories), nobody, Rerank(diversity=0.1), facts, seed=1)
