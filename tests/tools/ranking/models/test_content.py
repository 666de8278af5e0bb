"""The part that reads: items without events rank by their text, new ones the moment they are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from langgraph_recommender.tools.errors import TrainingError
from langgraph_recommender.tools.ranking.data.model import Histories, Interactions, ItemTable
from langgraph_recommender.tools.ranking.models.content import Content, ContentConfig, fit, untrained
from langgraph_recommender.tools.ranking.models.nearness import Nearness, rebuilt
from langgraph_recommender.tools.ranking.models.testing import ScorerConformance
from langgraph_recommender.tools.ranking.models.wording import Wording

TEXTS = (
    "Dune. science fiction. Frank Herbert",
    "Dune Messiah. science fiction. Frank Herbert",
    "Children of Dune. science fiction. Frank Herbert",
    "Neuromancer. science fiction. William Gibson",
    "Count Zero. science fiction. William Gibson",
    "Foundation. science fiction. Isaac Asimov",
    "Emma. romance. Jane Austen",
    "Persuasion. romance. Jane Austen",
    "Pride and Prejudice. romance. Jane Austen",
    "Jane Eyre. romance. Charlotte Bronte",
    "Villette. romance. Charlotte Bronte",
    "Mona Lisa Overdrive. science fiction. William Gibson",
)


def embedded(seed: int = 3) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((12, 8)).astype(np.float32)
    vectors[:6, 0] += 3
    vectors[11, 0] += 3
    vectors[6:11, 1] += 3
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def read(shop: Interactions) -> Interactions:
    """The shop with books on its shelves; nobody has touched item 11."""
    return replace(shop, items=ItemTable(shop.items.item_ids, embedded(), TEXTS))


@pytest.fixture
def model(read: Interactions) -> Content:
    return fit(read, ContentConfig())


class TestContent(ScorerConformance):
    @pytest.fixture
    def scorer(self, model: Content) -> Content:
        return model

    @pytest.fixture
    def items(self, read: Interactions) -> ItemTable:
        return read.items

    @pytest.fixture
    def history(self) -> Sequence[int]:
        return [1, 2, 7]


def test_an_item_without_events_ranks_by_its_text(model: Content) -> None:
    scores = model.score(Histories.of([[3, 4], [6, 7]]))
    unseen = [5, 9, 11]
    assert unseen[int(scores[0, unseen].argmax())] == 11
    assert scores[1, 11] < scores[1, 9]


def test_a_liked_item_without_events_speaks_for_what_is_like_it(model: Content) -> None:
    scores = model.score(Histories.of([[11]]))[0]
    assert set(np.argsort(-scores)[:2].tolist()) == {3, 4}


def test_a_new_item_ranks_at_once_and_moves_no_other(model: Content) -> None:
    texts = (*TEXTS, "Dune Encyclopedia. science fiction. Frank Herbert")
    more = ItemTable((*model.items.item_ids, "new"), np.vstack([embedded(), embedded()[:1]]), texts)
    now = model.over(more)
    asked = Histories.of([[0, 1], [6, 7]])
    assert np.allclose(now.score(asked)[:, :12], model.score(asked))
    assert now.score(asked)[0, 12] > 0.2 > now.score(asked)[1, 12]
    assert now.score(Histories.of([[12]]))[0, :3].min() > 0


def test_another_order_and_fewer_items_are_the_same_model(model: Content) -> None:
    rows = np.array([8, 0, 3, 11, 6])
    ids = tuple(model.items.item_ids[row] for row in rows)
    fewer = model.over(ItemTable(ids, embedded()[rows], tuple(TEXTS[row] for row in rows)))
    asked, before = fewer.score(Histories.of([[0, 1]])), model.score(Histories.of([[8, 0]]))
    assert np.allclose(asked[0], before[0, rows])


def test_an_item_that_reads_differently_now_is_read_again(model: Content) -> None:
    texts = (*TEXTS[:11], "Sanditon. romance. Jane Austen")
    vectors = embedded()
    vectors[11] = vectors[6]
    asked = Histories.of([[6, 7]])
    assert model.over(replace(model.items, vectors=vectors, texts=texts)).score(asked)[0, 11] > 0.1
    assert model.score(asked)[0, 11] < 0.1


def test_without_any_interactions_it_still_knows_what_is_alike(read: Interactions) -> None:
    scores = untrained(read.items, ContentConfig()).score(Histories.of([[0], [6]]))
    assert set(np.argsort(-scores[0])[:2].tolist()) == {1, 2}
    assert set(np.argsort(-scores[1])[:2].tolist()) == {7, 8}


@pytest.mark.parametrize(("vectors", "texts"), [(True, False), (False, True)])
def test_either_vectors_or_texts_are_enough(read: Interactions, vectors: bool, texts: bool) -> None:
    items = ItemTable(read.items.item_ids, embedded() if vectors else None, TEXTS if texts else None)
    scores = fit(replace(read, items=items), ContentConfig()).score(Histories.of([[3, 4]]))[0]
    assert scores[11] > scores[8]


def test_items_without_text_are_an_error_that_says_what_to_do(shop: Interactions) -> None:
    with pytest.raises(TrainingError, match="--catalog"):
        fit(shop, ContentConfig())


def test_texts_without_a_word_score_nothing(shop: Interactions) -> None:
    blank = replace(shop, items=ItemTable(shop.items.item_ids, None, ("",) * 12))
    assert not fit(blank, ContentConfig()).score(Histories.of([[1, 2]])).any()


def test_words_by_hand() -> None:
    found = Wording.of(["red tea", "red tea pot", "green pot", "红茶"])
    rarity = {"red": np.log(2), "tea": np.log(2), "red tea": np.log(2), "pot": np.log(2)}
    first = np.array([rarity["red"], rarity["tea"], rarity["red tea"]])
    assert found.words == 4
    assert found.dense(np.array([0]))[0, found.columns[:3]] == pytest.approx(first / np.linalg.norm(first))
    assert found.among(np.array([0, 1, 2, 3])) == pytest.approx(
        np.array([[1, 3**0.5 / 2, 0, 0], [3**0.5 / 2, 1, 0.5, 0], [0, 0.5, 1, 0], [0, 0, 0, 0]]), abs=1e-6
    )


def test_an_item_is_rebuilt_from_others_by_hand() -> None:
    vectors = np.array([[1, 0], [0, 1], [0.6, 0.8]], np.float32)
    nearness = Nearness.of(ItemTable(("a", "b", "c"), vectors), 0.5)
    near = np.array([[0.6, 0.8]], np.float32)
    exact = rebuilt(nearness, near, np.array([[0, 1]]), ridge=0.0)
    assert exact == pytest.approx(near)
    assert rebuilt(nearness, near, np.array([[0, 1]]), ridge=1.0) == pytest.approx(near / 2)
