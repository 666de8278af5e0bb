"""Sizes are letters and numbers: they count beside the name of their facet, and nowhere else."""

from __future__ import annotations

import pytest
from langgraph_recommender.agent.offline.lexicon import CatalogLexicon
from langgraph_recommender.agent.offline.parsing.coded import coded_values
from langgraph_recommender.agent.offline.parsing.facets import name_spans
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, FacetRole, Item

from .conftest import SmallCatalog

SHIRTS = SmallCatalog(
    CatalogSchema(
        facets=(
            Facet(name="size", kind=FacetKind.MULTI, names={"en": ("size",), "zh": ("尺码", "大小")}),
            Facet(name="sku", kind=FacetKind.CATEGORICAL, role=FacetRole.IDENTIFIER),
        )
    ),
    (
        Item("1", "Shirt", "", {"size": ("S", "M", "L"), "sku": "42"}),
        Item("2", "Shoe", "", {"size": ("42", "43"), "sku": "M"}),
    ),
)


@pytest.mark.parametrize(
    ("said", "sizes"),
    [
        ("a red shirt in size M", ["M"]),
        ("size: l please", ["L"]),
        ("sizes 42 or 43", ["42", "43"]),
        ("M码的衬衫", ["M"]),
        ("尺码是M的", ["M"]),
        ("有没有42码的鞋", ["42"]),
        ("I'm 42 and like s-bends", []),
        ("under 42 dollars", []),
        ("M for Murder", []),
    ],
)
def test_a_code_counts_beside_the_name_of_its_facet(said: str, sizes: list[str]) -> None:
    lexicon = CatalogLexicon.build(SHIRTS)
    message = lexicon.read(said)
    found = coded_values(message, lexicon, name_spans(message, lexicon))
    assert [value for one in found for value in one.values] == sizes
    assert {one.facet for one in found} <= {"size"}
