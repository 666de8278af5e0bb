"""What a search promises: filters before scores, exactly k, the exact title first, named parts, no surprises."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langgraph_recommender.tools.catalog import Catalog
from langgraph_recommender.tools.catalog.search.engine import SearchEngine, SearchRequest
from langgraph_recommender.tools.constraints import Constraint, Op, admits, parse_filter
from langgraph_recommender.tools.errors import FilterError, ToolInputError, UnknownItemError
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, Item


def ids(engine: SearchEngine, request: SearchRequest) -> list[str]:
    return [hit.item_id for hit in engine.search(request).hits]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("dune", "dune"),
        ("DUNE MESSIAH", "messiah"),
        ("shining", "shining"),
        ("It", "it"),
        ("amelies cafe", "amelie"),
        ("三体", "santi"),
        ("dune mesiah", "messiah"),
        ("persuassion", "persuasion"),
        ("desert planet", "dune"),
        ("a book about ghosts", "shining"),
        ("刘慈欣", "santi"),
    ],
)
def test_the_best_item_for_a_query(query: str, first: str, shelf: SearchEngine) -> None:
    assert ids(shelf, SearchRequest(query, k=1)) == [first]


def test_the_exact_title_beats_everything_else_together(shelf: SearchEngine) -> None:
    request = SearchRequest("emma", similar_to=("dune",))
    hits = shelf.search(request).hits
    assert hits[0].item_id == "emma"
    assert hits[0].parts["title"] > hits[1].score


def test_a_query_that_is_a_value_or_its_alias_finds_the_items_that_have_it(shelf: SearchEngine) -> None:
    assert set(ids(shelf, SearchRequest("Stephen King", k=2))) == {"shining", "it"}
    assert set(ids(shelf, SearchRequest("科幻", k=3))) == {"dune", "messiah", "santi"}


def test_alias_words_within_a_chinese_question_reach_english_values(shelf: SearchEngine) -> None:
    assert set(ids(shelf, SearchRequest("我想看爱情故事", k=2))) == {"emma", "persuasion"}


def test_filters_hold_and_exactly_k_come_back_whenever_as_many_fit(shelf: SearchEngine) -> None:
    old = (Constraint(facet="year", op=Op.LT, value=1980.0),)
    result = shelf.search(SearchRequest("dune", constraints=old, k=5))
    assert result.fitting == 5
    assert {hit.item_id for hit in result.hits} == {"dune", "messiah", "emma", "persuasion", "shining"}
    assert len(shelf.search(SearchRequest("dune", constraints=old, k=3)).hits) == 3
    assert len(shelf.search(SearchRequest("dune", constraints=old, k=1000)).hits) == 5


def test_a_soft_constraint_excludes_nothing(shelf: SearchEngine) -> None:
    soft = Constraint(facet="year", op=Op.LT, value=1900.0, hard=False)
    assert shelf.search(SearchRequest("dune", constraints=(soft,))).fitting == 8


def test_contradicting_filters_fit_nothing(shelf: SearchEngine) -> None:
    both = tuple(Constraint(facet="author", op=Op.EQ, value=name) for name in ("Jane Austen", "Stephen King"))
    result = shelf.search(SearchRequest("dune", constraints=both))
    assert (result.hits, result.fitting) == ((), 0)
    assert result.query_vector is not None


def test_excluded_and_given_items_never_come_back(shelf: SearchEngine) -> None:
    request = SearchRequest("dune", similar_to=("dune",), exclude=frozenset({"messiah", "gone"}), k=20)
    result = shelf.search(request)
    assert result.fitting == len(result.hits) == 6
    assert not {"dune", "messiah"} & {hit.item_id for hit in result.hits}


def test_similar_items_are_near_in_meaning_and_share_values(shelf: SearchEngine) -> None:
    hits = shelf.search(SearchRequest(similar_to=("emma",), k=3)).hits
    assert hits[0].item_id == "persuasion"
    assert hits[0].parts["similar"] > 0
    assert hits[0].parts["shared"] > 0
    assert hits[1].item_id == "amelie"


def test_without_a_query_the_liked_and_much_rated_come_first(shelf: SearchEngine) -> None:
    result = shelf.search(SearchRequest())
    assert result.query_vector is None
    assert result.hits[0].item_id == "shining"
    assert {name for hit in result.hits for name in hit.parts} == {"popularity"}
    order = [hit.item_id for hit in result.hits]
    assert order.index("santi") > order.index("emma"), "two votes do not make a best seller"


@pytest.mark.parametrize("query", ["", "   ", "🎉🎉", "!?", "\x00\x07"])
def test_a_query_without_letters_is_no_query(query: str, shelf: SearchEngine) -> None:
    assert shelf.search(SearchRequest(query)) == shelf.search(SearchRequest())


@pytest.mark.parametrize("query", ["dune", "love stories", "ghosts fear", "宇宙", "stephen king", "zzzz"])
def test_a_score_is_the_sum_of_its_named_parts(query: str, shelf: SearchEngine) -> None:
    result = shelf.search(SearchRequest(query, similar_to=("emma",)))
    for hit in result.hits:
        assert hit.score == pytest.approx(sum(hit.parts.values()))
        assert set(hit.parts) <= {"dense", "lexical", "title", "value", "similar", "shared", "popularity"}
    assert [hit.score for hit in result.hits] == sorted((hit.score for hit in result.hits), reverse=True)


def test_diversity_spreads_the_results_over_unlike_items(shelf: SearchEngine) -> None:
    near = ids(shelf, SearchRequest("desert planet empire", k=3))
    spread = ids(shelf, SearchRequest("desert planet empire", k=3, diversity=0.7))
    assert near[:2] == ["dune", "messiah"]
    assert spread[0] == "dune"
    assert "messiah" not in spread
    assert len(ids(shelf, SearchRequest("desert", k=8, diversity=1.0))) == 8


def test_the_same_request_gives_the_same_result(shelf: SearchEngine) -> None:
    request = SearchRequest("love in the desert", similar_to=("it",), diversity=0.3)
    assert ids(shelf, request) == ids(shelf, request)


@pytest.mark.parametrize("request_", [SearchRequest(k=0), SearchRequest(k=-3), SearchRequest(diversity=1.5)])
def test_impossible_numbers_are_refused(request_: SearchRequest, shelf: SearchEngine) -> None:
    with pytest.raises(ToolInputError):
        shelf.search(request_)


def test_an_unknown_given_item_is_refused(shelf: SearchEngine) -> None:
    with pytest.raises(UnknownItemError, match="'nope'"):
        shelf.search(SearchRequest(similar_to=("nope",)))


def test_an_unknown_facet_is_refused(shelf: SearchEngine) -> None:
    with pytest.raises(FilterError, match="Did you mean 'author'"):
        shelf.search(SearchRequest("dune", constraints=(Constraint(facet="authr", op=Op.EQ, value="x"),)))


def test_an_empty_catalog_has_no_results(build_engine: Callable[..., SearchEngine]) -> None:
    engine = build_engine(())
    assert engine.search(SearchRequest("dune")).hits == ()
    assert engine.search(SearchRequest()).fitting == 0


def test_items_without_words_facets_or_likeness_come_back_in_row_order(
    build_engine: Callable[..., SearchEngine],
) -> None:
    items = tuple(Item(str(row), "…") for row in range(5))
    engine = build_engine(items, CatalogSchema())
    for request in (SearchRequest(), SearchRequest("anything"), SearchRequest(similar_to=("0",), diversity=0.5)):
        assert ids(engine, request) == [item.id for item in items if item.id not in request.similar_to]


def test_zero_vectors_do_no_harm() -> None:
    items = [Item("a", "red shoes"), Item("b", "blue shoes")]
    texts = [item.title for item in items]
    engine = SearchEngine.build(items, texts, np.zeros((2, 4), np.float32), CatalogSchema(), lambda _: np.zeros(4))
    assert ids(engine, SearchRequest("blue")) == ["b", "a"]
    assert ids(engine, SearchRequest(similar_to=("b",))) == ["a"]


def test_items_texts_and_vectors_must_go_together() -> None:
    with pytest.raises(ValueError, match="1 items, 0 texts and 1 vectors"):
        SearchEngine.build([Item("a", "a")], [], np.zeros((1, 2)), CatalogSchema(), lambda _: np.zeros(2))


QUERIES = st.sampled_from(["", "dune", "love", "三体", "stephen", "zz", "ghosts 宇宙"])
FACETS = CatalogSchema(facets=(Facet(name="n", kind=FacetKind.NUMERIC), Facet(name="c", kind=FacetKind.MULTI)))
LETTERS = st.lists(st.sampled_from("xyz"), max_size=2).map(tuple)
ROWS = st.lists(st.fixed_dictionaries({}, optional={"n": st.integers(0, 3).map(float), "c": LETTERS}), max_size=12)


@given(
    rows=ROWS,
    query=QUERIES,
    bound=st.integers(0, 3),
    diversity=st.sampled_from([0.0, 0.4]),
    k=st.integers(1, 15),
    left_out=st.sets(st.integers(0, 12)),
)
@settings(max_examples=60, deadline=None)
def test_results_are_k_distinct_fitting_items(
    build_engine: Callable[..., SearchEngine],
    rows: list[dict],
    query: str,
    bound: int,
    diversity: float,
    k: int,
    left_out: set[int],
) -> None:
    items = tuple(Item(str(row), f"title {row % 3}", facets=facets) for row, facets in enumerate(rows))
    wanted = (Constraint(facet="n", op=Op.LE, value=float(bound)),)
    exclude = frozenset(map(str, left_out))
    result = build_engine(items, FACETS).search(
        SearchRequest(query, constraints=wanted, k=k, diversity=diversity, exclude=exclude)
    )
    fitting = {item.id for item in items if admits(wanted, item) and item.id not in exclude}
    found = [hit.item_id for hit in result.hits]
    assert result.fitting == len(fitting)
    assert len(found) == len(set(found)) == min(k, len(fitting))
    assert set(found) <= fitting


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("red lipstick", "Red Lipstick"),
        ("chanel perfume", "Chanel Coco Noir Eau De"),
        ("iphne 13 pro", "iPhone 13 Pro"),
        ("口红", "Red Lipstick"),
        ("笔记本电脑", "New DELL XPS 13 9300 Laptop"),
        ("something to sit on", "Annibale Colombo Sofa"),
    ],
)
def test_products_are_found_in_english_and_chinese(query: str, expected: str, products: Catalog) -> None:
    titles = [products.item(hit.item_id).title for hit in products.search(SearchRequest(query, k=3)).hits]
    assert expected in titles


def test_a_filter_from_the_command_line_holds_on_products(products: Catalog) -> None:
    constraints = parse_filter("price < $500 and rating >= 3", products.schema)
    hits = products.search(SearchRequest("laptop or phone", constraints=constraints, k=50)).hits
    assert len(hits) == 50
    assert all(admits(constraints, products.item(hit.item_id)) for hit in hits)
