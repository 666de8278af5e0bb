"""Directions relative to what was shown become constraints; what the catalog cannot tell is said."""

from langgraph_recommender.graphs.critiques import directed, resolve
from langgraph_recommender.graphs.saying.notes import relaxation_notes, unknown_facets
from langgraph_recommender.graphs.understanding import Critique, Intent, TurnUnderstanding
from langgraph_recommender.tools.catalog import Catalog
from langgraph_recommender.tools.constraints import Source, parse_filter, to_filter


def shown(products: Catalog, where: str) -> list[str]:
    mask = products.mask(parse_filter(where, products.schema))
    return [item.id for item, fits in zip(products.items(), mask, strict=True) if fits]


def test_cheaper_is_cheaper_than_everything_shown(products: Catalog) -> None:
    anchors = shown(products, "category = laptops and price > 1500")
    kept = parse_filter("category = laptops", products.schema)
    found = resolve(Critique(facet="price", direction="lower"), anchors, products, kept)
    assert found
    assert to_filter(found) == "price < 1799.99"


def test_cheaper_than_the_middle_one_where_nothing_is_cheaper_than_all(products: Catalog) -> None:
    anchors = shown(products, "category = sunglasses")
    prices = sorted(float(str(products.item(one).facets["price"])) for one in anchors)
    kept = parse_filter("category = sunglasses", products.schema)
    found = resolve(Critique(facet="price", direction="lower"), anchors, products, kept)
    assert found
    assert found.value == prices[len(prices) // 2]


def test_another_brand_and_the_same_brand(products: Catalog) -> None:
    anchors = shown(products, "brand = Rolex")
    for direction, expected in (("different", "brand not in (Rolex)"), ("same", "brand in (Rolex)")):
        found = resolve(Critique.model_validate({"facet": "brand", "direction": direction}), anchors, products, ())
        assert found
        assert to_filter(found) == expected


def test_a_direction_without_anything_to_compare_with_says_nothing(products: Catalog) -> None:
    assert resolve(Critique(facet="price", direction="lower"), [], products, ()) is None


def test_what_the_catalog_does_not_record_is_said(books: Catalog) -> None:
    cheaper = (Critique(facet="price", direction="lower"),)
    english = TurnUnderstanding(intent=Intent.REFINE, language="en", critiques=cheaper)
    assert list(unknown_facets(english, books)) == [
        "The catalog doesn't say the price of its books, so I can't go by that."
    ]
    assert "价格" in next(unknown_facets(english.model_copy(update={"language": "zh"}), books))


def test_the_way_out_is_true(products: Catalog) -> None:
    (note,) = relaxation_notes(products, parse_filter("category = laptops and price < 5", products.schema), "en")
    assert note == "With “price at most $1,099.99” instead of “price under $5”, 1 would fit."


def test_what_fits_and_is_not_to_be_had_is_told_beside_the_way_out(products: Catalog) -> None:
    asked = parse_filter("category = laptops and brand = Apple", products.schema)
    (dearest,) = parse_filter("price < 1200", products.schema)
    notes = relaxation_notes(products, (*asked, dearest.model_copy(update={"source": Source.POLICY})), "en")
    assert notes[0] == "What fits is not available right now."
    assert len(notes) > 1


def _turned(products: Catalog, where: str, direction: str) -> tuple[str, str]:
    """What holds after a direction on everything that fits, and what gave way."""
    held = parse_filter(where, products.schema)
    critique = Critique.model_validate({"facet": "price", "direction": direction})
    found = resolve(critique, shown(products, where), products, held)
    assert found
    kept, gone = directed(held, found, products)
    assert products.mask(kept).any()
    return " and ".join(map(to_filter, kept)), " and ".join(map(to_filter, gone))


def test_a_direction_stays_within_what_was_asked_for_while_anything_is_left(products: Catalog) -> None:
    kept, gone = _turned(products, "category = laptops and price between 1000 and 1600", "lower")
    assert "price between 1000 and 1600" in kept
    assert not gone


def test_a_direction_beyond_what_was_asked_for_leaves_that_behind(products: Catalog) -> None:
    kept, gone = _turned(products, "category = laptops and price < 1200", "higher")
    assert kept == "category = laptops and price > 1099.99"
    assert gone == "price < 1200"
