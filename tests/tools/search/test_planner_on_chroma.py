"""The planner with a real store: what Chroma finds near is scored in full, and what it misses is made up for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding
from langgraph_recommender.tools.catalog import Catalog, open_catalog
from langgraph_recommender.tools.catalog.search import planner
from langgraph_recommender.tools.catalog.search.engine import SearchEngine, SearchRequest
from langgraph_recommender.tools.catalog.search.planner import Limits, Strategy
from langgraph_recommender.tools.constraints import admits, parse_filter

COLOURS = ("red", "green", "blue")


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    home: Path = tmp_path_factory.mktemp("home")
    rows = [
        {"id": str(row), "title": f"Lamp number {row}", "price": 1.0 + row, "colour": COLOURS[row % 3]}
        for row in range(600)
    ]
    with closing(open_catalog(rows, home=home, embeddings=DeterministicFakeEmbedding(size=24))) as opened:
        yield opened


@pytest.fixture
def large(catalog: Catalog) -> SearchEngine:
    """Its engine, as if the vectors were too many to read."""
    engine = catalog._state.engine.with_columns(catalog._state.columns)
    engine._held = replace(engine._held, limits=Limits(gathered=0, scanned=0))
    return engine


@pytest.mark.parametrize("where", ["", "price < 500", "colour = red", "price < 500 and colour = red"])
def test_what_chroma_finds_near_fits_and_is_scored_in_full(catalog: Catalog, large: SearchEngine, where: str) -> None:
    constraints = parse_filter(where, catalog.schema)
    found = large.search(SearchRequest("something soft", constraints, k=8))
    exact = catalog.search(SearchRequest("something soft", constraints, k=8))
    assert found.plan.strategy is Strategy.NEAREST
    assert len(found.hits) == 8
    assert all(admits(constraints, catalog.item(hit.item_id)) for hit in found.hits)
    assert found.hits[0].item_id == exact.hits[0].item_id


def test_what_chroma_cannot_bring_up_is_made_up_for(
    catalog: Catalog, large: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("_FETCHED_PER_RESULT", "_FETCHED_AT_LEAST", "_FETCHED_AT_MOST"):
        monkeypatch.setattr(planner, limit, 1)
    request = SearchRequest("something soft", parse_filter("colour = blue", catalog.schema), k=20)
    found = large.search(request)
    assert [hit.item_id for hit in found.hits] == [hit.item_id for hit in catalog.search(request).hits]
    assert len(found.hits) == 20
    assert found.plan.exact
    assert "the store was asked for 20" in found.plan.reason
