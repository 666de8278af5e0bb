"""What a typed query means beside its words: numbers with their units, years, stars, stock; in both languages."""

from __future__ import annotations

import pytest
from langgraph_recommender.tools.catalog import open_catalog
from langgraph_recommender.tools.catalog.search.query_reading import ReadQuery, read_query
from langgraph_recommender.tools.constraints import to_filter
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, FacetRole, Item

NUMERIC = FacetKind.NUMERIC
SHOP = CatalogSchema(
    facets=(
        Facet(name="price", kind=NUMERIC, unit="EUR", role=FacetRole.PRICE, names={"en": ("price",), "zh": ("价格",)}),
        Facet(name="ram", kind=NUMERIC, unit="GB", names={"en": ("ram", "memory"), "zh": ("内存",)}),
        Facet(name="storage", kind=NUMERIC, unit="GB", names={"en": ("storage", "ssd"), "zh": ("硬盘",)}),
        Facet(name="screen", kind=NUMERIC, unit="inch", names={"en": ("screen",), "zh": ("屏幕",)}),
        Facet(name="year", kind=NUMERIC, unit="year", role=FacetRole.DATE, names={"en": ("year",), "zh": ("年份",)}),
        Facet(name="rating", kind=NUMERIC, role=FacetRole.RATING, names={"en": ("rating",), "zh": ("评分",)}),
        Facet(name="stock", kind=FacetKind.BOOLEAN, role=FacetRole.STOCK, names={"en": ("in stock",)}),
    )
)


def read(text: str, schema: CatalogSchema = SHOP) -> tuple[str, str]:
    found = read_query(text, schema)
    return found.words, " and ".join(map(to_filter, found.constraints))


@pytest.mark.parametrize(
    ("query", "words", "conditions"),
    [
        ("laptop under 500", "laptop", "price < 500"),
        ("laptop below €1.5k", "laptop", "price < 1500"),
        ("5000以下的笔记本", "笔记本", "price <= 5000"),
        ("价格低于500的手机", "手机", "price < 500"),
        ("16GB ram laptop", "laptop", "ram = 16"),
        ("至少16GB内存", "", "ram >= 16"),
        ("at least 8GB of RAM and 256GB ssd", "", "ram >= 8 and storage = 256"),
        ("13 inch laptop", "laptop", "screen = 13"),
        ("phone with screen over 6 inches", "phone", "screen > 6"),
        ("between 10 and 20 euros", "", "price between 10 and 20"),
        ("mug €10-€20", "mug", "price between 10 and 20"),
        ("over 4 stars", "", "rating > 4"),
        ("headset rated over 4.5", "headset", "rating > 4.5"),
        ("評分4以上", "", "rating >= 4"),
        ("2019年以后", "", "year >= 2019"),
        ("phones since 2019 under 300", "phones", "year >= 2019 and price < 300"),
        ("2015到2019年的手机", "手机", "year between 2015 and 2019"),
        ("90年代的电影", "电影", "year between 1990 and 1999"),
        ("laptop in stock", "laptop", "stock = true"),
        ("laptop under 1000 in stock", "laptop", "price < 1000 and stock = true"),
        ("有货的笔记本", "笔记本", "stock = true"),
        ("ＬＡＰＴＯＰ　ｕｎｄｅｒ　５００", "LAPTOP", "price < 500"),
    ],
)
def test_amounts_become_conditions(query: str, words: str, conditions: str) -> None:
    assert read(query) == (words, conditions)


@pytest.mark.parametrize(
    "query",
    [
        "1984",
        "windows 10",
        "rtx 2060",
        "ps4 games",
        "dv7-1211ea",
        "16GB laptop",  # memory or storage: nobody knows
        "iphone 7 under 500 dollars",  # another currency is never converted
        "film under 30 minutes",  # nothing here is in minutes
        "10-20 mug",
        "500 piece puzzle",
        "toner for HP 2019",
        "价格低于",
        "",
    ],
)
def test_what_is_no_condition_stays_in_the_words(query: str) -> None:
    assert read_query(query, SHOP) == ReadQuery(query)


def test_a_price_of_no_known_currency_takes_any() -> None:
    shop = CatalogSchema(facets=(Facet(name="price", kind=NUMERIC, role=FacetRole.PRICE),))
    for query in ("mug under $5", "mug under 5 euros", "mug under 5", "5块以下 mug"):
        words, condition = read(query, shop)
        assert (words, condition.replace("<=", "<")) == ("mug", "price < 5")


def test_a_catalog_without_such_facets_reads_words_only() -> None:
    bare = CatalogSchema(facets=(Facet(name="colour", kind=FacetKind.CATEGORICAL),))
    assert read("mug under 5 in stock", bare) == ("mug under 5 in stock", "")


def test_a_query_that_is_a_title_means_the_title() -> None:
    rows = [Item("1", "Under 500", facets={"price": 3.0}), Item("2", "Over", facets={"price": 900.0})]
    catalog = open_catalog(rows, schema=SHOP)
    assert catalog.read_query("under 500") == ReadQuery("under 500")
    assert [to_filter(one) for one in catalog.read_query("over 500").constraints] == ["price > 500"]
