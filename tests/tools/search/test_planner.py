"""How vectors are compared: the choice, that every exact way finds the same, and k results whatever a store says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langgraph_recommender.tools.catalog.search import fusion
from langgraph_recommender.tools.catalog.search.columns import Columns
from langgraph_recommender.tools.catalog.search.engine import SearchEngine, SearchRequest, SearchResult
from langgraph_recommender.tools.catalog.search.planner import Held, Limits, Strategy, choose, fetched
from langgraph_recommender.tools.catalog.search.vectors import Vectors
from langgraph_recommender.tools.catalog.search.wordtable import build_table
from langgraph_recommender.tools.constraints import Constraint, Op
from langgraph_recommender.tools.errors import IndexStateError
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, FacetRole, Item

SCHEMA = CatalogSchema(
    facets=(
        Facet(name="n", kind=FacetKind.NUMERIC),
        Facet(name="votes", kind=FacetKind.NUMERIC, role=FacetRole.POPULARITY),
        Facet(name="kind", kind=FacetKind.MULTI),
    )
)
WORDS = ("amber", "bridge", "crown", "delta", "ember", "forest", "garden", "harbor")
EVERYTHING = Limits()
CODES = Limits(gathered=0)
NOTHING = Limits(gathered=0, scanned=0)


def catalog(vectors: np.ndarray, seed: int) -> list[Item]:
    """Items with a few words and numbers each, as many as vectors."""
    rng = np.random.default_rng(seed)
    named = [" ".join(rng.choice(WORDS, int(rng.integers(1, 4)))) for _ in vectors]
    return [
        Item(str(row), title, "", {"n": float(row), "votes": float(rng.integers(50)), "kind": (title.split()[0],)})
        for row, title in enumerate(named)
    ]


def engine(
    items: Sequence[Item],
    vectors: np.ndarray,
    query: np.ndarray,
    limits: Limits,
    nearest: Callable[..., Sequence[str]] | None = None,
    *,
    served: bool = False,
) -> SearchEngine:
    columns, table = Columns.build(items, SCHEMA), build_table(items, [item.title for item in items], SCHEMA)
    return SearchEngine(
        items, columns, table, vectors, SCHEMA, lambda _: query, nearest=nearest, served=served, limits=limits
    )


def below(bound: float) -> tuple[Constraint, ...]:
    return (Constraint(facet="n", op=Op.LT, value=bound),)


def units(rng: np.random.Generator, count: int, dimension: int, spread: float) -> np.ndarray:
    """Unit vectors around a common direction, some twice and some zero: the nearer to 0 the spread, the more alike."""
    rows = np.ones(dimension) + spread * rng.standard_normal((count, dimension))
    rows[rng.random(count) < 0.1] = rows[0]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows[rng.random(count) < 0.05] = 0.0
    return rows.astype(np.float32)


def shown(result: SearchResult) -> list[tuple[str, float]]:
    return [(hit.item_id, round(hit.score, 4)) for hit in result.hits]


@pytest.mark.parametrize(
    ("rows", "fitting", "nearest", "served", "strategy"),
    [
        (50_000, 0, True, False, Strategy.NONE),
        (50_000, 2_048, True, False, Strategy.GATHER),
        (50_000, 2_049, True, False, Strategy.CODES),
        (50_000, 14_999, True, False, Strategy.CODES),
        (50_000, 15_000, True, False, Strategy.SCAN),
        (50_000, 50_000, True, False, Strategy.SCAN),
        (3_000_000, 3_000_000, False, False, Strategy.SCAN),
        (3_000_000, 3_000_000, True, False, Strategy.NEAREST),
        (3_000_000, 3_000_000, True, True, Strategy.SERVER),
        (3_000_000, 300_000, True, True, Strategy.CODES),
        (3_000_000, 300, True, True, Strategy.GATHER),
    ],
)
def test_the_choice(rows: int, fitting: int, nearest: bool, served: bool, strategy: Strategy) -> None:
    plan = choose(Held(rows, 512, nearest, served), fitting, compares=True)
    assert plan.strategy is strategy
    assert plan.exact == (strategy not in (Strategy.NEAREST, Strategy.SERVER))
    assert (plan.rows, plan.fitting, plan.compared) == (rows, fitting, 0)


def test_without_a_vector_nothing_is_compared() -> None:
    assert choose(Held(50_000, 512), 50_000, compares=False).strategy is Strategy.NONE


@pytest.mark.parametrize(
    ("k", "fitting", "asked"), [(10, 1_000, 200), (10, 100, 2_000), (500, 1_000, 1_000), (1, 1, 1_000)]
)
def test_more_neighbours_are_asked_for_the_more_a_filter_takes(k: int, fitting: int, asked: int) -> None:
    assert fetched(k, Held(1_000, 8), fitting) == min(asked, 1_000)


@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(1, 300),
    dimension=st.sampled_from([1, 7, 32, 65]),
    spread=st.sampled_from([0.0, 1e-4, 0.05, 1.0, 30.0]),
    share=st.sampled_from([0.02, 0.3, 0.8, 1.0]),
    query=st.sampled_from(["", "amber", "forest bridge garden", "xyzzy"]),
    k=st.integers(1, 20),
    similar=st.booleans(),
    diversity=st.sampled_from([0.0, 0.5]),
)
@settings(max_examples=150, deadline=None)
def test_codes_find_exactly_what_comparing_everything_finds(
    seed: int,
    count: int,
    dimension: int,
    spread: float,
    share: float,
    query: str,
    k: int,
    similar: bool,
    diversity: float,
) -> None:
    rng = np.random.default_rng(seed)
    vectors, asked = units(rng, count, dimension, spread), units(rng, 1, dimension, 1.0)[0]
    items = catalog(vectors, seed)
    request = SearchRequest(query, below(share * count), similar_to=("0",) if similar else (), k=k, diversity=diversity)
    with patch.object(fusion, "_SAMPLED", 5):
        every, coded = (engine(items, vectors, asked, limits).search(request) for limits in (EVERYTHING, CODES))
    assert every.plan.strategy in (Strategy.GATHER, Strategy.NONE)
    assert coded.plan.strategy in (Strategy.CODES, Strategy.SCAN, Strategy.NONE)
    assert shown(coded) == shown(every)


@given(
    seed=st.integers(0, 2**32 - 1),
    dimension=st.sampled_from([1, 3, 64]),
    spread=st.sampled_from([0.0, 0.01, 1.0, 50.0]),
)
@settings(max_examples=60, deadline=None)
def test_no_code_is_further_off_than_it_says(seed: int, dimension: int, spread: float) -> None:
    rng = np.random.default_rng(seed)
    rows, asked = units(rng, 60, dimension, spread), units(rng, 1, dimension, 1.0)[0]
    for at in (np.arange(60), np.arange(0, 60, 7)):
        exact = rows[at].astype(np.float64) @ asked.astype(np.float64)
        near, error = Vectors(rows).codes.near(asked, at, in_place=False)
        assert np.abs(near - exact).max() <= error
        assert np.array_equal(Vectors(rows).codes.near(asked, at, in_place=True)[0], near)


@pytest.mark.parametrize("limits", [EVERYTHING, CODES])
def test_the_most_alike_are_those_of_a_plain_scan(limits: Limits) -> None:
    rng = np.random.default_rng(3)
    vectors, asked = units(rng, 3_000, 64, 3.0), np.full(64, 0.125, np.float32)
    items = [Item(str(row), "thing", "", {"n": float(row)}) for row in range(len(vectors))]
    cosines = np.where(np.arange(3_000) < 2_000, vectors.astype(np.float64) @ asked, -np.inf)
    found = engine(items, vectors, asked, limits).search(SearchRequest("xyzzy", below(2_000), k=10))
    assert found.plan.compared == 2_000 if limits is EVERYTHING else found.plan.compared < 200
    assert [int(hit.item_id) for hit in found.hits] == np.argsort(-cosines, kind="stable")[:10].tolist()


class Store:
    """A store that answers as it is told to, and notes what it was asked."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers, self.asked = list(answers), list[int]()

    def __call__(self, vector: np.ndarray, count: int, constraints: tuple[Constraint, ...]) -> Sequence[str]:
        self.asked.append(count)
        assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)
        return self.answers.pop(0)[:count]


