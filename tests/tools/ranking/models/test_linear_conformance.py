"""Every linear part passes the suite that ships for scorers."""

from collections.abc import Callable, Sequence

import pytest
from langgraph_recommender.tools.ranking.data.model import Interactions, ItemTable
from langgraph_recommender.tools.ranking.models import cooccurrence, ease, factors, popularity, ratings
from langgraph_recommender.tools.ranking.models.protocol import Scorer
from langgraph_recommender.tools.ranking.models.testing import ScorerConformance

PARTS: dict[str, Callable[[Interactions], Scorer]] = {
    "popularity": lambda shop: popularity.fit(shop, popularity.PopularityConfig(half_life=0.0)),
    "fading popularity": lambda shop: popularity.fit(shop, popularity.PopularityConfig(half_life=1.0)),
    "cooccurrence": lambda shop: cooccurrence.fit(shop, cooccurrence.CooccurrenceConfig(half_life=30.0)),
    "undirected cooccurrence": lambda shop: cooccurrence.fit(
        shop, cooccurrence.CooccurrenceConfig(distance_decay=1.0, backward=1.0, decay=1.0)
    ),
    "ease": lambda shop: ease.fit(shop, ease.EaseConfig(ridge=1.0)),
    "local ease": lambda shop: ease.fit(shop, ease.EaseConfig(ridge=1.0, gib=0.0, leading=3, half_life=30.0)),
    "ratings": lambda shop: ratings.fit(shop, ratings.RatingsConfig(dimensions=2, least=0.5, rounds=3), seed=1),
    "factors": lambda shop: factors.fit(shop, factors.FactorsConfig(dimensions=4, rounds=3), seed=1),
}


@pytest.mark.parametrize("part", PARTS)
class TestEachPart(ScorerConformance):
    @pytest.fixture
    def scorer(self, shop: Interactions, part: str) -> Scorer:
        return PARTS[part](shop)

    @pytest.fixture
    def items(self, shop: Interactions) -> ItemTable:
        return shop.items

    @pytest.fixture
    def history(self) -> Sequence[int]:
        return [1, 2, 7]
