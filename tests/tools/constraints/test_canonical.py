"""What `to_filter` writes, `parse_filter` reads back."""

import pytest
from langgraph_recommender.tools.constraints import Constraint, Op, parse_filter, to_filter
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind

SCHEMA = CatalogSchema(
    facets=(
        Facet(name="price", kind=FacetKind.NUMERIC),
        Facet(name="brand", kind=FacetKind.CATEGORICAL),
        Facet(name="推荐菜", kind=FacetKind.MULTI),
        Facet(name="sold", kind=FacetKind.BOOLEAN),
    )
)


@pytest.mark.parametrize(
    "constraint",
    [
        Constraint(facet="price", op=Op.LE, value=499.5),
        Constraint(facet="price", op=Op.BETWEEN, value=(100.0, 200.0)),
        Constraint(facet="brand", op=Op.IN, value=("Apple", "Dolce & Gabbana")),
        Constraint(facet="brand", op=Op.NE, value='12" Rack'),
        Constraint(facet="brand", op=Op.EQ, value="and"),
        Constraint(facet="推荐菜", op=Op.ALL, value=("烤鸭", "豆汁 焦圈")),
        Constraint(facet="sold", op=Op.EQ, value=False),
    ],
)
def test_a_constraint_survives_the_round_trip(constraint: Constraint) -> None:
    (read,) = parse_filter(to_filter(constraint), SCHEMA)
    assert read.model_copy(update={"source": constraint.source}) == constraint
