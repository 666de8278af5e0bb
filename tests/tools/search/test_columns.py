"""Columns answer exactly as the one evaluator does, for every kind of facet, operator and value."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langgraph_recommender.tools.catalog.search.columns import Columns
from langgraph_recommender.tools.constraints import Constraint, Op, admits, matches
from langgraph_recommender.tools.errors import FilterError
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, Item

WORDS = st.sampled_from(
    ["Apple", "apple", "ＡＰＰＬＥ", "苹果", "Dell", " dell ", "", "a b", "A  B", "straße", "STRASSE", "1", "é"]
)
DATES = st.sampled_from(["1999", "1999-01-01", "1999-12-31", "2000-02-29", "2024-05-01", ""])
NUMBERS = st.one_of(st.sampled_from([0.0, 1.0, -1.0, 9.99, 500.0, 1e300]), st.floats(allow_nan=True))
VALUES = {
    FacetKind.CATEGORICAL: WORDS,
    FacetKind.MULTI: st.lists(WORDS, max_size=4).map(tuple),
    FacetKind.NUMERIC: NUMBERS,
    FacetKind.DATE: DATES,
    FacetKind.BOOLEAN: st.booleans(),
}
SCHEMA = CatalogSchema(facets=tuple(Facet(name=kind.value, kind=kind) for kind in FacetKind))
ANY_VALUE = st.one_of(WORDS, DATES, NUMBERS, st.booleans())
MANY = (Op.IN, Op.NOT_IN, Op.ALL)


@st.composite
def constraints(draw: st.DrawFn) -> Constraint:
    op = draw(st.sampled_from(list(Op)))
    size = {Op.BETWEEN: (2, 2)}.get(op, (0, 3) if op in MANY else (1, 1))
    values = draw(st.lists(ANY_VALUE, min_size=size[0], max_size=size[1]).map(tuple))
    value = values if op in (*MANY, Op.BETWEEN) else values[0]
    return Constraint(facet=draw(st.sampled_from(list(FacetKind))).value, op=op, value=value, hard=draw(st.booleans()))


@st.composite
def items(draw: st.DrawFn) -> list[Item]:
    facets = st.fixed_dictionaries({}, optional={kind.value: VALUES[kind] for kind in FacetKind})
    rows = draw(st.lists(facets, max_size=8))
    return [Item(id=str(row), title=f"item {row}", facets=values) for row, values in enumerate(rows)]


@given(items(), st.lists(constraints(), max_size=4))
@settings(max_examples=200, deadline=None)
def test_a_mask_is_what_the_evaluator_says_of_each_item(catalog: list[Item], wanted: list[Constraint]) -> None:
    mask = Columns.build(catalog, SCHEMA).mask(wanted)
    assert mask.tolist() == [admits(wanted, item) for item in catalog]


@given(items(), constraints())
@settings(max_examples=200, deadline=None)
def test_a_match_counts_soft_constraints_too(catalog: list[Item], wanted: Constraint) -> None:
    match = Columns.build(catalog, SCHEMA).match(wanted)
    assert match.tolist() == [matches(wanted, item.facets.get(wanted.facet)) for item in catalog]


def test_no_constraint_admits_every_row() -> None:
    assert Columns.build([Item("1", "a"), Item("2", "b")], SCHEMA).mask([]).tolist() == [True, True]


def test_an_empty_catalog_has_an_empty_mask() -> None:
    mask = Columns.build([], SCHEMA).mask([Constraint(facet="numeric", op=Op.LT, value=5.0)])
    assert mask.shape == (0,)
    assert mask.dtype == np.bool_


def test_an_unknown_facet_is_refused_with_the_nearest_name() -> None:
    columns = Columns.build([Item("1", "a")], SCHEMA)
    with pytest.raises(FilterError, match=r"no facet 'numerik'.*Did you mean 'numeric'"):
        columns.mask([Constraint(facet="numerik", op=Op.LT, value=5.0)])


def test_a_soft_constraint_on_an_unknown_facet_excludes_nothing() -> None:
    columns = Columns.build([Item("1", "a")], SCHEMA)
    assert columns.mask([Constraint(facet="mood", op=Op.EQ, value="sad", hard=False)]).tolist() == [True]


def test_a_catalog_without_facets_says_so() -> None:
    with pytest.raises(FilterError, match="has no facets"):
        Columns.build([], CatalogSchema()).column("price")
