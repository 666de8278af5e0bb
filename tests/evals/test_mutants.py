"""Every faulty agent is caught by the suites that ship, in English and in Chinese, while the sound one passes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from langgraph_recommender.evals.facts import CatalogFacts
from langgraph_recommender.evals.mutants import MUTANTS, hunt
from langgraph_recommender.evals.running import Case, cases_of
from langgraph_recommender.evals.suite import Conversation, load_suite, shipped_suites
from langgraph_recommender.evals.targets.graph_target import GraphTarget
from langgraph_recommender.tools.catalog import Catalog

OpenCatalog = Callable[[str], Catalog]


@pytest.fixture(scope="module")
def target(open_embedded: OpenCatalog) -> GraphTarget:
    return GraphTarget(cache(open_embedded))


@pytest.fixture(scope="module")
def facts(open_embedded: OpenCatalog) -> Callable[[str], CatalogFacts]:
    return cache(lambda name: CatalogFacts.of(open_embedded(name)))


def scripted(language: str) -> list[Case]:
    """Those that mention a person or a rule come first: they are what few mutants are caught by."""
    cases = cases_of([load_suite(path) for path in shipped_suites()])
    own = [one for one in cases if isinstance(one.setting, Conversation) and one.setting.language == language]
    return sorted(own, key=lambda one: not (one.setting.user or one.setting.policies.model_fields_set))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", MUTANTS)
def test_a_faulty_agent_is_caught(
    name: str, language: str, target: GraphTarget, facts: Callable[[str], CatalogFacts]
) -> None:
    caught = hunt(MUTANTS[name], scripted(language), target, facts, enough=1)
    assert caught.failed, f"{caught.conversations} conversations let an agent pass that has a fault: {name}"
