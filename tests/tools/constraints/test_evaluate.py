"""The one evaluator, case by case."""

from __future__ import annotations

import pytest
from langgraph_recommender.tools.constraints import Constraint, Op, admits, matches
from langgraph_recommender.tools.items import FacetValue, Item


@pytest.mark.parametrize(
    ("op", "wanted", "value", "expected"),
    [
        (Op.EQ, "apple", "ＡＰＰＬＥ ", True),
        (Op.EQ, "5", 5.0, False),
        (Op.EQ, "horror", ("Drama", "Horror"), True),
        (Op.NE, "horror", ("Drama", "Horror"), False),
        (Op.NE, "horror", None, True),
        (Op.NOT_IN, ("a", "b"), (), True),
        (Op.IN, (), "a", False),
        (Op.IN, (1999.0, 2000.0), 2000.0, True),
        (Op.ALL, ("a", "b"), ("B", "A", "c"), True),
        (Op.ALL, ("a", "b"), ("a",), False),
        (Op.LT, 500.0, 500.0, False),
        (Op.LE, 500.0, 500.0, True),
        (Op.LT, 500.0, None, False),
        (Op.GE, "1999-01-01", "1999-12-31", True),
        (Op.LT, "500", 5.0, False),
        (Op.BETWEEN, (1.0, 2.0), 2.0, True),
        (Op.BETWEEN, (1.0, 2.0), 2.5, False),
        (Op.CONTAINS, "SHOE", "mens shoes", True),
        (Op.EQ, True, False, False),
        (Op.LT, 5.0, float("nan"), False),
    ],
)
def test_a_value_meets_a_constraint(op: Op, wanted: object, value: FacetValue | None, expected: bool) -> None:
    assert matches(Constraint(facet="f", op=op, value=wanted), value) is expected


def test_soft_constraints_never_exclude() -> None:
    item = Item("1", "a", facets={"price": 9.0})
    cheap = Constraint(facet="price", op=Op.LT, value=5.0)
    assert not admits([cheap], item)
    assert admits([cheap.model_copy(update={"hard": False})], item)
