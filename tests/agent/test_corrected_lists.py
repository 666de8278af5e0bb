"""Lists are corrected in a conversation and by `rank`: conditions and reasons stay, and what changed is told."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from langgraph_recommender.agent import create_recommender
from langgraph_recommender.agent.cli import main
from langgraph_recommender.agent.settings import Settings
from langgraph_recommender.graphs.state import TurnResult
from langgraph_recommender.tools.catalog import Catalog
from langgraph_recommender.tools.errors import SettingsError
from langgraph_recommender.tools.items import FacetRole
from langgraph_recommender.tools.ranking import Signal, build_ranker
from langgraph_recommender.tools.ranking.protocol import RankingContext
from langgraph_recommender.tools.ranking.relisting import Relisting

Talker = Callable[..., Callable[[str], TurnResult]]


def ratings(books: Catalog, turn: TurnResult) -> float:
    """How many people rated the books of a list, on average."""
    facet = books.schema.by_role(FacetRole.POPULARITY)
    assert facet
    counts = [books.item(one.item_id).facets[facet.name] for one in turn.recommendations]
    return sum(one for one in counts if isinstance(one, int | float)) / len(counts)


@pytest.mark.parametrize("words", ["recommend a fantasy novel before 1990", "推荐一本1990年以前的奇幻小说"])
def test_a_conversation_shows_less_of_what_everybody_has(words: str, books: Catalog, talker: Talker) -> None:
    plain = talker(create_recommender(books), "plain")(words)
    corrected = talker(create_recommender(books, correct=["popularity=0.6"]), "corrected")(words)
    assert len(corrected.recommendations) == len(plain.recommendations) == 5
    assert ratings(books, corrected) < ratings(books, plain)
    assert corrected.constraints == plain.constraints
    for one in corrected.recommendations:
        assert "fantasy" in str(books.item(one.item_id).facets["genres"])
        assert float(str(books.item(one.item_id).facets["year"])) < 1990
        assert one.reasons
    before = {one.item_id: one for one in plain.recommendations}
    for one in (one for one in corrected.recommendations if one.item_id in before):
        assert (one.reasons, one.score) == (before[one.item_id].reasons, before[one.item_id].score)


def test_a_list_tells_what_the_correction_changed(books: Catalog) -> None:
    ranker, relisting = build_ranker(books), Relisting(books, ["diversity=0.6"])
    context = RankingContext(history=[Signal("126", 1.0, 2.0)])
    ids = [item.id for item in books.items() if item.id != "126"]
    found = relisting.listed(ids, ranker.score(context, ids).total, 10, context.history)
    assert len(found.item_ids) == 10
    assert len(found.came) == len(found.went) > 0
    assert set(found.came) <= set(found.item_ids)
    assert not set(found.went) & set(found.item_ids)
    diversity = next(one for one in found.lines if one.metric == "diversity within a list")
    assert diversity.after > diversity.before


@pytest.mark.parametrize(
    ("correct", "told"), [(["divrsity=0.2"], "diversity"), (["popularity=0.7", "diversity=0.7"], "together 1 at most")]
)
def test_what_cannot_be_corrected_is_refused_at_once(correct: list[str], told: str, products: Catalog) -> None:
    with pytest.raises(SettingsError) as refused:
        create_recommender(products, correct=correct)
    assert told in f"{refused.value.message} {refused.value.cure}"


def test_without_a_word_on_how_often_things_are_chosen_popularity_cannot_be_corrected(products: Catalog) -> None:
    assert products.schema.by_role(FacetRole.POPULARITY) is None
    with pytest.raises(SettingsError, match="how often items of products were chosen"):
        create_recommender(products, correct=["popularity=0.2"])


def test_corrections_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOMMENDER_CORRECT", "diversity=0.2, popularity=0.1")
    assert Settings.read().corrections == ["diversity=0.2", "popularity=0.1"]


def test_rank_prints_what_it_changed(
    own_home: Path, books: Catalog, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RECOMMENDER_HOME", str(own_home))
    for more in (["--json"], []):
        with pytest.raises(SystemExit) as end:
            main(["rank", "--catalog", "books", "--history", "126", "-k", "6", "--correct", "popularity=0.6", *more])
        printed, told = capsys.readouterr()
        assert not end.value.code, told
        if more:
            answer = json.loads(printed)
            assert [one["id"] for one in answer["items"]] == answer["corrected"]["item_ids"]
            line = next(one for one in answer["corrected"]["lines"] if one["metric"] == "average popularity")
            assert line["after"] < line["before"]
    assert "corrected, out: " in printed
    assert "average popularity" in printed
