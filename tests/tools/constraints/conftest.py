"""A schema with a facet of every kind and of the roles that have words of their own."""

from __future__ import annotations

import pytest
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, FacetRole


@pytest.fixture(scope="session")
def shop() -> CatalogSchema:
    return CatalogSchema(
        facets=(
            Facet(
                name="price",
                kind=FacetKind.NUMERIC,
                unit="USD",
                role=FacetRole.PRICE,
                names={"en": ("price", "cost"), "zh": ("价格", "价钱")},
            ),
            Facet(
                name="brand",
                kind=FacetKind.CATEGORICAL,
                role=FacetRole.BRAND,
                names={"en": ("brand", "maker"), "zh": ("品牌", "牌子")},
                aliases={"Apple": ("苹果",), "Dell": ("戴尔",)},
            ),
            Facet(name="genres", kind=FacetKind.MULTI, names={"en": ("genre", "genres"), "zh": ("类型",)}),
            Facet(name="category", kind=FacetKind.CATEGORICAL, names={"zh": ("类别",)}),
            Facet(
                name="year",
                kind=FacetKind.NUMERIC,
                unit="year",
                role=FacetRole.DATE,
                names={"en": ("year",), "zh": ("年份",)},
            ),
            Facet(
                name="released",
                kind=FacetKind.DATE,
                role=FacetRole.DATE,
                names={"en": ("released",), "zh": ("上映日期",)},
            ),
            Facet(
                name="in_stock",
                kind=FacetKind.BOOLEAN,
                role=FacetRole.STOCK,
                names={"en": ("in stock",), "zh": ("有货",)},
            ),
            Facet(name="units", kind=FacetKind.NUMERIC, role=FacetRole.STOCK, names={"zh": ("库存",)}),
            Facet(
                name="runtime",
                kind=FacetKind.NUMERIC,
                unit="minutes",
                names={"en": ("running time",), "zh": ("片长",)},
            ),
            Facet(name="breakfast", kind=FacetKind.BOOLEAN, names={"zh": ("含早餐",)}),
            Facet(name="sponsored", kind=FacetKind.BOOLEAN, role=FacetRole.SPONSORED, names={"zh": ("广告",)}),
            Facet(name="cuisine", kind=FacetKind.CATEGORICAL, names={"zh": ("菜系",)}, aliases={"川菜": ("Sichuan",)}),
        )
    )
