import pytest
from langgraph_recommender.graphs.asking.settle import settle
from langgraph_recommender.graphs.briefs import ShownItem, ToolCard, UnderstandBrief
from langgraph_recommender.graphs.understanding import Intent, TurnUnderstanding, Wish
from langgraph_recommender.tools.catalog import open_catalog
from langgraph_recommender.tools.constraints import Constraint, Op
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, Item

SCHEMA = CatalogSchema(
    name="tiny",
    facets=(
        Facet(name="genres", kind=FacetKind.MULTI, names={"en": ("genre",)}, aliases={"sci-fi": ("科幻",)}),
        Facet(name="price", kind=FacetKind.NUMERIC, unit="USD"),
        Facet(name="in_stock", kind=FacetKind.BOOLEAN),
    ),
)
ITEMS = [
    Item("1", "Dune (Dune Chronicles #1)", "Sand.", {"genres": ("sci-fi", "epic"), "price": 9.0, "in_stock": True}),
    Item("2", "Emma: A Novel", "Love.", {"genres": ("romance",), "price": 5.0, "in_stock": False}),
    Item("3", "Dune", "A later printing.", {"genres": ("sci-fi",), "price": 12.0}),
]


@pytest.fixture(scope="module")
def catalog():
    return open_catalog(ITEMS, schema=SCHEMA)


def brief(**more):
    shown = (ShownItem(id="2", title="Emma: A Novel", rank=1),)
    return UnderstandBrief(catalog="tiny", noun="book", facets=(), shown=shown, **more)


def said(**fields):
    return TurnUnderstanding(intent=Intent.RECOMMEND, language="en", **fields)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (Constraint(facet="price", op=Op.LT, value="10"), Constraint(facet="price", op=Op.LT, value=10.0)),
        (Constraint(facet="Price", op=Op.LE, value=10.0), Constraint(facet="price", op=Op.LE, value=10.0)),
        (
            Constraint(facet="price", op=Op.BETWEEN, value=("20", "10")),
            Constraint(facet="price", op=Op.BETWEEN, value=(10.0, 20.0)),
        ),
        (Constraint(facet="genre", op=Op.EQ, value="Sci Fi"), Constraint(facet="genres", op=Op.EQ, value="sci-fi")),
        (Constraint(facet="genres", op=Op.NE, value="科幻"), Constraint(facet="genres", op=Op.NE, value="sci-fi")),
        (Constraint(facet="in stock", op=Op.EQ, value="yes"), Constraint(facet="in_stock", op=Op.EQ, value=True)),
        (
            Constraint(facet="genres", op=Op.IN, value=("Romance",), hard=False),
            Constraint(facet="genres", op=Op.IN, value=("romance",), hard=False),
        ),
    ],
)
def test_conditions_come_in_the_catalogs_terms(catalog, given, kept):
    value, notes = settle(said(constraints=(given,)), brief(), catalog)
    assert (value.constraints, notes) == ((kept,), ())


@pytest.mark.parametrize(
    "given",
    [
        Constraint(facet="price", op=Op.LT, value="cheap"),
        Constraint(facet="price", op=Op.BETWEEN, value=(10.0,)),
        Constraint(facet="genres", op=Op.LT, value="romance"),
        Constraint(facet="pages", op=Op.LT, value=300.0),
    ],
)
def test_conditions_that_mean_nothing_are_noted(catalog, given):
    value, notes = settle(said(constraints=(given,)), brief(), catalog)
    assert value.constraints == ()
    assert len(notes) == 1


def test_a_condition_on_an_unknown_facet_becomes_a_wish(catalog):
    given = Constraint(facet="mood", op=Op.EQ, value="gloomy")
    value, notes = settle(said(constraints=(given,)), brief(), catalog)
    assert value.wishes == (Wish(value="gloomy"),)
    assert "mood" in notes[0]


def test_only_ids_of_the_brief_are_ids(catalog):
    value, notes = settle(said(references=("2", "1", "no-such-item")), brief(), catalog)
    assert value.references == ("2",)
    assert len(notes) == 2


@pytest.mark.parametrize(("title", "item"), [("dune", "3"), ("Emma", "2"), ("EMMA: A NOVEL", "2")])
def test_titles_become_ids(catalog, title, item):
    value, _ = settle(said(references=(title,), similar_to=(title,)), brief(), catalog)
    assert (value.references, value.similar_to) == ((item,), (item,))


def test_an_unknown_title_is_searched_for(catalog):
    value, notes = settle(said(similar_to=("Hyperion",), query="space"), brief(), catalog)
    assert (value.similar_to, value.query) == ((), "space Hyperion")
    assert notes == ("no item 'Hyperion'",)


def test_feedback_critiques_questions_and_plans_are_held_against_what_exists(catalog):
    given = said(
        feedback=({"item_id": "Emma", "kind": "like"}, {"item_id": "99", "kind": "like"}),
        critiques=({"facet": "Price", "direction": "lower"}, {"facet": "pages", "direction": "lower"}),
        facets_asked=("genre", "pages"),
        relaxed=("*", "genre", "pages"),
        wishes=({"value": "love", "facet": "genre"}, {"value": "rain", "facet": "weather"}),
        plan=({"name": "add_to_cart"}, {"name": "drop_table"}),
    )
    tools = (ToolCard(name="add_to_cart", description="Adds."),)
    value, notes = settle(given, brief(tools=tools), catalog)
    assert [one.item_id for one in value.feedback] == ["2"]
    assert [one.facet for one in value.critiques] == ["price"]
    assert (value.facets_asked, value.relaxed) == (("genres",), ("*", "genres"))
    assert [(one.value, one.facet) for one in value.wishes] == [("love", "genres"), ("rain", "")]
    assert [one.name for one in value.plan] == ["add_to_cart"]
    assert len(notes) == 6


def test_what_is_right_stays_as_it_is(catalog):
    given = said(references=("2",), query="love", constraints=(Constraint(facet="price", op=Op.LT, value=9.0),))
    assert settle(given, brief(), catalog) == (given, ())
