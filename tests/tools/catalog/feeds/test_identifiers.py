"""A product is found by any number that stands for it or for one of its variants."""

import pytest
from langgraph_recommender.tools.catalog import Catalog, SearchRequest, open_catalog
from langgraph_recommender.tools.catalog.index.composition import embedded_text
from langgraph_recommender.tools.constraints import parse_filter

from .shops import ENGLISH, Product, Sold
from .writers import WRITERS

TEE = ENGLISH[0]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    folder = tmp_path_factory.mktemp("shop")
    feed = folder / "feed.xml"
    feed.write_text(WRITERS["google_rss.xml"](ENGLISH, "USD"), encoding="utf-8")
    return open_catalog(feed, home=folder / "home")


@pytest.mark.parametrize("variant", TEE.variants, ids=lambda one: one.gtin)
def test_by_gtin_and_sku(shop: Catalog, variant: Sold) -> None:
    for number in (variant.gtin, f"0{variant.gtin}", TEE.sku(variant), f"is {TEE.sku(variant).lower()} there?"):
        assert shop.search(SearchRequest(number, k=1)).hits[0].item_id == TEE.handle


def test_by_a_filter(shop: Catalog) -> None:
    result = shop.search(SearchRequest("", parse_filter(f'gtin = "{TEE.variants[0].gtin}"', shop.schema), k=5))
    assert [hit.item_id for hit in result.hits] == [TEE.handle]


def test_price_and_stock_as_a_filter(shop: Catalog) -> None:
    result = shop.search(SearchRequest("shirt", parse_filter("price<50 and in stock", shop.schema), k=20))
    found = {hit.item_id for hit in result.hits}
    assert found == {one.handle for one in ENGLISH if one.listed and _lowest(one) < 50 and _left(one)}


def _lowest(product: Product) -> float:
    there = [one for one in product.variants if one.quantity] or product.variants
    return min(one.price for one in there)


def _left(product: Product) -> int:
    return sum(one.quantity for one in product.variants)


def test_numbers_are_no_part_of_what_is_embedded(shop: Catalog) -> None:
    text = embedded_text(shop.item(TEE.handle), shop.schema)
    assert "Organic Cotton T-Shirt" in text
    assert not any(one.gtin in text or TEE.sku(one) in text for one in TEE.variants)
