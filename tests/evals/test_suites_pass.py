"""Every conversation that ships holds with the offline model."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from langgraph_recommender.evals.facts import CatalogFacts
from langgraph_recommender.evals.running import run_conversation
from langgraph_recommender.evals.suite import Conversation, load_suite, shipped_suites
from langgraph_recommender.evals.targets.graph_target import GraphTarget
from langgraph_recommender.tools.catalog import Catalog

CONVERSATIONS = [(Path(path).stem, one) for path in shipped_suites() for one in load_suite(path).conversations]


@pytest.fixture(scope="session")
def catalogs(open_embedded: Callable[[str], Catalog]) -> Callable[[str], Catalog]:
    return cache(open_embedded)


@pytest.fixture(scope="session")
def offline(catalogs: Callable[[str], Catalog]) -> GraphTarget:
    return GraphTarget(catalogs)


@pytest.fixture(scope="session")
def facts_of(catalogs: Callable[[str], Catalog]) -> Callable[[str], CatalogFacts]:
    return cache(lambda name: CatalogFacts.of(catalogs(name)))


@pytest.mark.parametrize(
    ("suite", "conversation"), CONVERSATIONS, ids=[f"{suite}: {one.name}" for suite, one in CONVERSATIONS]
)
def test_conversation(
    suite: str, conversation: Conversation, offline: GraphTarget, facts_of: Callable[[str], CatalogFacts]
) -> None:
    outcome = run_conversation(conversation, offline, facts_of(conversation.catalog), file=suite)
    assert outcome.passed, "\n".join(f"{one.check}: expected {one.expected}, got {one.got}" for one in outcome.failures)
