"""The suites that ship: broad enough, right about their catalogs, and possible to pass."""

from __future__ import annotations

from collections import Counter
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from langgraph_recommender.evals.facts import CatalogFacts
from langgraph_recommender.evals.suite import Suite, bind, load_suite, shipped_suites
from langgraph_recommender.evals.suite.spec import ShownExpectation
from langgraph_recommender.tools.catalog import embedded_catalogs, load_items

SUITES = [load_suite(path) for path in shipped_suites()]
NAMES = [Path(suite.file).stem for suite in SUITES]


@cache
def catalog(name: str) -> CatalogFacts:
    """From the shipped rows alone: nothing is indexed for these tests."""
    folder = Path(str(files("langgraph_recommender.tools.catalog").joinpath("embedded", name)))
    rows = next(path for path in sorted(folder.iterdir()) if path.name.startswith("items."))
    loaded = load_items(rows, folder / "schema.yaml", name=name)
    return CatalogFacts.build(loaded.schema, loaded.items)


@pytest.mark.parametrize("suite", SUITES, ids=NAMES)
def test_every_name_in_a_suite_is_known_to_its_catalog(suite: Suite) -> None:
    bind(suite, catalog)


@pytest.mark.parametrize("suite", SUITES, ids=NAMES)
def test_what_is_expected_to_be_shown_exists(suite: Suite) -> None:
    for conversation in suite.conversations:
        facts = catalog(conversation.catalog)
        for turn in conversation.turns:
            shown = turn.expect.shown or ShownExpectation()
            held = facts.filters((*turn.expect.constraints_include, *shown.satisfy))
            possible = facts.admitted(held)
            assert len(possible) >= (shown.at_least or 0), (conversation.name, turn.say)
            assert not shown.any_satisfies or possible & facts.admitted(facts.filters(shown.any_satisfies))
            for name in shown.include:
                assert "{" in name or possible & set(facts.ids(name)), (conversation.name, name)
            names = [one for one in shown.include_any if "{" not in one]
            assert not names or any(possible & set(facts.ids(one)) for one in names)


def test_they_cover_both_languages_and_all_catalogs() -> None:
    conversations = [one for suite in SUITES for one in suite.conversations]
    languages = Counter(one.language for one in conversations)
    assert min(languages["en"], languages["zh"]) >= 22
    assert {one.catalog for one in conversations} == set(embedded_catalogs())
    assert all(2 <= len(one.turns) <= 8 for one in conversations)
