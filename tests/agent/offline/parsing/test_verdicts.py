"""What is said of oneself: a verdict goes on to what is named in one breath; what is only stated asks for nothing."""

from __future__ import annotations

import pytest
from langgraph_recommender.agent.offline.classifier import load_classifier
from langgraph_recommender.agent.offline.lexicon import CatalogLexicon
from langgraph_recommender.agent.offline.understand import understand
from langgraph_recommender.graphs.briefing import facet_cards
from langgraph_recommender.graphs.briefs import UnderstandBrief
from langgraph_recommender.graphs.understanding import Intent, TurnUnderstanding
from langgraph_recommender.tools.catalog import Catalog
from langgraph_recommender.tools.constraints import Op


def said(books: Catalog, text: str) -> TurnUnderstanding:
    brief = UnderstandBrief(catalog="books", noun="book", facets=facet_cards(books, books.revision))
    return understand(text, brief, CatalogLexicon.build(books), load_classifier())


def test_a_like_goes_on_to_the_series_beside_the_book(books: Catalog) -> None:
    turn = said(books, "I loved The Name of the Wind and Mistborn")
    assert [one.hard for one in turn.constraints] == [False]
    assert [(one.value, one.weight, one.lasting) for one in turn.wishes] == [("Mistborn", 1.0, True)]


def test_a_dislike_goes_on_to_the_author_beside_the_book(books: Catalog) -> None:
    turn = said(books, "I hated Twilight and anything by Dan Brown")
    assert [(one.op, one.value) for one in turn.constraints] == [(Op.NE, "Dan Brown")]
    assert [(one.value, one.weight) for one in turn.wishes] == [("Dan Brown", -1.0)]


def test_what_one_would_like_is_no_verdict(books: Catalog) -> None:
    turn = said(books, "hi, i'd like a book from the 90s, by Stephen King")
    assert all(one.hard for one in turn.constraints)
    assert turn.wishes == ()


@pytest.mark.parametrize("text", ["remember that I never read horror", "请记住我不看恐怖小说"])
def test_what_is_only_stated_asks_for_nothing(books: Catalog, text: str) -> None:
    turn = said(books, text)
    assert turn.intent is Intent.PROFILE
    assert [(one.value, one.weight, one.lasting) for one in turn.wishes] == [("horror", -1.0, True)]


@pytest.mark.parametrize(
    ("text", "action", "target"),
    [("我是什么口味？", "show", ""), ("我的口味你知道吗", "show", ""), ("把恐怖那条忘掉吧", "forget_one", "恐怖")],
)
def test_ways_to_ask_for_ones_own_data(books: Catalog, text: str, action: str, target: str) -> None:
    request = said(books, text).profile_request
    assert request
    assert (request.action, request.target) == (action, target)


@pytest.mark.parametrize(("text", "harm"), [("I'm allergic to peanuts", "peanuts"), ("我对花粉过敏", "花粉")])
def test_an_allergy_is_no_liking(books: Catalog, text: str, harm: str) -> None:
    assert [(one.value, one.weight, one.lasting) for one in said(books, text).wishes] == [(harm, -1.0, True)]
