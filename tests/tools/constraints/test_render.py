"""Constraints in words, for every operator, kind and role, in both languages."""

from __future__ import annotations

import pytest
from langgraph_recommender.tools.catalog.joint_schema import joint_schema
from langgraph_recommender.tools.constraints import Constraint, Op, parse_filter, render, render_all
from langgraph_recommender.tools.items import CatalogSchema, FacetKind


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("price<500", "price under $500", "价格低于500美元"),
        ("price<=1299.5", "price at most $1,299.50", "价格不超过1299.5美元"),
        ("price>500", "price over $500", "价格高于500美元"),
        ("price>=500", "price at least $500", "价格不低于500美元"),
        ("price=500", "price $500", "价格是500美元"),
        ("price!=500", "price not $500", "价格不是500美元"),
        ("price between 100 and 500", "price from $100 to $500", "价格在100美元到500美元之间"),
        ("brand=Apple", "brand Apple", "品牌是苹果"),
        ("brand in (Apple, Dell)", "brand Apple or Dell", "品牌是苹果或戴尔"),
        ("brand in (Apple, Dell, Acme)", "brand Apple, Dell or Acme", "品牌是苹果、戴尔或Acme"),
        ("brand not in (Apple, Dell)", "brand not Apple or Dell", "品牌不是苹果或戴尔"),
        ("not brand=Apple", "brand not Apple", "品牌不是苹果"),
        ("cuisine=川菜", "cuisine Sichuan", "菜系是川菜"),
        ("genres all (a, b, c)", "genre a, b and c", "类型同时有a、b和c"),
        ("category contains shoe", 'category containing "shoe"', "类别包含“shoe”"),
        ("year between 1990 and 1999", "year from 1990 to 1999", "年份从1990年到1999年"),
        ("year<1990", "year before 1990", "年份早于1990年"),
        ("year<=1990", "year 1990 or earlier", "年份不晚于1990年"),
        ("year>1990", "year after 1990", "年份晚于1990年"),
        ("year>=1990", "year 1990 or later", "年份不早于1990年"),
        ("year=1990", "year 1990", "年份是1990年"),
        ("released<=1999", "released 1999 or earlier", "上映日期不晚于1999年"),
        ("released<1999", "released before 1999", "上映日期早于1999年"),
        ("released=1999", "released 1999", "上映日期是1999年"),
        ("released>=1999-05-04", "released 1999-05-04 or later", "上映日期不早于1999-05-04"),
        ("released between 1990 and 1999", "released from 1990 to 1999", "上映日期从1990年到1999年"),
        ("in_stock=true", "in stock", "有货"),
        ("in_stock=false", "out of stock", "缺货"),
        ("not in_stock", "out of stock", "缺货"),
        ("units>0", "in stock", "有货"),
        ("units=0", "out of stock", "缺货"),
        ("units>=5", "units at least 5", "库存不低于5"),
        ("breakfast=false", "not breakfast", "不含早餐"),
        ("sponsored!=true", "not sponsored", "非广告"),
        ("runtime<90", "running time under 90 minutes", "片长低于90分钟"),
        ("runtime<90.5", "running time under 90.5 minutes", "片长低于90.5分钟"),
    ],
)
def test_a_constraint_reads(text: str, english: str, chinese: str, shop: CatalogSchema) -> None:
    (constraint,) = parse_filter(text, shop)
    assert render(constraint, shop, "en") == english
    assert render(constraint, shop, "zh") == chinese


def test_a_facet_that_the_schema_does_not_have_goes_by_its_key(shop: CatalogSchema) -> None:
    constraint = Constraint(facet="pet_friendly", op=Op.EQ, value=True)
    assert render(constraint, shop, "en") == "pet friendly"
    assert render(Constraint(facet="floor", op=Op.GE, value=3.0), shop, "zh") == "floor不低于3"


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("catalog=movie", "a movie", "是电影"),
        ("catalog!=movie", "not a movie", "不是电影"),
        ("catalog in (movie, album)", "a movie or an album", "是电影或专辑"),
        ("catalog not in (movie, album)", "not a movie or an album", "不是电影或专辑"),
        ("catalog=east", "kind of thing east", "目录是east"),
    ],
)
def test_the_kind_of_thing_is_its_noun(text: str, english: str, chinese: str) -> None:
    named = [("movie", "movie", "电影"), ("album", "album", "专辑"), ("east", "thing", "店"), ("west", "thing", "店")]
    schemas = [CatalogSchema(name=name, noun={"en": noun, "zh": other}) for name, noun, other in named]
    schema, _ = joint_schema(schemas)
    (constraint,) = parse_filter(text, schema)
    assert render(constraint, schema, "en") == english
    assert render(constraint, schema, "zh") == chinese


def test_all_are_rendered_in_order_and_the_same_words_once(shop: CatalogSchema) -> None:
    constraints = parse_filter("price<500 and brand=Dell and not brand=Apple and price<500", shop)
    assert render_all(constraints, shop, "en") == ("price under $500", "brand Dell", "brand not Apple")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("op", list(Op))
@pytest.mark.parametrize("kind", list(FacetKind))
def test_every_operator_on_every_kind_has_words(kind: FacetKind, op: Op, language: str, shop: CatalogSchema) -> None:
    facet = next(facet for facet in shop.facets if facet.kind is kind)
    ends = {FacetKind.NUMERIC: (1.0, 2.0), FacetKind.BOOLEAN: (True, False)}.get(kind, ("1990", "1999"))
    value = ends if op in (Op.IN, Op.NOT_IN, Op.ALL, Op.BETWEEN) else ends[0]
    words = render(Constraint(facet=facet.name, op=op, value=value), shop, language)
    assert words
    assert "{" not in words
