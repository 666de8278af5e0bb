"""The suites that ship: broad enough, right about their catalogs, and possible to pass."""

from __future__ import annotations

from collections import Counter
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from langchain_core.embeddings import Embeddings
from langgraph_recommender.evals.facts import CatalogFacts
from langgraph_recommender.evals.simulate import load_personas
from langgraph_recommender.evals.suite import ShownExpectation, Suite, bind, load_suite, shipped_suites
from langgraph_recommender.tools.catalog import (
    JointCatalog,
    LoadedCatalog,
    embedded_catalogs,
    load_items,
    named_catalogs,
    open_catalog,
)

SUITES = [load_suite(path) for path in shipped_suites()]
NAMES = [Path(suite.file).stem for suite in SUITES]


class Blank(Embeddings):
    """Every text means the same: nothing is searched in these tests."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[1.0]] * len(texts)

    def embed_query(self, text: str) -> list[float]:
        return [1.0]


@cache
def rows(name: str) -> LoadedCatalog:
    """The shipped rows alone: nothing is indexed for these tests."""
    folder = Path(str(files("langgraph_recommender.tools.catalog").joinpath("embedded", name)))
    path = next(path for path in sorted(folder.iterdir()) if path.name.startswith("items."))
    return load_items(path, folder / "schema.yaml", name=name)


@cache
def catalog(names: str) -> CatalogFacts:
    loaded = [rows(name) for name in named_catalogs(names)]
    if len(loaded) == 1:
        return CatalogFacts.build(loaded[0].schema, loaded[0].items)
    joined = [open_catalog(list(one.items), schema=one.schema, embeddings=Blank()) for one in loaded]
    return CatalogFacts.of(JointCatalog(joined))


@pytest.mark.parametrize("suite", SUITES, ids=NAMES)
def test_every_name_in_a_suite_is_known_to_its_catalog(suite: Suite) -> None:
    bind(suite, catalog, load_personas())


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
    assert min(languages["en"], languages["zh"]) >= 75
    assert {name for one in conversations for name in named_catalogs(one.catalog)} == set(embedded_catalogs())
    assert all(2 <= len(one.turns) <= 8 for one in conversations)
