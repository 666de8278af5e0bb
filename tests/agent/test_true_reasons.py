"""What is said of an item in a shop whose items have no ratings: what in fact put it there."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from langgraph_recommender.agent import Recommender, create_recommender
from langgraph_recommender.graphs.saying.grounds import Weighed, worth_saying
from langgraph_recommender.graphs.state import TurnResult
from langgraph_recommender.tools.catalog import Catalog, open_catalog
from langgraph_recommender.tools.items import Item
from langgraph_recommender.tools.ranking import Because, FeedbackOn
from langgraph_recommender.tools.ranking.data.model import Interactions
from langgraph_recommender.tools.ranking.learning.card import Card
from langgraph_recommender.tools.ranking.learning.trained import TrainedModel
from langgraph_recommender.tools.ranking.learning.voices import Voice
from langgraph_recommender.tools.ranking.models import cooccurrence, popularity
from langgraph_recommender.tools.ranking.tables import item_table

Talker = Callable[..., Callable[[str], TurnResult]]
NAMES = (
    "kettle",
    "teapot",
    "blanket",
    "lantern",
    "tent",
    "notebook",
    "fountain pen",
    "trowel",
    "watering can",
    "hammock",
)
MAKES = ("Aldena", "Borrowick", "Cardolan", "Dunmere")
THINGS = [f"{make} {name}" for name in NAMES for make in MAKES]


@pytest.fixture(scope="module")
def shelf() -> Catalog:
    return open_catalog([Item(f"{n}", title, "It comes in a plain box.") for n, title in enumerate(THINGS)])


@pytest.fixture(scope="module")
def store(shelf: Catalog) -> Recommender:
    """People buy a thing and then the one three places on; the first four are bought ten times as often."""
    random, table = np.random.default_rng(3), item_table(shelf)
    first = np.concatenate([np.repeat(np.arange(4), 30), random.integers(0, len(table), 240)])
    rows = np.stack([first, (first + 13) % len(table)], axis=1).ravel().astype(np.int32)
    users = np.repeat(np.arange(len(first)), 2).astype(np.int32)
    ids = tuple(f"u{user}" for user in range(len(first)))
    bought = Interactions(ids, table, users, rows, np.ones(len(rows), np.float32), np.arange(len(rows), dtype=float))
    parts = (
        popularity.fit(bought, popularity.PopularityConfig()),
        cooccurrence.fit(bought, cooccurrence.CooccurrenceConfig()),
    )
    voices = {"popularity": Voice(weight=2.0), "cooccurrence": Voice(weight=16.0, bend=2.0)}
    card = Card("things", "", "", "", "", len(ids), len(table), len(rows), tuple(voices), (), (), 0)
    return create_recommender(shelf, ranker=TrainedModel(table, parts, voices, 1.0, card))


@pytest.mark.parametrize(
    ("words", "reason"), [("recommend me something", "often chosen by others"), ("随便推荐点什么", "很多人都选了它")]
)
def test_what_many_chose_is_there_for_that(words: str, reason: str, store: Recommender, talker: Talker) -> None:
    turn = talker(store, words)(words)
    assert {one.item_id for one in turn.recommendations[:4]} <= {"0", "1", "2", "3", "13", "14", "15", "16"}
    assert [one.reasons for one in turn.recommendations] == [(reason,)] * len(turn.recommendations)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("I already have the Cardolan tent", "goes with Cardolan tent, which you know"),
        ("Cardolan tent我已经有了", "和你已经知道的“Cardolan tent”相配"),
    ],
)
def test_what_goes_with_a_thing_that_is_known(words: str, reason: str, store: Recommender, talker: Talker) -> None:
    turn = talker(store, words)(words)
    beside = str((THINGS.index("Cardolan tent") + 13) % len(THINGS))
    given = {one.item_id: one.reasons for one in turn.recommendations}
    assert reason in given[beside]
    assert not any("liked" in reason or "喜欢" in reason for reasons in given.values() for reason in reasons)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("I love the Cardolan tent", "because you liked Cardolan tent"),
        ("我很喜欢Cardolan tent", "因为你喜欢“Cardolan tent”"),
    ],
)
def test_what_goes_with_a_thing_that_is_liked(words: str, reason: str, store: Recommender, talker: Talker) -> None:
    turn = talker(store, words)(words)
    beside = str((THINGS.index("Cardolan tent") + 13) % len(THINGS))
    assert reason in next(one.reasons for one in turn.recommendations if one.item_id == beside)


@pytest.mark.parametrize(
    ("words", "reason"),
    [("something to write letters with", "close to “write letters”"), ("想要写信用的东西", "贴近")],
)
def test_what_is_near_to_the_words_is_there_for_that(
    words: str, reason: str, store: Recommender, talker: Talker
) -> None:
    turn = talker(store, words)(words)
    assert all(any(one.startswith(reason) for one in given.reasons) for given in turn.recommendations[:2])


def test_what_is_merely_nearer_than_the_rest_is_not_called_close(products: Catalog, talker: Talker) -> None:
    words = "something to carry my laptop"
    turn = talker(create_recommender(products), words)(words)
    assert turn.recommendations
    assert not any("close to" in reason for one in turn.recommendations for reason in one.reasons)


def test_a_cause_that_hardly_weighs_beside_being_chosen_often_is_not_given() -> None:
    weak, strong = Because(FeedbackOn("1"), {"feedback": 0.05}), Because(FeedbackOn("2"), {"cooccurrence": 0.4})
    weighed = Weighed((weak,), {"popularity": 0.5, "feedback": 0.04}, counted=frozenset({"popularity"}))
    assert worth_saying(weighed) == []
    assert worth_saying(replace(weighed, because=(strong, weak))) == [strong]
    assert worth_saying(replace(weighed, counted=frozenset())) == [weak]
