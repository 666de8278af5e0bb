"""Conversations in tests: a recommender, and turns as values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from langgraph_recommender.agent import Recommender, RecommenderContext, TurnResult, create_recommender
from langgraph_recommender.tools.catalog import Catalog

Say = Callable[..., TurnResult]


def _talker(recommender: Recommender, thread: str = "t", **who: Any) -> Say:
    """Says one message in a thread and returns the turn."""

    def say(words: str) -> TurnResult:
        config: Any = {"configurable": {"thread_id": thread}}
        sent = {"messages": [("user", words)]}
        return recommender.invoke(sent, config, context=RecommenderContext(**who))["turn"]

    return say


@pytest.fixture
def talker() -> Callable[..., Say]:
    return _talker


@pytest.fixture
def shop(products: Catalog) -> Recommender:
    return create_recommender(products)
