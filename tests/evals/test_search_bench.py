"""The search benchmark on a small catalog: what it makes, what it measures, and that its own checks can fail."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from langgraph_recommender.evals.benches.search_data import DRAW, Sources, blend, isotropic, queries
from langgraph_recommender.evals.benches.search_measured import Field, ask, ask_unfiltered
from langgraph_recommender.evals.benches.search_rivals import RawChroma, TooLong, raw_chroma, scan
from langgraph_recommender.tools.catalog.search.engine import SearchEngine
from langgraph_recommender.tools.catalog.search.hybrid import Hybrid
from langgraph_recommender.tools.items import Item

WORDS = ("amber", "bridge", "crown", "delta", "ember", "forest", "garden", "harbor")


@pytest.fixture(scope="module")
def sources() -> Sources:
    rng = np.random.default_rng(1)
    items = tuple(
        Item(str(row), f"{one} {other}", f"about {one} and the {other} of it", {"genres": (one,)})
        for row, (one, other) in enumerate((one, other) for one in WORDS for other in WORDS)
    )
    return Sources(items, isotropic(len(items), 16, rng))


@pytest.fixture(scope="module")
def field(sources: Sources) -> Field:
    rng = np.random.default_rng(2)
    made, texts = blend(sources, 500, rng), queries(sources, 8, rng)
    vectors = dict(zip(texts, isotropic(len(texts), 16, rng), strict=True))

    def embed(text: str) -> np.ndarray:
        return vectors.setdefault(text, isotropic(1, 16, rng)[0])

    engine = SearchEngine.build(made.items, made.texts, made.vectors, made.schema, embed)
    table = engine._hybrid._table
    hybrid = Hybrid([one.title for one in made.items], engine.columns, table, made.schema, embed, made.vectors)
    return Field("500 made", made.vectors, made.draws, engine, hybrid, tuple(texts), embed)


def test_blended_items_are_many_and_each_has_its_number(sources: Sources) -> None:
    made = blend(sources, 25_000, np.random.default_rng(3))
    assert len(made.items) == len(made.texts) == len(made.draws) == len({one.id for one in made.items}) == 25_000
    assert made.vectors.shape == (25_000, 16)
    assert np.linalg.norm(made.vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert all(one.facets[DRAW] == draw for one, draw in zip(made.items[:50], made.draws, strict=False))
    assert (made.draws < 0.01).mean() == pytest.approx(0.01, abs=0.003)
    again = blend(sources, 25_000, np.random.default_rng(3))
    assert again.items[-1] == made.items[-1]
    assert np.array_equal(again.vectors, made.vectors)


def test_queries_are_of_four_kinds(sources: Sources) -> None:
    texts = queries(sources, 8, np.random.default_rng(4))
    titles = {one.title for one in sources.items}
    assert texts[0] in titles
    assert texts[1] not in titles
    assert sorted(texts[1]) in [sorted(title) for title in titles]
    assert set(texts[2].split()) <= {*WORDS, "about", "and", "the", "of", "it"}
    assert not texts[3].isascii()


def test_the_floor_is_the_nearest_that_fit() -> None:
    vectors = np.eye(4, dtype=np.float32)
    query = np.array([0.1, 0.4, 0.3, 0.2], np.float32)
    assert scan(vectors, query, np.array([True, False, True, True]), 2).tolist() == [2, 3]
    assert scan(vectors, query, np.zeros(4, dtype=bool), 2).tolist() == []
    assert scan(vectors, query, np.ones(4, dtype=bool), 9).tolist() == [1, 2, 3, 0]


def test_all_ways_are_asked_the_same(field: Field) -> None:
    with raw_chroma(field.vectors, field.draws, 60.0) as chroma:
        assert isinstance(chroma, RawChroma)
        assert chroma.disk > chroma.graph >= 0
        for share in (1.0, 0.5, 0.01):
            measured = ask(field, share, chroma)
            assert measured.ours.recall == [1.0] * 8
            assert measured.chroma is not None
            assert len(measured.chroma.taken) == len(measured.chroma.recall) == 8
            assert len(measured.ours.taken) == len(measured.scan.taken) == 3 * 8
        rows = chroma.query(field.vectors[7], 0.5, 400)
        assert {row for row in rows if field.draws[row] >= 0.5} == set()
        assert ask_unfiltered(field, chroma).filter == "unfiltered"


def test_a_search_that_misses_the_best_is_seen(field: Field) -> None:
    """The engine is given other vectors than those that its results are held against."""
    rng = np.random.default_rng(9)
    assert np.mean(ask(replace(field, vectors=isotropic(500, 16, rng)), 1.0, None).ours.recall) < 0.9


def test_indexing_that_takes_too_long_is_given_up(field: Field) -> None:
    vectors = np.tile(field.vectors, (5, 1))
    with raw_chroma(vectors, np.tile(field.draws, 5), 0.0) as chroma:
        assert isinstance(chroma, TooLong)
        assert chroma.seconds > 0
