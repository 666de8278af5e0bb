"""A sentence may name only the numbers and titles that the brief holds."""

from __future__ import annotations

import pytest
from langgraph_recommender.graphs.briefs import RecommendedItem, ReplyBrief
from langgraph_recommender.graphs.saying.truth import Truth
from langgraph_recommender.graphs.understanding import Intent
from langgraph_recommender.tools.catalog import Catalog


@pytest.fixture(scope="module")
def truth(products: Catalog) -> Truth:
    item = next(item for item in products.items() if item.facets["price"] == 1999.99)
    shown = RecommendedItem(id=item.id, title=item.title, facets=item.facets, reasons=("rated 4.3",))
    brief = ReplyBrief(intent=Intent.RECOMMEND, language="en", noun="product", items=(shown,), outcome="recommended")
    return Truth.of(brief, "nothing “too heavy” please")


@pytest.mark.parametrize(
    "sentence",
    [
        "It costs $1,999.99.",
        "About 2000? No: $1999.",
        "Here are 3 ideas.",
        "I like it.",
        "1. Apple MacBook Pro 14 Inch Space Grey — light",
        "Not “too heavy”.",
    ],
)
def test_what_the_brief_holds_may_be_said(truth: Truth, sentence: str) -> None:
    assert truth.holds(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "It costs $1,499.",
        "Rated by 5000 people.",
        "Or take “Gucci Bloom Eau de”.",
        "- The Dell Inspiron 5 — light",
        "《三体》也不错。",
        "It has id 77.",
    ],
)
def test_what_it_does_not_hold_may_not(truth: Truth, sentence: str) -> None:
    assert not truth.holds(sentence)
