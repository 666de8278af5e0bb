"""The command-line filter language: what each expression means, and what each wrong one is told."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langgraph_recommender.tools.constraints import Constraint, Op, Source, parse_filter
from langgraph_recommender.tools.errors import FilterError
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, FacetRole


def read(text: str, schema: CatalogSchema) -> list[tuple[str, str, object]]:
    return [(one.facet, str(one.op), one.value) for one in parse_filter(text, schema)]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("price<500", [("price", "<", 500.0)]),
        (" PRICE  <= 500 ", [("price", "<=", 500.0)]),
        ("cost > 1,299.50", [("price", ">", 1299.5)]),
        ("price < $5k", [("price", "<", 5000.0)]),
        ("price < 2 thousand dollars", [("price", "<", 2000.0)]),
        ("price < 3万美元", [("price", "<", 30000.0)]),
        ("price ≥ 10 USD", [("price", ">=", 10.0)]),
        ("price between 100 and 1,000", [("price", "between", (100.0, 1000.0))]),
        ("price between (100, 1000)", [("price", "between", (100.0, 1000.0))]),
        ("price between 9 and 5", [("price", "between", (5.0, 9.0))]),
        ("price in (1,000, 2,000)", [("price", "in", (1000.0, 2000.0))]),
        ("价格<500", [("price", "<", 500.0)]),
        ("价格＜５００", [("price", "<", 500.0)]),
        ("价格<500且品牌=苹果", [("price", "<", 500.0), ("brand", "=", "Apple")]),
        ("品牌=苹果 或 品牌=戴尔", [("brand", "in", ("Apple", "Dell"))]),
        ("brand = apple", [("brand", "=", "Apple")]),
        ("brand: Acme", [("brand", "=", "Acme")]),
        ("maker is not Dell", [("brand", "!=", "Dell")]),
        ("brand in (Apple, 'Hewlett, Packard')", [("brand", "in", ("Apple", "Hewlett, Packard"))]),
        ("brand in (Apple or Dell)", [("brand", "in", ("Apple", "Dell"))]),
        ("brand = Apple or Dell", [("brand", "in", ("Apple", "Dell"))]),
        ("brand = Apple or brand = Dell or brand = Acme", [("brand", "in", ("Apple", "Dell", "Acme"))]),
        ("brand not in (Apple)", [("brand", "not in", ("Apple",))]),
        ("not brand in (Apple, Dell)", [("brand", "not in", ("Apple", "Dell"))]),
        ("not (brand = Apple or brand = Dell)", [("brand", "!=", "Apple"), ("brand", "!=", "Dell")]),
        ("not not brand = Apple", [("brand", "=", "Apple")]),
        ("brand != O'Reilly", [("brand", "!=", "O'Reilly")]),
        ("brand = AT&T", [("brand", "=", "AT&T")]),
        ("brand = Yahoo!", [("brand", "=", "Yahoo!")]),
        ('category != "mens shoes"', [("category", "!=", "mens shoes")]),
        ("category != mens shoes && price<5", [("category", "!=", "mens shoes"), ("price", "<", 5.0)]),
        ("category = “sports and outdoors”", [("category", "=", "sports and outdoors")]),
        ("category contains shoe", [("category", "contains", "shoe")]),
        ("genres all (a, b)", [("genres", "all", ("a", "b"))]),
        ("genre = horror, comedy", [("genres", "in", ("horror", "comedy"))]),
        ("price<500, genre = horror", [("price", "<", 500.0), ("genres", "=", "horror")]),
        ("(price<500) and (not genre = horror)", [("price", "<", 500.0), ("genres", "!=", "horror")]),
        ("in_stock = true", [("in_stock", "=", True)]),
        ("In Stock = 否", [("in_stock", "=", False)]),
        ("in stock and price<5", [("in_stock", "=", True), ("price", "<", 5.0)]),
        ("price<5 and not in-stock", [("price", "<", 5.0), ("in_stock", "!=", True)]),
        ("year between 1990 and 1999", [("year", "between", (1990.0, 1999.0))]),
        ("year = 1990s", [("year", "between", (1990.0, 1999.0))]),
        ("year = 20s", [("year", "between", (2020.0, 2029.0))]),
        ("year in (1990,1991)", [("year", "in", (1990.0, 1991.0))]),
        ("running time < 90 min", [("runtime", "<", 90.0)]),
        ("片长 < 90分钟", [("runtime", "<", 90.0)]),
        ("released <= 1999", [("released", "<=", "1999-12-31")]),
        ("released > 1999", [("released", ">", "1999-12-31")]),
        ("released >= 1999", [("released", ">=", "1999-01-01")]),
        ("released < 1999-05", [("released", "<", "1999-05-01")]),
        ("released <= 2000-02", [("released", "<=", "2000-02-29")]),
        ("released = 1999", [("released", "between", ("1999-01-01", "1999-12-31"))]),
        ("released = 1999-5-4", [("released", "=", "1999-05-04")]),
        ("released between 1990 and 90s", [("released", "between", ("1990-01-01", "1999-12-31"))]),
        ("released >= 1999年5月", [("released", ">=", "1999-05-01")]),
    ],
)
def test_an_expression_means(text: str, meaning: list[tuple[str, str, object]], shop: CatalogSchema) -> None:
    assert read(text, shop) == meaning


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_an_empty_filter_means_no_constraint(text: str, shop: CatalogSchema) -> None:
    assert parse_filter(text, shop) == ()


def test_what_is_parsed_is_hard_and_from_the_command(shop: CatalogSchema) -> None:
    assert parse_filter("price<5", shop) == (Constraint(facet="price", op=Op.LT, value=5.0, source=Source.COMMAND),)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("prize<5", 1, ["no facet 'prize'", "Did you mean 'price'?"]),
        ("价格<5 and 上映日其<1999", 10, ["no facet '上映日其'", "Did you mean '上映日期'?"]),
        ("colour = red", 1, ["no facet 'colour'", "Facets: price, brand"]),
        ("price<cheap", 7, ["'cheap' is not a number", "USD"]),
        ("price<nan", 7, ["'nan' is not a number"]),
        ("price<1e999", 7, ["'1e999' is not a number"]),
        ("price<500元", 7, ["'500元'", "USD"]),
        ("price<500 EUR", 7, ["'500 EUR'", "USD"]),
        ("price in (100,200)", 11, ["one number or several", "space after each comma"]),
        ("price in ()", 11, ["value is missing"]),
        ("price < (1, 2)", 9, ["one value, not 2"]),
        ("price between 5", 16, ["`and` between the two ends"]),
        ("price between (1, 2, 3)", 24, ["two ends, not 3"]),
        ("price<<5", 7, ["value is missing"]),
        ("price", 6, ["operator is missing", "between"]),
        ("price<", 7, ["value is missing"]),
        ("price<500 brand=Dell", 16, ["'=' is not expected", "Join conditions with `and`"]),
        ("price<5)", 8, ["')' is not expected"]),
        ("(price<5", 9, ["`)` should stand before the end"]),
        ("brand = 'Dell", 9, ["never closed"]),
        ("brand < 5", 9, ["brand is categorical", "contains"]),
        ("genres < 5", 10, ["genres is multi", "all"]),
        ("category = sports and outdoors", 23, ["no facet 'outdoors'", "in quotes"]),
        ("in_stock = maybe", 12, ["neither true nor false"]),
        ("in_stock < 5", 12, ["in_stock is boolean"]),
        ("released < soon", 12, ["not a date", "1999"]),
        ("released < 2020-13", 12, ["not a date"]),
        ("released = 2021-02-29", 12, ["not a date"]),
        ("released != 1999", 13, ["full dates"]),
        ("and", 1, ["'and' stands where a condition should be"]),
        ("price<5 and", 12, ["the filter ends where a condition should be"]),
    ],
)
def test_a_wrong_filter_says_where_and_what_is_possible(
    text: str, place: int, words: list[str], shop: CatalogSchema
) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(text, shop)
    assert f"{text!r}, character {place}:" in str(caught.value)
    assert [word for word in words if word not in str(caught.value)] == []


@pytest.mark.parametrize(
    "text",
    ["price<5 or brand=Dell", "price<5 or price>9", "(price<5 and brand=Dell) or brand=Apple", "not genres all (a, b)"],
)
def test_what_a_list_of_constraints_cannot_say_is_refused(text: str, shop: CatalogSchema) -> None:
    with pytest.raises(FilterError, match="not possible"):
        parse_filter(text, shop)


def test_a_catalog_without_facets_refuses_any_filter() -> None:
    with pytest.raises(FilterError, match="no facet 'price'"):
        parse_filter("price<5", CatalogSchema())


@given(value=st.text(alphabet=st.characters(blacklist_characters='"', blacklist_categories=["Cs"]), min_size=1))
def test_a_quoted_value_is_taken_as_it_stands(value: str) -> None:
    schema = CatalogSchema(facets=(Facet(name="brand", kind=FacetKind.CATEGORICAL),))
    assert read(f'brand = "{value}"', schema) == [("brand", "=", value)]


@given(text=st.text(max_size=40))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    schema = CatalogSchema(facets=(Facet(name="a", kind=FacetKind.NUMERIC), Facet(name="b", kind=FacetKind.MULTI)))
    with contextlib.suppress(FilterError):
        assert all(one.facet in ("a", "b") for one in parse_filter(text, schema))


@given(
    st.floats(min_value=-1e12, max_value=1e12).map(lambda number: round(number, 4)),
    st.sampled_from(["<", "<=", ">", ">=", "="]),
)
def test_any_written_number_is_read_back(number: float, op: str) -> None:
    schema = CatalogSchema(facets=(Facet(name="a", kind=FacetKind.NUMERIC),))
    assert read(f"a {op} {number!r}", schema) == [("a", op, number)]
    assert read(f"a {op} {number:,.4f}", schema) == [("a", op, number)]


@pytest.mark.parametrize(
    ("kind", "there", "gone"),
    [
        (FacetKind.NUMERIC, (">", 0.0), ("<=", 0.0)),
        (FacetKind.BOOLEAN, ("=", True), ("=", False)),
    ],
)
def test_in_stock_needs_no_facet_of_that_name(kind: FacetKind, there: object, gone: object) -> None:
    schema = CatalogSchema(facets=(Facet(name="left", kind=kind, role=FacetRole.STOCK, names={"zh": ("有货",)}),))
    for text, meaning in (("in stock", there), ("有货", there), ("out of stock", gone), ("缺货", gone)):
        assert [one[1:] for one in read(text, schema)] == [meaning]


def test_in_stock_is_unknown_where_no_facet_says_so() -> None:
    with pytest.raises(FilterError, match="there is no facet 'in stock'"):
        parse_filter("in stock", CatalogSchema(facets=(Facet(name="price", kind=FacetKind.NUMERIC),)))


@pytest.mark.parametrize("opening", ["(", "not ", "not ("])
def test_a_filter_nested_too_deep_is_refused(opening: str, shop: CatalogSchema) -> None:
    with pytest.raises(FilterError, match="nested deeper"):
        parse_filter(opening * 1000 + "price < 5", shop)
    assert read("(" * 20 + "price < 5" + ")" * 20, shop) == [("price", "<", 5.0)]
