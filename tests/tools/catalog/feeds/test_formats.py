"""The same shop, written in each published format, is the same catalog; no mapping is given."""

import gzip
import re
from pathlib import Path

import pytest
from langgraph_recommender.tools.catalog import LoadedCatalog, load_items
from langgraph_recommender.tools.items import FacetKind, FacetRole, Item

from .shops import CHINESE, ENGLISH, Product
from .writers import WRITERS

SHOPS = {"USD": ENGLISH, "CNY": CHINESE}
WITHOUT_CURRENCY = re.compile("shopify")
WITHOUT_RATING = re.compile("shopify|agentic")
WITHOUT_BRAND = re.compile("agentic")
WITHOUT_QUANTITY = re.compile("agentic")


def _loaded(folder: Path, name: str, currency: str, *, packed: bool = False) -> LoadedCatalog:
    written = WRITERS[name](SHOPS[currency], currency).encode()
    path = folder / (f"{name}.gz" if packed else name)
    path.write_bytes(gzip.compress(written) if packed else written)
    return load_items(path)


@pytest.fixture(params=[(name, currency) for name in WRITERS for currency in SHOPS], ids=" ".join)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, tuple[Product, ...], LoadedCatalog]:
    name, currency = request.param
    return name, SHOPS[currency], _loaded(tmp_path, name, currency)


def test_every_listed_product_is_one_item(case: tuple[str, tuple[Product, ...], LoadedCatalog]) -> None:
    _, shop, loaded = case
    assert [(item.id, item.title) for item in loaded.items] == [(one.handle, one.title) for one in shop if one.listed]
    assert all("left out" in problem.reason for problem in loaded.problems)


def test_prices_stock_and_options(case: tuple[str, tuple[Product, ...], LoadedCatalog]) -> None:
    name, shop, loaded = case
    sold = {one.handle: one for one in shop}
    for item in loaded.items:
        variants = sold[item.id].variants
        there = [one for one in variants if one.quantity] or list(variants)
        best = min(there, key=lambda one: one.price)
        high = max(one.price for one in there)
        assert item.facets["price"] == best.price
        assert item.facets.get("list_price") == best.before
        assert item.facets.get("price_high") == (high if high > best.price else None)
        assert item.facets["in_stock"] is any(one.quantity for one in variants)
        if not WITHOUT_QUANTITY.search(name):
            assert item.facets["quantity"] == sum(one.quantity for one in variants)
        assert item.facets.get("color", ()) == tuple(dict.fromkeys(one.color for one in variants if one.color))
        assert item.facets.get("size", ()) == tuple(dict.fromkeys(one.size for one in variants if one.size))


def test_words_numbers_and_pictures(case: tuple[str, tuple[Product, ...], LoadedCatalog]) -> None:
    name, shop, loaded = case
    sold = {one.handle: one for one in shop}
    for item in loaded.items:
        product = sold[item.id]
        *above, leaf = product.path.split(" > ")
        assert (item.facets["category"], item.facets["department"]) == (leaf, tuple(above))
        if not WITHOUT_BRAND.search(name):
            assert item.facets["brand"] == product.brand
        if not WITHOUT_RATING.search(name):
            assert (item.facets["rating"], item.facets["reviews"]) == (product.rating, product.reviews)
        assert item.image in {product.image(one) for one in product.variants}
        assert not re.search(r"<\w|&\w+;", item.text)
        assert item.text


def test_the_schema_says_what_each_facet_is(case: tuple[str, tuple[Product, ...], LoadedCatalog]) -> None:
    name, shop, loaded = case
    schema = loaded.schema
    price, stock, category = map(schema.by_role, (FacetRole.PRICE, FacetRole.STOCK, FacetRole.CATEGORY))
    assert price is not None
    assert price.unit == ("" if WITHOUT_CURRENCY.search(name) else "USD" if shop is ENGLISH else "CNY")
    assert stock is not None
    assert (stock.name, stock.kind) == ("in_stock", FacetKind.BOOLEAN)
    assert category is not None
    assert schema.language == ("en" if shop is ENGLISH else "zh")
    assert {facet.name for facet in schema.facets if facet.role is FacetRole.IDENTIFIER} >= {"sku"}
    assert not any(facet.askable for facet in schema.facets if facet.role is FacetRole.IDENTIFIER)


def test_identifiers_of_every_variant_are_kept(case: tuple[str, tuple[Product, ...], LoadedCatalog]) -> None:
    name, shop, loaded = case
    sold = {one.handle: one for one in shop}
    for item in loaded.items:
        product = sold[item.id]
        assert _all(item, "sku") == {product.sku(one) for one in product.variants}
        if name != "google_chinese.tsv":
            assert _all(item, "gtin") == {one.gtin for one in product.variants}


def _all(item: Item, facet: str) -> set[str]:
    value = item.facets[facet]
    return set(value) if isinstance(value, tuple) else {str(value)}


@pytest.mark.parametrize("name", WRITERS)
def test_a_packed_feed_is_the_same(tmp_path: Path, name: str) -> None:
    plain, packed = _loaded(tmp_path, name, "USD"), _loaded(tmp_path, name, "USD", packed=True)
    assert packed.items == plain.items
    assert packed.schema.facets == plain.schema.facets


def test_other_words_for_categories(tmp_path: Path) -> None:
    category = _loaded(tmp_path, "google.tsv", "USD").schema.by_role(FacetRole.CATEGORY)
    assert category is not None
    assert category.aliases["Shirts & Tops"] == ("Shirts", "Tops", "Apparel", "Clothing")
    assert category.aliases["Trains"] == ("Toys", "Toys & Games")