@pytest.fixture
def many() -> tuple[list[Item], np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    vectors = units(rng, 400, 16, 1.0)
    return catalog(vectors, 5), vectors, vectors[7]


def test_a_store_names_the_candidates_and_they_are_scored_in_full(many: tuple) -> None:
    items, vectors, asked = many
    near = np.argsort(-(vectors @ asked))[:60]
    store = Store([str(row) for row in near])
    found = engine(items, vectors, asked, NOTHING, store).search(SearchRequest("xyzzy", k=5))
    exact = engine(items, vectors, asked, EVERYTHING).search(SearchRequest("xyzzy", k=5))
    assert (found.plan.strategy, found.plan.exact, found.plan.compared, found.fitting) == (
        Strategy.NEAREST,
        False,
        60,
        400,
    )
    assert [hit.item_id for hit in found.hits] == [hit.item_id for hit in exact.hits]
    assert store.asked == [200]


def test_words_bring_up_what_the_store_does_not(many: tuple) -> None:
    items, vectors, asked = many
    far = int(np.argmin(vectors @ asked))
    items[far] = Item(str(far), "Quicksilver Zeppelin", "", items[far].facets)
    store = Store([str(row) for row in range(50) if row != far])
    hits = engine(items, vectors, asked, NOTHING, store).search(SearchRequest("quicksilver zeppelin", k=3)).hits
    assert hits[0].item_id == str(far)


@pytest.mark.parametrize("answer", [[], ["0"], ["gone", "also gone"], [str(row) for row in range(300, 400)]])
def test_k_results_come_back_when_the_store_gives_too_few_or_none_that_fits(many: tuple, answer: list[str]) -> None:
    items, vectors, asked = many
    request = SearchRequest("amber", below(40), k=10)
    found = engine(items, vectors, asked, NOTHING, Store(answer)).search(request)
    exact = engine(items, vectors, asked, EVERYTHING).search(request)
    assert len(found.hits) == 10
    assert found.plan.exact
    assert "the store was asked for" in found.plan.reason
    assert shown(found) == shown(exact)


def test_k_above_what_fits_gives_all_that_fit(many: tuple) -> None:
    items, vectors, asked = many
    store = Store([str(row) for row in range(0, 40, 2)])
    found = engine(items, vectors, asked, NOTHING, store).search(SearchRequest("amber", below(40), k=1_000))
    assert {hit.item_id for hit in found.hits} == {str(row) for row in range(40)}


def test_a_server_that_is_away_is_done_without(many: tuple) -> None:
    items, vectors, asked = many

    def away(*_: object) -> Sequence[str]:
        raise IndexStateError("Nobody listens at http://localhost:1.")

    request = SearchRequest("amber", k=4)
    found = engine(items, vectors, asked, NOTHING, away, served=True).search(request)
    assert shown(found) == shown(engine(items, vectors, asked, EVERYTHING).search(request))
    assert "Nobody listens" in found.plan.reason


def test_items_like_a_given_one_are_asked_of_the_store_too(many: tuple) -> None:
    items, vectors, asked = many
    store = Store([str(row) for row in range(30)])
    found = engine(items, vectors, asked, NOTHING, store, served=True).search(SearchRequest(similar_to=("3",), k=5))
    assert found.plan.strategy is Strategy.SERVER
    assert len(found.hits) == 5
    assert "3" not in {hit.item_id for hit in found.hits}


@pytest.mark.parametrize("limits", [EVERYTHING, CODES, NOTHING])
@pytest.mark.parametrize("rows", [np.zeros((6, 8)), np.full((6, 8), 8**-0.5), np.eye(6, 8)])
def test_zero_and_identical_vectors_leave_the_order_to_the_words(rows: np.ndarray, limits: Limits) -> None:
    items = [Item(str(row), title) for row, title in enumerate(("amber", "bridge", "crown", "delta", "ember", "amber"))]
    for query in (np.zeros(8, np.float32), np.full(8, 8**-0.5, np.float32)):
        searched = engine(items, rows.astype(np.float32), query, limits, Store([]))
        hits = searched.search(SearchRequest("crown", k=6)).hits
        assert [hit.item_id for hit in hits] == ["2", "0", "1", "3", "4", "5"]


@pytest.mark.parametrize("limits", [EVERYTHING, CODES, NOTHING])
def test_a_catalog_of_one_item(limits: Limits) -> None:
    one = engine([Item("0", "amber")], np.eye(1, 4, dtype=np.float32), np.eye(1, 4, dtype=np.float32)[0], limits)
    for request in (SearchRequest(), SearchRequest("amber"), SearchRequest("xyzzy", k=50)):
        assert [hit.item_id for hit in one.search(request).hits] == ["0"]
    assert one.search(SearchRequest(similar_to=("0",))).hits == ()
