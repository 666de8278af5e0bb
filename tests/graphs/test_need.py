"""How a need grows over the turns."""

from datetime import UTC, datetime

from langgraph_recommender.graphs.need import grow, in_force
from langgraph_recommender.graphs.state import Need
from langgraph_recommender.graphs.understanding import Intent, TurnUnderstanding
from langgraph_recommender.tools.constraints import Constraint, Op, Source
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind
from langgraph_recommender.tools.profile.model import LastingConstraint, UserProfile

SCHEMA = CatalogSchema(
    name="shop",
    facets=(
        Facet(name="price", kind=FacetKind.NUMERIC),
        Facet(name="brand", kind=FacetKind.CATEGORICAL),
        Facet(name="tags", kind=FacetKind.MULTI),
    ),
)


def said(*constraints: Constraint, **fields: object) -> TurnUnderstanding:
    values = {"intent": Intent.REFINE, "language": "en", "constraints": constraints, **fields}
    return TurnUnderstanding.model_validate(values)


def price(op: Op, value: float | tuple[float, ...]) -> Constraint:
    return Constraint(facet="price", op=op, value=value)


def brand(op: Op, *values: str) -> Constraint:
    return Constraint(facet="brand", op=op, value=values if len(values) > 1 else values[0])


def grown(*turns: TurnUnderstanding) -> Need:
    need = Need()
    for turn in turns:
        need = grow(need, turn, SCHEMA)
    return need


def test_a_new_bound_replaces_the_one_on_the_same_side() -> None:
    need = grown(said(price(Op.LE, 500)), said(price(Op.GE, 100)), said(price(Op.LT, 300)))
    assert need.constraints == (price(Op.GE, 100), price(Op.LT, 300))


def test_a_lower_bound_above_the_upper_one_replaces_it() -> None:
    assert grown(said(price(Op.LT, 300)), said(price(Op.GT, 400))).constraints == (price(Op.GT, 400),)


def test_a_range_replaces_both_ends() -> None:
    need = grown(said(price(Op.LE, 500), price(Op.GE, 100)), said(price(Op.BETWEEN, (600, 700))))
    assert need.constraints == (price(Op.BETWEEN, (600, 700)),)


def test_another_brand_replaces_the_first() -> None:
    assert grown(said(brand(Op.EQ, "Apple")), said(brand(Op.EQ, "Dell"))).constraints == (brand(Op.EQ, "Dell"),)


def test_a_rejected_brand_replaces_its_own_wish_only() -> None:
    need = grown(said(brand(Op.EQ, "Apple")), said(brand(Op.NE, "Apple")), said(brand(Op.NE, "Dell")))
    assert need.constraints == (brand(Op.NE, "Apple"), brand(Op.NE, "Dell"))


def test_a_wish_for_a_rejected_brand_takes_the_rejection_back() -> None:
    assert grown(said(brand(Op.NE, "Apple")), said(brand(Op.EQ, "Apple"))).constraints == (brand(Op.EQ, "Apple"),)


def test_values_of_a_multi_valued_facet_add_up() -> None:
    funny, warm = (Constraint(facet="tags", op=Op.EQ, value=value) for value in ("funny", "warm"))
    assert grown(said(funny), said(warm)).constraints == (funny, warm)


def test_relaxing_a_facet_drops_its_constraints_and_closes_the_question() -> None:
    need = grown(said(brand(Op.EQ, "Apple"), price(Op.LE, 500)), said(relaxed=("brand",)))
    assert need.constraints == (price(Op.LE, 500),)
    assert need.relaxed == ("brand",)


def test_relaxing_everything_keeps_what_is_said_with_it() -> None:
    need = grown(said(brand(Op.EQ, "Apple"), price(Op.LE, 500)), said(price(Op.LE, 900), relaxed=("*",)))
    assert need.constraints == (price(Op.LE, 900),)


def test_a_new_need_starts_afresh() -> None:
    need = grown(said(price(Op.LE, 500), query="laptop"), said(query="perfume", new_need=True))
    assert need == Need(query="perfume")


def test_queries_join_without_repeating() -> None:
    assert grown(said(query="space opera"), said(query="funny"), said(query="funny")).query == "space opera funny"


def test_lasting_constraints_hold_until_the_person_says_otherwise() -> None:
    never = Constraint(facet="brand", op=Op.NE, value="Acme")
    profile = UserProfile(
        user_id="u",
        constraints=[LastingConstraint(constraint=never, catalog="shop", time=datetime(2026, 1, 1, tzinfo=UTC))],
    )
    (held,) = in_force(Need(), profile, (), SCHEMA)
    assert held.source is Source.PROFILE
    assert in_force(grown(said(brand(Op.EQ, "Acme"))), profile, (), SCHEMA) == (brand(Op.EQ, "Acme"),)
    assert in_force(grown(said(relaxed=("brand",))), profile, (), SCHEMA) == ()


def test_what_is_never_wanted_stays_away_when_something_else_of_the_facet_is_asked_for() -> None:
    never = Constraint(facet="tags", op=Op.NE, value="horror")
    thriller = Constraint(facet="tags", op=Op.EQ, value="thriller")
    profile = UserProfile(
        user_id="u",
        constraints=[LastingConstraint(constraint=never, catalog="shop", time=datetime(2026, 1, 1, tzinfo=UTC))],
    )
    wanted, held = in_force(grown(said(thriller)), profile, (), SCHEMA)
    assert wanted == thriller
    assert (held.op, held.value) == (Op.NE, "horror")


def test_refusing_one_of_two_keeps_the_other() -> None:
    need = grown(said(brand(Op.IN, "Apple", "Dell")), said(brand(Op.NE, "Dell")))
    assert need.constraints == (brand(Op.EQ, "Apple"), brand(Op.NE, "Dell"))


def test_wanting_one_of_two_refused_keeps_the_other_refusal() -> None:
    need = grown(said(brand(Op.NOT_IN, "Apple", "Dell")), said(brand(Op.EQ, "Dell")))
    assert need.constraints == (brand(Op.NE, "Apple"), brand(Op.EQ, "Dell"))


def test_what_is_said_in_place_of_it_replaces_the_value_of_a_multi_valued_facet() -> None:
    funny, warm = (Constraint(facet="tags", op=Op.EQ, value=value) for value in ("funny", "warm"))
    need = grown(said(funny, price(Op.LE, 5)), said(warm, relaxed=("tags",)))
    assert need.constraints == (price(Op.LE, 5), warm)


def test_the_newer_of_two_bounds_that_meet_in_nothing_holds():
    before = Need(constraints=(price(Op.GT, 68.0),))
    assert grow(before, said(price(Op.LE, 68.0)), SCHEMA).constraints == (price(Op.LE, 68.0),)
    touching = Need(constraints=(price(Op.GE, 68.0),))
    assert len(grow(touching, said(price(Op.LE, 68.0)), SCHEMA).constraints) == 2
