"""What is asked for in words, over the items of a catalog, and its cost when a ranker is trained."""

from dataclasses import replace

import numpy as np
import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding
from langgraph_recommender.tools.catalog import Catalog, open_catalog
from langgraph_recommender.tools.errors import SettingsError
from langgraph_recommender.tools.ranking import correction
from langgraph_recommender.tools.ranking.correction import Correction, correction_of, read_rerank
from langgraph_recommender.tools.ranking.learning.fitting import train_model
from langgraph_recommender.tools.ranking.learning.preparing import TrainSettings
from langgraph_recommender.tools.ranking.metrics import ItemFacts
from langgraph_recommender.tools.ranking.rerank import Rerank

from .learning.conftest import walks

ROWS = [
    {"id": "1", "title": "Blue lamp", "category": "lamps", "brand": "Lumo", "price": 20.0},
    {"id": "2", "title": "Red lamp", "category": "lamps", "brand": "Lumo", "price": 24.0},
    {"id": "3", "title": "Oak desk", "category": "desks", "brand": "Holz", "price": 240.0},
    {"id": "4", "title": "Pine desk", "category": "desks", "brand": "Wald", "price": 140.0},
]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return open_catalog(ROWS, embeddings=DeterministicFakeEmbedding(size=8))


def test_words() -> None:
    assert read_rerank([]) == Rerank()
    assert read_rerank(["popularity=0.1", "calibration=.2"]) == Rerank(popularity=0.1, calibration=0.2)
    assert str(read_rerank(["popularity=0.1", "pool=30"])) == "popularity 0.1 among the best 30"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["popularty=0.1"], "Did you mean 'popularity'"),
        (["diversity"], "Write it as diversity=0.2"),
        (["diversity=much"], "Write it as diversity=0.2"),
        (["pool=2.5"], "has no weight"),
        (["pool=0"], "0 candidates"),
        (["diversity=0.9", "popularity=0.9"], "together 1 at most"),
    ],
)
def test_words_that_cannot_be_used(words: list[str], told: str) -> None:
    with pytest.raises(SettingsError) as error:
        read_rerank(words)
    assert told in str(error.value)


def test_the_items_of_a_catalog_and_one_that_left_it(catalog: Catalog) -> None:
    found = correction_of(["diversity=0.2"], catalog, ["3", "gone", "1"])
    assert found
    facts = found.facts(np.array([5, 4, 3]), 9)
    assert facts.shares is not None
    assert facts.providers is not None
    assert facts.vectors is not None
    assert facts.shares.tolist() == [[1, 0], [0, 0], [0, 1]]
    assert facts.providers.shape == (3, 2)
    assert facts.vectors[[0, 2]] == pytest.approx(catalog.vector_of(["3", "1"]))
    assert not facts.vectors[1].any()
    assert correction_of([], catalog, ["1"]) is None


def test_rare_values_are_one_group(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(correction, "_GROUPS", 2)
    found = correction_of(["exposure=0.2"], catalog, ["1", "2", "3", "4"])
    assert found
    assert found.providers is not None
    assert sorted(found.providers.sum(axis=0)) == [2, 2]
    assert found.providers[2].tolist() == found.providers[3].tolist() != found.providers[0].tolist()


def test_without_a_catalog_only_popularity_is_known() -> None:
    assert correction_of(["popularity=0.2"], None) == Correction(Rerank(popularity=0.2))
    with pytest.raises(SettingsError, match="for diversity without an embedding"):
        correction_of(["diversity=0.2"], None)


def test_the_cost_is_that_of_the_mixture_on_validation_and_the_model_stays_the_same() -> None:
    plain = TrainSettings(parts=("popularity", "cooccurrence"))
    trained = train_model(walks(), replace(plain, correction=Correction(Rerank(popularity=0.3))))
    assert trained.cost
    assert trained.cost.after.popularity < trained.cost.before.popularity
    (row,) = [
        one
        for one in trained.model.card.measured
        if (one.what, one.split, one.metric) == ("mixture", "validation", "NDCG@10")
    ]
    assert trained.cost.before.ndcg == pytest.approx(row.value)
    without = train_model(walks(), plain)
    assert without.cost is None
    assert without.model.card == trained.model.card


def test_facts_of_the_events_a_model_is_fitted_on() -> None:
    events = walks()
    facts = ItemFacts.of(events)
    assert facts.counts.sum() == len(events)
    assert facts.people == len(events.user_ids)
    assert facts.popularity.max() == 1
