"""A part that takes long for each item is asked about the best by the others, wherever a model is used."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from langgraph_recommender.tools.catalog import Catalog, open_catalog
from langgraph_recommender.tools.errors import SettingsError
from langgraph_recommender.tools.items import Item
from langgraph_recommender.tools.ranking import Mixture, Ranker, RankingContext, Signal, build_ranker
from langgraph_recommender.tools.ranking.alternatives import alternatives
from langgraph_recommender.tools.ranking.batch.opening import OverCatalog
from langgraph_recommender.tools.ranking.batch.recommending import Choice, Recommend
from langgraph_recommender.tools.ranking.causes import FeedbackOn, without
from langgraph_recommender.tools.ranking.data.model import Histories
from langgraph_recommender.tools.ranking.evidence import evidence_of
from langgraph_recommender.tools.ranking.learning import recipes
from langgraph_recommender.tools.ranking.learning.bundle import load_model, save_model
from langgraph_recommender.tools.ranking.learning.fitting import Training, train_model
from langgraph_recommender.tools.ranking.learning.preparing import TrainSettings
from langgraph_recommender.tools.ranking.learning.recipes import Recipe, recipes_for
from langgraph_recommender.tools.ranking.learning.reranked import best_places, spread
from langgraph_recommender.tools.ranking.testing import RankerConformance


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("planted", Path(__file__).with_name("planted.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["planted"] = module
    spec.loader.exec_module(module)
    return module


planted = _loaded()


class PlantedRecipe(Recipe):
    def _loaded(self) -> ModuleType:
        return planted


@pytest.fixture(scope="module", autouse=True)
def known() -> object:
    with pytest.MonkeyPatch.context() as patch:
        recipe = PlantedRecipe("planted", "Planted", "PlantedConfig", refit=False, on_request=True)
        patch.setitem(recipes.PARTS, "planted", recipe)
        yield


def trained(**config: float) -> Training:
    settings = TrainSettings(parts=("popularity", "planted"), configs={"planted": config}, test=True)
    return train_model(planted.readers(), settings)


@pytest.fixture(scope="module")
def training(known: object) -> Training:
    return trained(candidates=30)


def asked(training: Training) -> list[int]:
    return next(part.asked for part in training.model.parts if part.name == "planted")


def figure(training: Training, what: str, split: str) -> float:
    (row,) = [
        one for one in training.model.card.measured if (one.what, one.split, one.metric) == (what, split, "NDCG@10")
    ]
    return row.value


class TestItsWeight:
    def test_what_helps_is_heard_and_named(self, training: Training) -> None:
        assert training.model.card.parts == ("popularity", "planted")
        for split in ("validation", "test"):
            drawn = f"{split}, drawn to ask planted"
            before, after = (figure(training, what, drawn) for what in ("mixture without planted", "mixture"))
            assert after > 1.2 * before
            assert before == pytest.approx(figure(training, "mixture without planted", split), abs=0.02)

    def test_what_does_not_help_is_left_out(self) -> None:
        card = trained(candidates=30, misleading=True).model.card
        assert card.parts == ("popularity",)
        assert card.left_out == ("planted",)
        assert {one.what for one in card.measured if one.split == "validation"} == {"popularity", "mixture"}

    def test_few_choices_are_asked_about_each_with_few_candidates(self) -> None:
        found = trained(candidates=7, choices=50)
        lists = asked(found)
        assert max(lists) <= 64 * 7
        assert sum(lists) <= 2 * 1.5 * 50 * 7 + 7

    def test_it_is_fitted_only_when_it_is_named(self) -> None:
        interactions = planted.readers()
        assert not {"planted", "rater"} & set(recipes_for(interactions))
        assert "planted" in recipes_for(interactions, ("planted",))

    def test_the_rater_needs_texts(self) -> None:
        from dataclasses import replace

        plain = planted.readers()
        plain = replace(plain, items=replace(plain.items, texts=None))
        with pytest.raises(SettingsError, match="rater cannot be fitted: the items have no texts"):
            recipes_for(plain, ("rater",))


class TestTheModel:
    def test_only_the_best_by_the_others_move(self, training: Training) -> None:
        histories = Histories.of([[0, 2, 4], []])
        found = training.model.contributions(histories)
        others = np.where(np.isin(np.arange(60), [0, 2, 4]), -np.inf, found["popularity"][0])
        best = set(np.argsort(-others, kind="stable")[:30].tolist())
        elsewhere = [row for row in range(60) if row not in best]
        assert np.ptp(found["planted"][0][elsewhere]) == 0
        assert found["planted"][0][elsewhere[0]] == found["planted"][0][list(best)].min()
        total = training.model.score(histories)
        assert np.allclose(sum(found.values()), total, atol=1e-6)
        open_ones = [row for row in elsewhere if row not in (0, 2, 4)]
        assert total[0][list(best)].min() >= total[0][open_ones].max()

    def test_rows_are_asked_about_as_they_are(self, training: Training) -> None:
        histories, rows = Histories.of([[0, 2, 4]]), np.array([5, 6, 0])
        part = next(one for one in training.model.parts if one.name == "planted")
        expected = training.model.voices["planted"].of(part.score(histories, rows))
        assert np.allclose(training.model.contributions(histories, rows)["planted"], expected)

    def test_it_comes_back_from_its_files(self, training: Training, tmp_path: Path) -> None:
        save_model(tmp_path, training.model)
        again, histories = load_model(tmp_path), Histories.of([[0, 2], [5]])
        assert np.allclose(again.score(histories), training.model.score(histories), atol=1e-6)
        assert "| planted |" in (tmp_path / "README.md").read_text()

    def test_equal_scores_and_closed_places(self) -> None:
        places = best_places(np.array([[1.0, 3.0, 3.0, 2.0]]), np.array([[True, True, True, False]]), 4)
        assert places.tolist() == [[1, 2, 0, -1]]
        assert spread(np.array([[5.0, -1.0, 2.0, 9.0]]), places, 4).tolist() == [[2.0, 5.0, -1.0, -1.0]]
        assert spread(np.zeros((1, 0)), np.zeros((1, 0), int), 2).tolist() == [[0.0, 0.0]]


@pytest.fixture(scope="module")
def shelf() -> Catalog:
    return open_catalog([Item(f"{row}", f"Thing {row}", f"Number {row} of things.") for row in range(60)])


@pytest.fixture(scope="module")
def ranker(shelf: Catalog, training: Training) -> Mixture:
    return build_ranker(shelf, model=training.model)


@pytest.fixture(scope="module")
def said() -> RankingContext:
    return RankingContext(
        history=[Signal("8", 1.0, 30.0), Signal("13", 1.0, 3.0), Signal("17", -1.0, 2.0), Signal("4", 1.0)],
        similar_to=["12"],
    )


class TestThePartLive(RankerConformance):
    @pytest.fixture
    def ranker(self, ranker: Mixture) -> Ranker:
        return next(one for one in ranker.parts if one.name == "planted")

    @pytest.fixture
    def context(self, said: RankingContext) -> RankingContext:
        return said

    @pytest.fixture
    def candidates(self) -> Sequence[str]:
        return ["16", "20", "24", "5", "6", "7", "21"]


class TestTheMixtureLive(RankerConformance):
    @pytest.fixture
    def ranker(self, ranker: Mixture) -> Ranker:
        return ranker

    @pytest.fixture
    def context(self, said: RankingContext) -> RankingContext:
        return said

    @pytest.fixture
    def candidates(self) -> Sequence[str]:
        return ["16", "20", "24", "5", "6", "7", "21"]

    def test_of_many_candidates_the_best_are_asked_about(self, ranker: Mixture, said: RankingContext) -> None:
        everything = [f"{row}" for row in range(60)]
        scores = ranker.score(said, everything)
        others = scores.total - scores.contributions["planted"]
        best = np.argsort(-others, kind="stable")[:30]
        rest = np.setdiff1d(np.arange(60), best)
        assert np.ptp(scores.contributions["planted"][rest]) == 0
        assert scores.total[best].min() >= scores.total[rest].max()

    def test_reasons_are_those_of_the_list(self, ranker: Mixture, said: RankingContext) -> None:
        scores = ranker.score(said, [f"{row}" for row in range(60)])
        best = np.argsort(-scores.total)[:5]
        for place, found in zip(best, evidence_of(ranker, said, [f"{row}" for row in best]), strict=True):
            assert found.score == pytest.approx(scores.total[place], abs=1e-5)

    def test_what_ifs_ask_again_about_the_best_of_each(self, ranker: Mixture, said: RankingContext) -> None:
        everything, cause = [f"{row}" for row in range(60)], FeedbackOn("4")
        found = alternatives(ranker, said, everything, [cause])(np.array([[True], [False]]))
        assert np.allclose(found[0], ranker.score(said, everything).total, atol=1e-6)
        assert np.allclose(found[1], ranker.score(without(said, cause), everything).total, atol=1e-6)

    def test_answers_are_kept(self, shelf: Catalog, training: Training, said: RankingContext) -> None:
        mine = build_ranker(shelf, model=training.model)
        mine.score(said, ["1", "2", "3"])
        count = len(asked(training))
        mine.score(said, ["3", "2", "1"])
        assert len(asked(training)) == count


def test_a_batch_asks_about_what_may_be_shown(shelf: Catalog, training: Training) -> None:
    wide = OverCatalog.of(training.model, shelf)
    allowed = np.arange(60) >= 40
    histories = Histories.of([[0, 2, 4, 44], []])
    from langgraph_recommender.tools.ranking.batch.events import UserBlock

    before = len(asked(training))
    found = Recommend(wide, Choice(5, allowed))(UserBlock(("a", "b"), histories))
    assert asked(training)[before:] == [39]
    assert set(found.rows.tolist()) <= set(range(40, 60)) - {44}
    assert (found.rows[found.users == 0] % 2 == 0).mean() > 0.5
    assert np.allclose(sum(found.contributions.values()), found.scores, atol=1e-5)
