"""Every kind of cause has words of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import pytest
from langgraph_recommender.tools.catalog import Catalog
from langgraph_recommender.tools.constraints import Constraint, Op
from langgraph_recommender.tools.profile.model import Preference
from langgraph_recommender.tools.ranking.causes import AskedLike, Cause, FeedbackOn, Named, ShownPicture
from langgraph_recommender.tools.ranking.said import said_of

TIME = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = {
    AskedLike("{id}"): "like {title}",
    FeedbackOn("{id}"): "feedback on {title}",
    ShownPicture(): "looks like the picture",
    Named("Emma"): "Emma came up",
    Preference(facet="brand", value="Apple", weight=-0.5, time=TIME, catalog="products"): "does not like Apple",
    Constraint(facet="price", op=Op.LT, value=50.0, hard=False): "price under $50",
}


def test_no_kind_is_left_out() -> None:
    assert {type(one) for one in WORDS} == set(get_args(Cause))


@pytest.mark.parametrize("cause", WORDS, ids=lambda cause: type(cause).__name__)
def test_a_cause_is_said_in_a_few_words(cause: Cause, products: Catalog) -> None:
    item = products.items()[0]
    meant = type(cause)(item.id) if isinstance(cause, AskedLike | FeedbackOn) else cause
    assert said_of(products, meant) == WORDS[cause].format(title=item.title)
