"""Shopify's and schema.org's ways of saying things that other formats do not have."""

import csv
import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from langgraph_recommender.tools.catalog import load_items
from langgraph_recommender.tools.items import FacetKind, Item

NOW = datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC)


def _shopify(folder: Path, *rows: dict[str, str]) -> Path:
    header = list(dict.fromkeys(name for row in rows for name in row))
    path = folder / "products_export.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def _product(handle: str, **more: str) -> dict[str, str]:
    named = {name.replace("_", " ").title().replace("Sku", "SKU"): value for name, value in more.items()}
    return {"Handle": handle, "Title": handle.title(), "Vendor": "Acme", "Option1 Name": "Title",
            "Option1 Value": "Default Title", "Variant Price": "10.00", "Published": "true"} | named  # fmt: skip


def _only(path: Path) -> Item:
    (item,) = load_items(path, now=NOW).items
    return item


@pytest.mark.parametrize(
    ("tracker", "quantity", "policy", "in_stock", "left"),
    [
        ("shopify", "3", "deny", True, 3.0),
        ("shopify", "0", "deny", False, 0.0),
        ("shopify", "-2", "deny", False, 0.0),
        ("shopify", "0", "continue", False, 0.0),
        ("", "0", "deny", True, None),
    ],
)
def test_stock_as_shopify_counts_it(
    tmp_path: Path, tracker: str, quantity: str, policy: str, in_stock: bool, left: float | None
) -> None:
    stock = {
        "variant_inventory_tracker": tracker,
        "variant_inventory_qty": quantity,
        "variant_inventory_policy": policy,
    }
    item = _only(_shopify(tmp_path, _product("mug", **stock)))
    assert (item.facets["in_stock"], item.facets.get("quantity")) == (in_stock, left)
    assert item.facets.get("availability") == ("backorder" if policy == "continue" else None)


def test_a_row_with_only_a_picture_is_no_variant(tmp_path: Path) -> None:
    first = _product("mug", option1_name="Color", option1_value="Red", image_src="https://a.example/1.jpg")
    rows = [{"Handle": "mug", "Option1 Value": "Blue", "Variant Price": "8.00"}]
    item = _only(_shopify(tmp_path, first, *rows, {"Handle": "mug", "Image Src": "https://a.example/2.jpg"}))
    assert item.facets["color"] == ("Red", "Blue")
    assert (item.facets["price"], item.facets["price_high"]) == (8.0, 10.0)
    assert item.image == "https://a.example/1.jpg"


def test_a_product_without_options_has_none(tmp_path: Path) -> None:
    loaded = load_items(_shopify(tmp_path, _product("mug"), _product("cup")), now=NOW)
    assert not {"title", "color"} & {facet.name for facet in loaded.schema.facets}


def test_options_of_the_shops_own(tmp_path: Path) -> None:
    tea = _product("tea", option1_name="Flavour", option1_value="Mint")
    more = {"Handle": "tea", "Option1 Value": "Ginger", "Variant Price": "9"}
    loaded = load_items(_shopify(tmp_path, tea, more, _product("mug")), now=NOW)
    flavour = loaded.schema.facet("flavour")
    assert flavour is not None
    assert (flavour.kind, flavour.label("en")) == (FacetKind.MULTI, "flavour")
    assert loaded.items[0].facets["flavour"] == ("Mint", "Ginger")


@pytest.mark.parametrize(("field", "value"), [("Status", "draft"), ("Status", "archived"), ("Published", "FALSE")])
def test_what_is_not_listed_is_left_out_and_said(tmp_path: Path, field: str, value: str) -> None:
    hidden = _product("cup") | {field: value}
    loaded = load_items(_shopify(tmp_path, _product("mug"), hidden), now=NOW)
    assert [item.id for item in loaded.items] == ["mug"]
    assert [(one.row, one.field) for one in loaded.problems] == [(3, field)]
    assert "left out" in loaded.problems[0].reason


def test_metafields_are_facets(tmp_path: Path) -> None:
    rows = [
        _product(name) | {"Roast (product.metafields.custom.roast)": roast}
        for name, roast in (("a", "dark"), ("b", "light"), ("c", "dark"))
    ]
    assert load_items(_shopify(tmp_path, *rows), now=NOW).items[2].facets["roast"] == "dark"


def _linked(folder: Path, document: Any) -> Path:
    path = folder / "a.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


OFFER = {"@type": "Offer", "price": "12.50", "priceCurrency": "EUR", "availability": "InStock"}
MUG: dict[str, Any] = {"@type": "Product", "name": "Mug", "sku": "M1", "offers": OFFER}


@pytest.mark.parametrize(
    "document",
    [
        MUG,
        [MUG],
        {"@context": "https://schema.org", **MUG},
        {"@graph": [{"@type": "WebSite", "name": "Shop"}, MUG]},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "position": 1, "item": MUG}]},
        {"@type": "WebPage", "mainEntity": MUG},
        {**MUG, "@type": ["Product", "Thing"]},
        {**MUG, "@type": "https://schema.org/Product"},
        {**MUG, "offers": [OFFER]},
        {**MUG, "isSimilarTo": {"@type": "Product", "name": "Cup"}},
        {"@graph": [{**MUG, "offers": {"@id": "#o"}}, {**OFFER, "@id": "#o"}]},
        {**MUG, "offers": {**OFFER, "price": None, "priceSpecification": {"price": 12.5, "priceCurrency": "EUR"}}},
    ],
    ids=["object", "list", "context", "graph", "item list", "main entity", "types", "address", "offers", "similar",
         "reference", "specification"],
)  # fmt: skip
def test_places_where_linked_data_keeps_its_products(tmp_path: Path, document: Any) -> None:
    loaded = load_items(_linked(tmp_path, document), now=NOW)
    assert loaded.problems == ()
    (item,) = loaded.items
    assert (item.id, item.title) == ("M1", "Mug")
    assert (item.facets["price"], item.facets["in_stock"]) == (12.5, True)
    assert [facet.unit for facet in loaded.schema.facets if facet.name == "price"] == ["EUR"]


