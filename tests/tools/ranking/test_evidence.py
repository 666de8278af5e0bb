"""Explanations are exact."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from langgraph_recommender.tools.catalog import Catalog
from langgraph_recommender.tools.constraints import parse_filter
from langgraph_recommender.tools.profile.model import Preference
from langgraph_recommender.tools.ranking import (
    AskedLike,
    FeedbackOn,
    Mixture,
    RankingContext,
    Signal,
    evidence,
    without,
)
from langgraph_recommender.tools.ranking.pool import Pool

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FANTASY = Preference(facet="genres", value="fantasy", weight=1.0, time=NOW, catalog="books")


def book(books: Catalog, title: str) -> str:
    return next(item.id for item in books.items() if item.title == title)


def test_the_weightiest_cause_comes_first_and_is_worth_what_it_says(book_ranker: Mixture, books: Catalog) -> None:
    twilight, numbers = book(books, "Twilight"), book(books, "1984")
    wanted = book(books, "New Moon")
    context = RankingContext(
        history=[Signal(numbers, 1.0, age=5.0), Signal(twilight, 1.0), Signal(book(books, "Gone Girl"), -1.0)],
        preferences=[FANTASY],
    )
    found = evidence(book_ranker, context, wanted)
    assert found.because[0].cause == FeedbackOn(twilight)
    assert {"feedback", "cooccurrence"} <= found.because[0].drops.keys()
    after = book_ranker.score(without(context, FeedbackOn(twilight)), [wanted]).total[0]
    assert found.score - after == pytest.approx(found.because[0].drop)
    assert FANTASY in [one.cause for one in found.because]


def test_what_was_not_said_is_not_a_cause(book_ranker: Mixture, books: Catalog) -> None:
    found = evidence(book_ranker, RankingContext(), book(books, "New Moon"))
    assert found.because == ()
    assert found.score == pytest.approx(sum(found.contributions.values()))


def test_a_wish_that_is_met_speaks_for_the_item_and_one_that_is_not_against(
    book_ranker: Mixture, books: Catalog
) -> None:
    newer, fantasy = parse_filter("year > 2020 and genres = fantasy", books.schema)
    found = evidence(book_ranker, RankingContext(soft=(newer, fantasy)), book(books, "The Hobbit")).because
    assert [one.cause for one in found] == [fantasy, newer]
    assert found[0].drop > 0 > found[1].drop


def test_taking_a_cause_away() -> None:
    context = RankingContext(
        history=[Signal("1", 1.0, age=9.0), Signal("2", 1.0), Signal("1", -1.0)],
        similar_to=["1", "3"],
        preferences=[FANTASY],
    )
    assert [one.item_id for one in without(context, FeedbackOn("1")).history] == ["2"]
    assert without(context, AskedLike("1")).similar_to == ["3"]
    assert without(context, FANTASY).preferences == []


def test_drops_of_a_pool_by_hand() -> None:
    causes = (AskedLike("a"), AskedLike("b"))
    pool = Pool(causes, np.array([1.0, -0.5]), np.array([[0.8, 0.0], [0.2, 1.0]]))
    assert pool.total() == pytest.approx(np.array([0.7, -0.5]) / np.sqrt(1.25))
    without_a, without_b = np.array([-0.1, -0.5]), np.array([0.8, 0.0])
    assert pool.drops() == pytest.approx(pool.total() - np.array([without_a, without_b]))
    mean = replace(pool, order=1)
    assert mean.total() == pytest.approx(np.array([0.7, -0.5]) / 1.5)
    assert mean.drops() == pytest.approx(mean.total() - np.array([without_a, without_b]))


def test_an_empty_pool_says_nothing() -> None:
    pool = Pool((), np.zeros(0), np.zeros((0, 3)))
    assert pool.total().tolist() == [0.0, 0.0, 0.0]
    assert pool.drops().shape == (0, 3)
