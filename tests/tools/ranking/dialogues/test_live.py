"""The dialogue ranker in the mixture of a catalog: named contributions, exact causes, and what it keeps silent on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from langgraph_recommender.tools.catalog import Catalog, open_catalog
from langgraph_recommender.tools.errors import ModelFileError
from langgraph_recommender.tools.ranking import Ranker, RankingContext, Signal, build_ranker
from langgraph_recommender.tools.ranking.causes import Named, without
from langgraph_recommender.tools.ranking.dialogues.features import VOICES
from langgraph_recommender.tools.ranking.dialogues.fitting import FittedDialogues
from langgraph_recommender.tools.ranking.dialogues.kept import DIRECTORY, save_dialogues
from langgraph_recommender.tools.ranking.dialogues.live import dialogue_parts, dialogue_rankers
from langgraph_recommender.tools.ranking.dialogues.model import Turn
from langgraph_recommender.tools.ranking.evidence import evidence
from langgraph_recommender.tools.ranking.testing import RankerConformance

TALK = (Turn(role="user", text="I liked Emma, and Dune"), Turn(role="assistant", text="Foundation?"))
CONTEXT = RankingContext(talk=(*TALK, Turn(role="user", text="no, more like Emma")))
IDS = tuple(f"b{i}" for i in range(1, 11))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, fitted: FittedDialogues) -> Iterator[Catalog]:
    """An indexed catalog with a dialogue ranker beside it."""
    folder = tmp_path_factory.mktemp("shop")
    titles = fitted.ranker.sources.nodes.titles
    rows = [f"{item},{title}" for item, title in zip(IDS, titles, strict=True)]
    (folder / "shop.csv").write_text("\n".join(["id,title", *rows]), encoding="utf-8")
    catalog = open_catalog(folder / "shop.csv", home=folder)
    assert catalog.directory
    save_dialogues(catalog.directory / DIRECTORY, fitted.ranker)
    yield catalog
    catalog.close()


class TestParts(RankerConformance):
    @pytest.fixture
    def ranker(self, shop: Catalog) -> Ranker:
        return build_ranker(shop)

    @pytest.fixture
    def context(self) -> RankingContext:
        return CONTEXT

    @pytest.fixture
    def candidates(self) -> Sequence[str]:
        return IDS


def test_each_contribution_is_a_part_but_repeating(shop: Catalog, fitted: FittedDialogues) -> None:
    mixture = build_ranker(shop)
    found = mixture.score(CONTEXT, IDS).contributions
    heard = {name: values for name, values in found.items() if name.startswith("dialogue_")}
    assert mixture.reads_talk
    assert list(heard) == [f"dialogue_{voice}" for voice in VOICES if voice != "mention"]
    own = fitted.ranker.score(CONTEXT.talk)
    for name, values in heard.items():
        assert values == pytest.approx(mixture.weights[name] * own[name.removeprefix("dialogue_")], abs=1e-9)


def test_what_was_named_is_the_cause_and_its_worth_is_exact(shop: Catalog) -> None:
    mixture = build_ranker(shop)
    found = evidence(mixture, CONTEXT, "b7")
    named = {one.cause.name: one for one in found.because if isinstance(one.cause, Named)}
    assert {"Emma", "Dune"} <= set(named)
    assert max(named.values(), key=lambda one: one.drop).cause == Named("Emma")
    after = mixture.score(without(CONTEXT, Named("Emma")), ["b7"]).total[0]
    assert found.score - after == pytest.approx(named["Emma"].drop, abs=1e-9)


def test_a_disliked_item_speaks_for_nothing(shop: Catalog) -> None:
    mixture, disliked = build_ranker(shop), replace(CONTEXT, history=[Signal("b4", -1.0)])
    together = [mixture.score(one, ["b7"]).contributions["dialogue_together"][0] for one in (CONTEXT, disliked)]
    assert together[0] > together[1]
    because = evidence(mixture, disliked, "b7").because
    assert Named("Emma") not in [one.cause for one in because]


def test_an_item_that_came_later_has_no_say(fitted: FittedDialogues, shop: Catalog) -> None:
    parts = dialogue_parts(shop, {shop.name: fitted.ranker})
    silent = replace(CONTEXT, talk=())
    assert all(not part.score(silent, IDS).total.any() for part in parts)
    assert dialogue_parts(shop, {}) == []
    assert np.array_equal(parts[0].score(CONTEXT, IDS).total, parts[0].score(CONTEXT, IDS).total)


def test_a_model_of_another_catalog_is_refused(shop: Catalog, tmp_path: Path, fitted: FittedDialogues) -> None:
    (tmp_path / "other.csv").write_text("id,title\nx,Else\n", encoding="utf-8")
    other = open_catalog(tmp_path / "other.csv", home=tmp_path)
    assert dialogue_rankers(other) == {}
    assert other.directory
    save_dialogues(other.directory / DIRECTORY, fitted.ranker)
    with pytest.raises(ModelFileError, match="lacks 10 of its 10 items, such as 'b1'"):
        build_ranker(other)
    other.close()