@pytest.mark.parametrize(
    ("image", "found"),
    [
        ("https://a.example/1.jpg", "https://a.example/1.jpg"),
        (["https://a.example/1.jpg", "https://a.example/2.jpg"], "https://a.example/1.jpg"),
        ({"@type": "ImageObject", "url": "https://a.example/1.jpg"}, "https://a.example/1.jpg"),
        ([{"@type": "ImageObject", "contentUrl": "https://a.example/1.jpg"}], "https://a.example/1.jpg"),
    ],
)
def test_pictures_in_linked_data(tmp_path: Path, image: Any, found: str) -> None:
    assert _only(_linked(tmp_path, {**MUG, "image": image})).image == found


@pytest.mark.parametrize("brand", ["Acme", {"@type": "Brand", "name": "Acme"}, [{"name": "Acme"}]])
def test_brands_in_linked_data(tmp_path: Path, brand: Any) -> None:
    assert _only(_linked(tmp_path, {**MUG, "brand": brand})).facets["brand"] == "Acme"


def test_an_aggregate_offer_is_a_range_of_prices(tmp_path: Path) -> None:
    offers = {"@type": "AggregateOffer", "lowPrice": "9.00", "highPrice": "15.00", "priceCurrency": "EUR"}
    item = _only(_linked(tmp_path, {**MUG, "offers": offers}))
    assert (item.facets["price"], item.facets["price_high"]) == (9.0, 15.0)


def test_the_cheapest_offer_that_can_be_had_is_the_price(tmp_path: Path) -> None:
    offers = [{**OFFER, "price": 5, "availability": "OutOfStock"}, {**OFFER, "price": 8}, {**OFFER, "price": 9}]
    facets = _only(_linked(tmp_path, {**MUG, "offers": offers})).facets
    assert (facets["price"], facets["price_high"], facets["in_stock"]) == (8.0, 9.0, True)


def test_variants_that_name_their_group(tmp_path: Path) -> None:
    group = {"@type": "ProductGroup", "@id": "#g", "productGroupID": "G1", "name": "Shirt"}
    red, blue = (
        {
            **MUG,
            "@id": f"#{color}",
            "sku": color,
            "name": f"Shirt {color}",
            "color": color,
            "isVariantOf": {"@id": "#g"},
        }
        for color in ("red", "blue")
    )
    item = _only(
        _linked(tmp_path, {"@graph": [red, blue, {**group, "hasVariant": [{"@id": "#red"}, {"@id": "#blue"}]}]})
    )
    assert (item.id, item.title, item.facets["color"]) == ("G1", "Shirt", ("red", "blue"))


def test_ratings_on_another_scale(tmp_path: Path) -> None:
    rating = {"@type": "AggregateRating", "ratingValue": "88", "bestRating": "100", "ratingCount": 7}
    facets = _only(_linked(tmp_path, {**MUG, "aggregateRating": rating})).facets
    assert (facets["rating"], facets["reviews"]) == (4.4, 7.0)


def test_named_facts_are_facets(tmp_path: Path) -> None:
    fact = {"@type": "PropertyValue", "name": "Volume", "value": 350, "unitText": "ml"}
    loaded = load_items(_linked(tmp_path, {**MUG, "additionalProperty": [fact]}), now=NOW)
    volume = loaded.schema.facet("volume")
    assert volume is not None
    assert (volume.kind, volume.unit, loaded.items[0].facets["volume"]) == (FacetKind.NUMERIC, "ml", 350.0)


def test_a_list_of_other_things_with_types_is_a_table(tmp_path: Path) -> None:
    films = [{"@type": "Movie", "name": f"Film {n}", "genre": ("drama", "comedy")[n % 2]} for n in range(4)]
    loaded = load_items(_linked(tmp_path, films), now=NOW)
    assert [item.title for item in loaded.items] == [f"Film {n}" for n in range(4)]


def test_several_values_in_one_field(tmp_path: Path) -> None:
    path = tmp_path / "feed.tsv"
    path.write_text(
        "id\ttitle\timage_link\tavailability\tprice\tcolor\tgtin\n"
        "1\tMug\thttps://a.example/1.jpg\tin_stock\t5 EUR\tBlack/Gold\t4006381333931, 4006381333948\n"
        "2\tCup\thttps://a.example/2.jpg\tin_stock\t6 EUR\tRed\t\n"
    )
    loaded = load_items(path, now=NOW)
    assert loaded.problems == ()
    assert loaded.items[0].facets["color"] == ("Black", "Gold")
    assert loaded.items[0].facets["gtin"] == ("4006381333931", "4006381333948")


def test_conditions_are_the_same_in_every_format(tmp_path: Path) -> None:
    conditions = ("https://schema.org/NewCondition", "UsedCondition", "Refurbished")
    mugs = [{**MUG, "sku": f"m{n}", "itemCondition": one} for n, one in enumerate(conditions)]
    loaded = load_items(_linked(tmp_path, mugs), now=NOW)
    assert [item.facets["condition"] for item in loaded.items] == ["new", "used", "refurbished"]


def test_a_product_in_several_categories(tmp_path: Path) -> None:
    facets = _only(_linked(tmp_path, {**MUG, "category": ["Home > Mugs", "Gifts > For Him", "Mugs"]})).facets
    assert facets["category"] == ("Mugs", "For Him")
    assert facets["department"] == ("Home", "Gifts")
