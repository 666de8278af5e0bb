"""Fitted models in the live world: by id, by history, for items of the moment."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from langgraph_recommender.tools.catalog import Catalog, JointCatalog, open_catalog
from langgraph_recommender.tools.errors import ModelFileError
from langgraph_recommender.tools.items import Item
from langgraph_recommender.tools.ranking import Mixture, Ranker, RankingContext, Signal, build_ranker
from langgraph_recommender.tools.ranking.data.model import Interactions, ItemTable
from langgraph_recommender.tools.ranking.learned import Learned, learned_parts
from langgraph_recommender.tools.ranking.learning.bundle import save_model
from langgraph_recommender.tools.ranking.learning.card import Card
from langgraph_recommender.tools.ranking.learning.trained import TrainedModel
from langgraph_recommender.tools.ranking.learning.voices import Voice
from langgraph_recommender.tools.ranking.models import cooccurrence, popularity
from langgraph_recommender.tools.ranking.models.content import ContentConfig
from langgraph_recommender.tools.ranking.models.content import fit as fit_content
from langgraph_recommender.tools.ranking.models.protocol import Scorer
from langgraph_recommender.tools.ranking.models.sequential.config import SequentialConfig
from langgraph_recommender.tools.ranking.models.sequential.model import Sequential
from langgraph_recommender.tools.ranking.models.sequential.network import Network
from langgraph_recommender.tools.ranking.tables import item_table
from langgraph_recommender.tools.ranking.testing import RankerConformance

SUBJECTS = ("dragons and wizards", "murder in London", "rockets to Mars", "cooking with garlic")
PARTS = ("popularity", "cooccurrence", "cooccurrence_history", "content", "content_history", "sequential")


def things(first: int = 0, count: int = 40) -> list[Item]:
    """Of every subject a quarter."""
    return [
        Item(f"{n}", f"Title {n}", f"A book about {SUBJECTS[n % 4]}, volume {n}.") for n in range(first, first + count)
    ]


def readers(table: ItemTable, count: int = 60) -> Interactions:
    """Each reads ten items of one subject, in the order of their numbers from a place of their own."""
    users = np.repeat(np.arange(count), 8).astype(np.int32)
    read = [4 * ((np.arange(8) + user // 4 % 7) % 10) + user % 4 for user in range(count)]
    rows = np.concatenate(read).astype(np.int32)
    ids = tuple(f"u{user:02}" for user in range(count))
    return Interactions(ids, table, users, rows, np.ones(len(rows), np.float32), np.arange(len(rows), dtype=float))


def transformer(table: ItemTable) -> Sequential:
    """Not trained: it is as far from linear as one that is."""
    import torch

    torch.manual_seed(0)
    config = SequentialConfig(dim=16, length=8)
    return Sequential(config, table, Network(config, 0), torch.randn(len(table), 16))


def made(catalog: Catalog) -> TrainedModel:
    table = item_table(catalog)
    read = readers(table)
    parts: tuple[Scorer, ...] = (
        popularity.fit(read, popularity.PopularityConfig()),
        cooccurrence.fit(read, cooccurrence.CooccurrenceConfig()),
        fit_content(read, ContentConfig(neighbours=8)),
        transformer(table),
    )
    voices = {one.name: Voice(weight=0.5, scale=0.7, bend=bend) for one, bend in zip(parts, (0, 1, 10, 1), strict=True)}
    named = tuple(one.name for one in parts)
    card = Card("things", "", "", "", "", 60, 40, 480, named, (), (), 0)
    return TrainedModel(table, parts, voices, 0.5, card)


@pytest.fixture(scope="module")
def shelf() -> Catalog:
    return open_catalog(things())


@pytest.fixture(scope="module")
def model(shelf: Catalog) -> TrainedModel:
    return made(shelf)


@pytest.fixture(scope="module")
def ranker(shelf: Catalog, model: TrainedModel) -> Mixture:
    return build_ranker(shelf, model=model)


@pytest.fixture(scope="module")
def said() -> RankingContext:
    return RankingContext(
        history=[Signal("8", 1.0, 30.0), Signal("13", 0.3, 3.0), Signal("17", -1.0, 2.0), Signal("4", 1.0)],
        similar_to=["12"],
    )


@pytest.mark.parametrize("part", PARTS)
class TestEachLearnedPart(RankerConformance):
    @pytest.fixture
    def ranker(self, ranker: Mixture, part: str) -> Ranker:
        return next(one for one in ranker.parts if one.name == part)

    @pytest.fixture
    def context(self, said: RankingContext) -> RankingContext:
        return said

    @pytest.fixture
    def candidates(self) -> Sequence[str]:
        return ["16", "20", "24", "5", "6", "7", "21"]


class TestTheMixtureWithAModel(RankerConformance):
    @pytest.fixture
    def ranker(self, ranker: Mixture) -> Ranker:
        return ranker

    @pytest.fixture
    def context(self, said: RankingContext) -> RankingContext:
        return said

    @pytest.fixture
    def candidates(self) -> Sequence[str]:
        return ["16", "20", "24", "5", "6", "7", "21"]


def test_an_earlier_history_is_ranked_as_the_model_ranks_it(shelf: Catalog, model: TrainedModel) -> None:
    likes = [Signal(one, 1.0, 1e-3 + 0.25) for one in ("8", "12", "16")]
    candidates = [item.id for item in shelf.items()]
    parts = learned_parts(shelf, {shelf.name: model})
    total = sum(part.score(RankingContext(history=likes), candidates).total for part in parts)
    from langgraph_recommender.tools.ranking.data.model import Histories

    asked = Histories.of([[8, 12, 16]])
    expected = model.score(replace(asked, weights=np.full(3, 0.5 ** (likes[0].age / 180), np.float32)))[0]
    assert np.allclose(total, expected / model.temperature, atol=1e-3)


def test_an_item_ranks_by_its_text_the_moment_it_is_there() -> None:
    catalog = open_catalog(things())
    ranker = build_ranker(catalog, model=made(catalog))
    liked = RankingContext(history=[Signal("0", 1.0), Signal("4", 1.0)])
    before = ranker.score(liked, ["8"]).contributions["content"][0]
    catalog.upsert([Item("new", "Title", "A book about dragons and wizards."), Item("other", "Garlic", "Of garlic.")])
    found = ranker.score(liked, ["new", "other", "8"]).contributions
    assert found["content"][0] > max(0.0, found["content"][1])
    assert found["content"][2] == pytest.approx(before, rel=0.2)
    assert found["cooccurrence"][:2].tolist() == [0.0, 0.0]


def test_a_changed_number_does_not_read_the_texts_again() -> None:
    catalog = open_catalog([replace(one, facets={"price": 3.0}) for one in things()])
    [content] = [one for one in build_ranker(catalog, model=made(catalog)).parts if one.name == "content"]
    assert isinstance(content, Learned)
    read = content._models[catalog.name]
    first = read()
    catalog.upsert([replace(catalog.item("3"), facets={"price": 4.0})])
    assert read() is first
    catalog.upsert([replace(catalog.item("3"), text="Something else.")])
    assert read() is not first


def test_an_item_that_has_left_says_nothing(shelf: Catalog, model: TrainedModel) -> None:
    catalog = open_catalog(things())
    catalog.delete(["8"])
    ranker = build_ranker(catalog, model=model)
    gone = ranker.score(RankingContext(history=[Signal("8", 1.0)]), ["12", "5"])
    assert np.allclose(gone.total, ranker.score(RankingContext(), ["12", "5"]).total)


def test_a_model_lies_with_its_catalog(shelf: Catalog, model: TrainedModel, tmp_path: Path) -> None:
    catalog = open_catalog(things(), home=tmp_path)
    assert catalog.directory is not None
    save_model(catalog.directory / "ranker", model)
    ranker = build_ranker(catalog)
    liked = RankingContext(history=[Signal("0", 1.0)])
    given = build_ranker(catalog, model=model).score(liked, ["4", "5"])
    assert np.allclose(ranker.score(liked, ["4", "5"]).total, given.total, atol=1e-4)


def test_a_model_of_another_catalog_is_refused(model: TrainedModel) -> None:
    other = open_catalog([replace(one, id=f"x{one.id}") for one in things()])
    with pytest.raises(ModelFileError, match=r"lacks 40 of its 40 items, such as '0'"):
        build_ranker(other, model=model)


def test_of_several_catalogs_each_has_its_own_model(model: TrainedModel, movies: Catalog, tmp_path: Path) -> None:
    catalog = open_catalog(things(), home=tmp_path)
    both = JointCatalog([catalog, movies])
    ranker, prefix = build_ranker(both, model=model), both.joined[0].prefix
    film = both.joined[1].prefix + movies.items()[0].id
    liked = RankingContext(history=[Signal(f"{prefix}0", 1.0)])
    scores = ranker.score(liked, [f"{prefix}4", f"{prefix}5", film])
    alone = build_ranker(catalog, model=model).score(RankingContext(history=[Signal("0", 1.0)]), ["4", "5"])
    assert scores.contributions["cooccurrence"] == pytest.approx([*alone.contributions["cooccurrence"], 0.0])
    assert "popularity" not in scores.contributions
