"""Every trained part in one mixture: whatever was said, contributions add up and a cause is worth what is claimed."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langgraph_recommender.tools.catalog import Catalog, open_catalog
from langgraph_recommender.tools.items import Item
from langgraph_recommender.tools.ranking import Mixture, RankingContext, Signal, build_ranker
from langgraph_recommender.tools.ranking.causes import causes, without
from langgraph_recommender.tools.ranking.data.model import Interactions, ItemTable
from langgraph_recommender.tools.ranking.evidence import evidence_of
from langgraph_recommender.tools.ranking.learning.card import Card
from langgraph_recommender.tools.ranking.learning.recipes import PARTS
from langgraph_recommender.tools.ranking.learning.trained import TrainedModel
from langgraph_recommender.tools.ranking.learning.voices import Voice
from langgraph_recommender.tools.ranking.models import cooccurrence, ease, factors, popularity, ratings
from langgraph_recommender.tools.ranking.models.content import ContentConfig
from langgraph_recommender.tools.ranking.models.content import fit as fit_content
from langgraph_recommender.tools.ranking.models.protocol import Scorer
from langgraph_recommender.tools.ranking.models.sequential.config import SequentialConfig
from langgraph_recommender.tools.ranking.models.sequential.model import Sequential
from langgraph_recommender.tools.ranking.models.sequential.network import Network
from langgraph_recommender.tools.ranking.tables import item_table

ITEMS, PEOPLE, EVENTS = 32, 60, 8
SUBJECTS = ("dragons and wizards", "murder in London", "rockets to Mars", "cooking with garlic")
IDS = [f"{n}" for n in range(ITEMS)]
EXACT = 1e-5
SMALL = set(PARTS) - {"rater"}
"""All but the language model, which takes minutes to fit."""


@pytest.fixture(scope="module")
def shelf() -> Catalog:
    return open_catalog([Item(one, f"Title {one}", f"A book about {SUBJECTS[int(one) % 4]}.") for one in IDS])


def read(table: ItemTable) -> Interactions:
    """Each person reads mostly of one subject, and dislikes one thing in five."""
    random = np.random.default_rng(5)
    own, any_ = random.integers(0, 4, (PEOPLE, 1)), random.integers(0, ITEMS, (PEOPLE, EVENTS))
    rows = np.where(random.random((PEOPLE, EVENTS)) < 0.7, any_ // 4 * 4 + own, any_).astype(np.int32)
    weights = np.where(random.random(rows.size) < 0.2, -1.0, 1.0).astype(np.float32)
    users = np.repeat(np.arange(PEOPLE, dtype=np.int32), EVENTS)
    return Interactions(
        tuple(map(str, range(PEOPLE))), table, users, rows.ravel(), weights, np.arange(rows.size, dtype=float)
    )


def fitted(table: ItemTable) -> tuple[Scorer, ...]:
    import torch

    events, config = read(table), SequentialConfig(dim=16, length=8)
    torch.manual_seed(0)
    return (
        popularity.fit(events, popularity.PopularityConfig()),
        cooccurrence.fit(events, cooccurrence.CooccurrenceConfig()),
        ease.fit(events, ease.EaseConfig()),
        factors.fit(events, factors.FactorsConfig(), seed=0),
        ratings.fit(events, ratings.RatingsConfig(), seed=0),
        fit_content(events, ContentConfig(neighbours=8)),
        Sequential(config, table, Network(config, 0), torch.randn(ITEMS, 16)),
    )


@pytest.fixture(scope="module")
def ranker(shelf: Catalog) -> Mixture:
    parts = fitted(item_table(shelf))
    assert {one.name for one in parts} == SMALL
    voices = {
        one.name: Voice(weight=0.4, scale=0.7, bend=bend)
        for one, bend in zip(parts, (0, 1, 3, 0, 1, 10, 1), strict=True)
    }
    card = Card("shelf", "", "", "", "", PEOPLE, ITEMS, PEOPLE * EVENTS, tuple(voices), (), (), 0)
    return build_ranker(shelf, model=TrainedModel(item_table(shelf), parts, voices, 0.8, card))


said = st.builds(
    Signal,
    item_id=st.sampled_from(IDS),
    weight=st.sampled_from([1.0, 0.3, 0.2, -0.2, -1.0]),
    age=st.sampled_from([0.0, 0.2, 3.0, 200.0]),
)
contexts = st.builds(
    RankingContext,
    history=st.lists(said, max_size=6),
    similar_to=st.lists(st.sampled_from(IDS), max_size=2, unique=True),
)
candidates = st.lists(st.sampled_from(IDS), min_size=1, max_size=6, unique=True)
MANY = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@MANY
@given(context=contexts, shown=candidates)
def test_contributions_add_up_and_causes_are_worth_what_is_claimed(
    ranker: Mixture, context: RankingContext, shown: Sequence[str]
) -> None:
    total = ranker.score(context, shown).total
    after = {cause: ranker.score(without(context, cause), shown).total for cause in causes(context)}
    for place, found in enumerate(evidence_of(ranker, context, shown)):
        assert sum(found.contributions.values()) == pytest.approx(total[place], abs=EXACT)
        told = {one.cause: one.drop for one in found.because}
        for cause, totals in after.items():
            assert total[place] - totals[place] == pytest.approx(told.get(cause, 0.0), abs=EXACT)


def test_every_part_that_listens_is_moved_by_a_like(ranker: Mixture) -> None:
    """The property above says something of each part: none of them is silent here."""
    context = RankingContext(history=[Signal("4", 1.0), Signal("9", 1.0, 3.0), Signal("2", -1.0, 3.0)])
    moved = {name for found in evidence_of(ranker, context, IDS) for one in found.because for name in one.drops}
    assert SMALL - {"popularity"} <= moved
    scores = ranker.score(context, IDS)
    assert {name for name, values in scores.contributions.items() if np.ptp(values)} >= SMALL
