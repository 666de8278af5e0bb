"""One word on an item, and the next ranking differs accordingly: through the whole graph, in both languages."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from langgraph_recommender.agent import create_recommender
from langgraph_recommender.tools.catalog import Catalog
from langgraph_recommender.tools.ranking import (
    AskedLike,
    FeedbackOn,
    Mixture,
    RankingContext,
    Scores,
    build_ranker,
    without,
)

Talker = Callable[..., Callable[[str], Any]]


class Overheard:
    """A ranker that remembers what it was asked for the longest list since it forgot."""

    name = "overheard"

    def __init__(self, ranker: Mixture) -> None:
        self.ranker = ranker
        self.asked: tuple[RankingContext, list[str]] | None = None

    def score(self, context: RankingContext, candidates: Sequence[str]) -> Scores:
        if self.asked is None or len(candidates) > len(self.asked[1]):
            self.asked = (context, list(candidates))
        return self.ranker.score(context, candidates)


@pytest.fixture(scope="module")
def mixture(books: Catalog) -> Mixture:
    return build_ranker(books)


def lifted(overheard: Overheard, cause: Any, books: Catalog) -> float:
    """By how much that word moves the five candidates that read most like the item."""
    assert overheard.asked is not None
    context, candidates = overheard.asked
    others = [one for one in candidates if one != cause.item_id]
    nearest = np.argsort(-(books.vector_of(others) @ books.vector_of([cause.item_id])[0]))[:5]
    near = [others[place] for place in nearest.tolist()]
    after, before = (overheard.ranker.score(one, near).total for one in (context, without(context, cause)))
    return float((after - before).mean())


OPENING = {"en": "recommend a fantasy novel", "zh": "推荐一本奇幻小说"}
FIRST = {
    "like": ("I love the first one", "我很喜欢第一本"),
    "dislike": ("I don't like the first one", "我不喜欢第一本"),
    "seen": ("I've already read the first one", "第一本我已经看过了"),
    "not now": ("not now for the first one", "第一本现在不想看"),
}


def said_of_the_first(kind: str, language: str, books: Catalog, mixture: Mixture, talker: Talker) -> tuple[float, bool]:
    """What it does to the neighbours, and whether the item is shown again."""
    overheard = Overheard(mixture)
    say = talker(create_recommender(books, ranker=overheard), f"{kind} {language}")
    first = say(OPENING[language]).recommendations[0].item_id
    overheard.asked = None
    after = say(FIRST[kind][language == "zh"])
    return lifted(overheard, FeedbackOn(first), books), first in [one.item_id for one in after.recommendations]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_word_moves_what_is_like_it(language: str, books: Catalog, mixture: Mixture, talker: Talker) -> None:
    moved = {kind: said_of_the_first(kind, language, books, mixture, talker) for kind in FIRST}
    by = {kind: lift for kind, (lift, _) in moved.items()}
    assert by["like"] > by["seen"] > 0 > by["not now"] > by["dislike"]
    assert not any(shown for _, shown in moved.values())


SHOP = {
    "a smartphone": ("I don't like the first one", "not now for the first one", "more like the first one"),
    "手机": ("我不喜欢第一个", "第一个现在不想买", "再来点像第一个那样的"),
}


@pytest.mark.parametrize("ask", list(SHOP))
def test_where_nobody_has_bought_anything_each_word_counts_too(ask: str, products: Catalog, talker: Talker) -> None:
    mixture, by = build_ranker(products), []
    for words in SHOP[ask]:
        overheard = Overheard(mixture)
        say = talker(create_recommender(products, ranker=overheard), words)
        first = say(ask).recommendations[0].item_id
        overheard.asked = None
        after = say(words)
        assert first not in [one.item_id for one in after.recommendations]
        cause = AskedLike(first) if words == SHOP[ask][-1] else FeedbackOn(first)
        by.append(lifted(overheard, cause, products))
    disliked, put_off, like_it = by
    assert disliked < put_off < 0 < like_it


@pytest.mark.parametrize(("language", "words"), [("en", "more like the second one"), ("zh", "再来点像第二本那样的")])
def test_more_like_one_brings_what_is_like_it(
    language: str, words: str, books: Catalog, mixture: Mixture, talker: Talker
) -> None:
    overheard = Overheard(mixture)
    say = talker(create_recommender(books, ranker=overheard))
    second = say(OPENING[language]).recommendations[1].item_id
    overheard.asked = None
    say(words)
    assert lifted(overheard, AskedLike(second), books) > 0.1


@pytest.mark.parametrize(
    ("words", "why", "expected"),
    [
        ("I loved Dune", "why these?", "Without your liking Dune, "),
        ("我很喜欢《Dune》", "为什么推荐这些？", "如果不是因为你喜欢《Dune》，"),
    ],
)
def test_why_says_which_like_a_book_is_there_for(
    words: str, why: str, expected: str, books: Catalog, mixture: Mixture, talker: Talker
) -> None:
    say = talker(create_recommender(books, ranker=mixture))
    listed = say(words).recommendations
    hinging = [one for one in listed if one.hinges_on]
    assert hinging
    reply = say(why).reply
    assert reply.count(expected) == len(hinging)
    assert all(one.title in reply for one in hinging)
