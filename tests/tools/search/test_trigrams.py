"""Titles that are spelt alike are found among many without comparing each."""

from __future__ import annotations

import numpy as np
import pytest
from langgraph_recommender.tools.catalog.search.titles import TitleIndex
from langgraph_recommender.tools.catalog.search.tokenizer import Tokenizer
from langgraph_recommender.tools.catalog.search.trigrams import Trigrams

TITLES = ("Dune", "Dune Messiah", "Emma", "三体", "三体：黑暗森林", "", "The Shining", "A", "Amélie")


@pytest.mark.parametrize(
    ("text", "row"),
    [("dune mesiah", 1), ("Ema", 2), ("三体黑暗森林", 4), ("三本", 3), ("the shinning", 6), ("A", 7), ("Amelie", 8)],
)
def test_the_text_that_shares_most_pieces_is_among_the_first(text: str, row: int) -> None:
    assert row in Trigrams.of(TITLES).alike(text, 2)


@pytest.mark.parametrize("text", ["xyzzy", "🎉", "\ud800", "a" * 5_000])
def test_no_more_than_asked_for_and_nothing_breaks(text: str) -> None:
    found = Trigrams.of(TITLES).alike(text, 3)
    assert len(found) <= 3
    assert np.array_equal(found, np.unique(found))


def test_no_texts_share_nothing() -> None:
    assert not len(Trigrams.of(()).alike("dune", 5))


def test_of_many_titles_the_same_come_out_as_by_comparing_each() -> None:
    words = ("amber", "bridge", "crown", "delta", "ember", "forest", "garden", "harbor", "island", "jewel", "knight")
    titles = [f"{one} {two} {three}" for one in words for two in words for three in words]
    index = TitleIndex(titles, [title.split() for title in titles], Tokenizer(titles, chinese=False))
    every = np.arange(len(titles))
    asked = "ember bridg forset"
    few = np.sort(np.random.default_rng(1).choice(every, 400, replace=False))
    few[0] = titles.index("ember bridge forest")
    few = np.unique(few)
    shares = index.alike(asked, every)
    assert titles[int(np.argmax(shares))] == "ember bridge forest"
    compared = index.alike(asked, few)
    assert compared.max() == shares.max()
    assert compared[shares[few] > 0] == pytest.approx(shares[few][shares[few] > 0])
