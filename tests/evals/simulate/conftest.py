"""A market of a few hundred lamps, chairs and clocks, and agents that hear or do not hear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

import pytest
from langgraph_recommender.evals.facts import CatalogFacts
from langgraph_recommender.evals.simulate import Ground
from langgraph_recommender.evals.suite import Setting
from langgraph_recommender.evals.targets import Asked, Observed, Shown
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, FacetRole, Item

SCHEMA = CatalogSchema(
    name="market",
    noun={"en": "thing", "zh": "东西"},
    facets=(
        Facet(name="kind", kind=FacetKind.CATEGORICAL, role=FacetRole.CATEGORY, names={"zh": ("种类",)},
              aliases={"lamp": ("灯", "台灯"), "chair": ("椅子",), "clock": ("钟",), "vase": ("花瓶",)}),
        Facet(name="maker", kind=FacetKind.CATEGORICAL, role=FacetRole.BRAND, names={"zh": ("品牌",)}),
        Facet(name="price", kind=FacetKind.NUMERIC, unit="USD", role=FacetRole.PRICE, names={"zh": ("价格",)}),
        Facet(name="rating", kind=FacetKind.NUMERIC, role=FacetRole.RATING, names={"zh": ("评分",)}),
        Facet(name="stock", kind=FacetKind.NUMERIC, role=FacetRole.STOCK, askable=False),
    ),
)  # fmt: skip
KINDS, MAKERS = ("lamp", "chair", "clock", "vase"), ("Acme", "Borg", "Cormorant", "Dwyer", "Elm")
WOODS = ("walnut", "cherry", "bamboo", "maple", "cedar", "willow")


def _item(number: int, rng: Random) -> Item:
    facets = {
        "kind": rng.choice(KINDS),
        "maker": rng.choice(MAKERS),
        "price": float(rng.randint(5, 900)),
        "rating": round(rng.uniform(1, 5), 1),
        "stock": float(number % 10 > 0),
    }
    words = " ".join(rng.sample(WOODS, 2))
    return Item(f"thing-{number}", f"Zephyr Quill {number}", f"Made of {words}, model{number}.", facets)


@pytest.fixture(scope="session")
def ground() -> Ground:
    rng = Random(5)
    return Ground(CatalogFacts.build(SCHEMA, [_item(number, rng) for number in range(300)]))


@dataclass
class Agent:
    """Implements Target and Session: shows what its rule picks after so many messages."""

    facts: CatalogFacts
    pick: Callable[[int], Sequence[str]]
    asks: str = ""
    heard: list[str] = field(default_factory=list)
    settings: list[Setting] = field(default_factory=list)

    def open(self, setting: Setting) -> Agent:
        self.heard = []
        self.settings.append(setting)
        return self

    def say(self, text: str, image: str | None = None) -> Observed:
        self.heard.append(text)
        ids = self.pick(len(self.heard))
        question = Asked(self.asks) if self.asks else None
        return Observed("here", shown=tuple(Shown(one, self.facts.title(one)) for one in ids), question=question)

    def new_thread(self) -> None: ...
