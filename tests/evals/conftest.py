"""A shop of six things, and a target that answers what a test tells it to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from langgraph_recommender.evals.facts import CatalogFacts
from langgraph_recommender.evals.suite import Setting
from langgraph_recommender.evals.targets import Observed, Shown
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, FacetRole, Item

SCHEMA = CatalogSchema(
    name="shop",
    noun={"en": "thing", "zh": "东西"},
    facets=(
        Facet(name="price", kind=FacetKind.NUMERIC, unit="USD", role=FacetRole.PRICE, names={"zh": ("价格",)}),
        Facet(name="brand", kind=FacetKind.CATEGORICAL, role=FacetRole.BRAND, names={"zh": ("品牌",)}),
        Facet(name="tags", kind=FacetKind.MULTI, role=FacetRole.CATEGORY),
        Facet(name="year", kind=FacetKind.NUMERIC, unit="year", role=FacetRole.DATE, names={"zh": ("年份",)}),
    ),
)
ROWS = [
    ("a1", "Lamp One (Lamps, #1)", 10.0, "Acme", ("lamp", "desk"), 1995.0),
    ("a2", "Lamp Two", 20.0, "Acme", ("lamp",), 1999.0),
    ("b1", "Chair", 100.0, "Borg", ("chair", "desk"), 2005.0),
    ("b2", "Stool", 40.0, "Borg", ("chair",), 2015.0),
    ("c1", "Clock", 1099.99, "Core", ("clock",), 2020.0),
    ("c2", "台灯", 60.0, "Core", ("lamp",), 2021.0),
]
ITEMS = [
    Item(id=key, title=title, facets={"price": price, "brand": brand, "tags": tags, "year": year})
    for key, title, price, brand, tags, year in ROWS
]


@pytest.fixture(scope="session")
def facts() -> CatalogFacts:
    return CatalogFacts.build(SCHEMA, ITEMS)


@pytest.fixture(scope="session")
def shown() -> Callable[..., tuple[Shown, ...]]:
    titles = {item.id: item.title for item in ITEMS}
    return lambda *ids: tuple(Shown(one, titles.get(one, "?")) for one in ids)


@dataclass
class Scripted:
    """Implements Target and Session: gives out prepared turns, and keeps what it was told."""

    answers: list[Observed | Exception]
    heard: list[str] = field(default_factory=list)
    threads: int = 0

    def open(self, setting: Setting) -> Scripted:
        self.threads += 1
        return self

    def say(self, text: str, image: str | None = None) -> Observed:
        self.heard.append(text)
        answer = self.answers[len(self.heard) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def new_thread(self) -> None:
        self.threads += 1


@pytest.fixture
def scripted() -> type[Scripted]:
    return Scripted
