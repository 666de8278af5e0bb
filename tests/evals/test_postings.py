"""What meets a constraint by look-up is what the evaluator of constraints admits one by one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from langgraph_recommender.evals.facts import CatalogFacts
from langgraph_recommender.tools.constraints import Constraint, Op, matches
from langgraph_recommender.tools.items import CatalogSchema, Item

WORDS = st.sampled_from(["Lamp", "lamp", "ＬＡＭＰ", "desk lamp", "台灯", "檯燈", "", "3"])
NUMBERS = st.sampled_from([0.0, 1.0, 2.5, 3.0, -1.0])
SCALARS = WORDS | NUMBERS | st.booleans()
VALUES = st.none() | SCALARS | st.lists(SCALARS, max_size=3).map(tuple)
MANY = (Op.IN, Op.NOT_IN, Op.ALL)


@st.composite
def constraints(draw: st.DrawFn) -> Constraint:
    op = draw(st.sampled_from(Op))
    value = draw(SCALARS)
    if op in MANY:
        value = draw(st.lists(SCALARS, min_size=1, max_size=3).map(tuple))
    elif op is Op.BETWEEN:
        value = draw(st.tuples(NUMBERS, NUMBERS))
    return Constraint(facet=draw(st.sampled_from(["a", "b", "nobody has it"])), op=op, value=value)


@settings(max_examples=600, deadline=None)
@given(st.lists(st.tuples(VALUES, VALUES), max_size=6), st.lists(constraints(), max_size=3))
def test_as_one_by_one(rows: list[tuple[object, object]], wanted: list[Constraint]) -> None:
    held = [{name: value for name, value in (("a", a), ("b", b)) if value is not None} for a, b in rows]
    items = [Item(id=str(place), title=str(place), facets=facets) for place, facets in enumerate(held)]
    facts = CatalogFacts.build(CatalogSchema(name="x", facets=()), items)
    expected = {item.id for item in items if all(matches(one, item.facets.get(one.facet)) for one in wanted)}
    assert facts.admitted(wanted) == expected
