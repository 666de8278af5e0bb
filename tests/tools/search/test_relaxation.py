"""The smallest change that has results, when nothing fits."""

from __future__ import annotations

import pytest
from langgraph_recommender.tools.catalog.search.columns import Columns
from langgraph_recommender.tools.catalog.search.relaxation import nearest_relaxation
from langgraph_recommender.tools.constraints import Constraint, Op, Source, parse_filter
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, Item

SCHEMA = CatalogSchema(
    facets=(
        Facet(name="price", kind=FacetKind.NUMERIC),
        Facet(name="brand", kind=FacetKind.CATEGORICAL),
        Facet(name="released", kind=FacetKind.DATE),
    )
)
ITEMS = [
    Item("0", "a", facets={"price": 9.99, "brand": "Apple", "released": "2001-03-01"}),
    Item("1", "b", facets={"price": 20.0, "brand": "Apple", "released": "2004-03-01"}),
    Item("2", "c", facets={"price": 2000.0, "brand": "Dell", "released": "1980-03-01"}),
    Item("3", "d", facets={"brand": "Acme"}),
]
COLUMNS = Columns.build(ITEMS, SCHEMA)


@pytest.mark.parametrize(
    ("text", "changed", "loosened", "fitting"),
    [
        ("price<5", "price", ("<=", 9.99), 1),
        ("price<5 and brand=Apple", "price", ("<=", 9.99), 1),
        ("price>5000", "price", (">=", 2000.0), 1),
        ("price>=15 and price<=18", "price", ("<=", 20.0), 1),
        ("price between 11 and 15", "price", ("between", (9.99, 15.0)), 1),
        ("price=21", "price", ("=", 20.0), 1),
        ("released>2010", "released", (">=", "2004-03-01"), 1),
        ("released<1990 and brand=Apple", "released", ("<=", "2001-03-01"), 1),
        ("brand=Lenovo", "brand", None, 4),
        ("brand=Acme and price<100", "brand", None, 2),
        ("brand=Lenovo and price<100", "brand", None, 2),
    ],
)
def test_the_cheapest_single_change(text: str, changed: str, loosened: tuple | None, fitting: int) -> None:
    constraints = parse_filter(text, SCHEMA)
    assert not COLUMNS.mask(constraints).any()
    change = nearest_relaxation(COLUMNS, constraints)
    assert change is not None
    assert change.constraint.facet == changed
    assert (change.loosened and (change.loosened.op, change.loosened.value)) == loosened
    assert change.fitting == fitting
    kept = [change.loosened if one == change.constraint else one for one in constraints]
    assert COLUMNS.mask([one for one in kept if one]).sum() == fitting


def test_two_impossible_conditions_have_no_single_change() -> None:
    constraints = parse_filter("brand=Lenovo and brand=Dell and price<0", SCHEMA)
    assert nearest_relaxation(COLUMNS, constraints) is None


def test_a_policy_is_never_relaxed() -> None:
    policy = Constraint(facet="brand", op=Op.EQ, value="Lenovo", source=Source.POLICY)
    assert nearest_relaxation(COLUMNS, [policy]) is None


def test_without_hard_constraints_there_is_nothing_to_relax() -> None:
    assert nearest_relaxation(COLUMNS, []) is None
    assert nearest_relaxation(COLUMNS, [Constraint(facet="brand", op=Op.EQ, value="x", hard=False)]) is None
