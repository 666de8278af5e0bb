"""Conversations before books and movies together: which is asked for, what gives way, and what carries over."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langgraph.store.memory import InMemoryStore
from langgraph_recommender.agent import OfflineChatModel, create_recommender
from langgraph_recommender.agent.cli import main
from langgraph_recommender.agent.hosted import open_model
from langgraph_recommender.evals.openai_server import OpenAIServer
from langgraph_recommender.graphs.nouns import nouns
from langgraph_recommender.tools.catalog import Catalog, JointCatalog, open_catalog
from langgraph_recommender.tools.constraints import parse_filter
from langgraph_recommender.tools.errors import CatalogError
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, FacetRole, Item
from langgraph_recommender.tools.plugin import make_tools
from langgraph_recommender.tools.profile.memory import ProfileMemory
from langgraph_recommender.tools.ranking import RankingContext, build_ranker, evidence, without

Talker = Callable[..., Callable[[str], Any]]


@pytest.fixture(scope="module")
def both(books: Catalog, movies: Catalog) -> JointCatalog:
    return JointCatalog([books, movies])


@pytest.fixture(scope="module")
def recommender(both: JointCatalog) -> Any:
    return create_recommender(both, store=InMemoryStore())


def homes(turn: Any) -> set[str]:
    return {one.item_id.partition(":")[0] for one in turn.recommendations}


def kinds(turn: Any) -> list[object]:
    return [one.value for one in turn.constraints if one.facet == "catalog" and one.hard]


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("recommend me a film", {"movies"}),
        ("something to watch tonight", {"movies"}),
        ("a book about space", {"books"}),
        ("what should I read next?", {"books"}),
        ("no films please", {"books"}),
        ("anything but books", {"movies"}),
        ("推荐一部电影", {"movies"}),
        ("来一本推理", {"books"}),
        ("恐怖片", {"movies"}),
        ("科幻小说", {"books"}),
        ("不要电影", {"books"}),
        ("with Tom Hanks", {"movies"}),
        ("something by Stephen King rated above 4", {"books"}),
        ("a novel about films", {"books"}),
        ("films about books", {"movies"}),
        ("recommend me something", {"books", "movies"}),
        ("a comedy", {"books", "movies"}),
        ("I'd like a book or a film", {"books", "movies"}),
        ("书和电影都行", {"books", "movies"}),
        ("something like Tolkien", {"books", "movies"}),
    ],
)
def test_the_kind_that_is_asked_for(talker: Talker, recommender: Any, words: str, asked: set[str]) -> None:
    assert homes(talker(recommender, words)(words)) == asked


def test_the_kind_is_in_force_until_another_or_both_are_asked_for(talker: Talker, recommender: Any) -> None:
    say = talker(recommender, "switching")
    assert kinds(say("a film please")) == ["movie"]
    assert kinds(say("from the 90s")) == ["movie"]
    assert kinds(say("now a book")) == ["book"]
    assert kinds(say("换电影吧")) == ["movie"]
    assert kinds(say("both are fine")) == []


def test_a_reply_speaks_of_the_kind_asked_for(both: JointCatalog) -> None:
    film = parse_filter("catalog = film", both.schema)
    assert nouns(film, both, "en") == {"noun": "movie", "plural": "movies"}
    assert nouns(parse_filter("authors = Stephen King", both.schema), both, "zh")["noun"] == "书"
    assert nouns((), both, "en") == {"noun": "book or movie", "plural": "books or movies"}
    assert nouns((), both, "zh")["noun"] == "书或电影"


def test_a_list_of_both_says_which_is_which(talker: Talker, recommender: Any) -> None:
    mixed = talker(recommender, "mixed")("recommend me something").reply
    assert "— book," in mixed
    assert "— movie," in mixed
    assert "movie," not in talker(recommender, "alone")("recommend me a film").reply


def test_what_the_kind_cannot_meet_gives_way_and_is_said(talker: Talker, recommender: Any) -> None:
    say = talker(recommender, "giving way")
    say("a fantasy book rated above 4.3")
    film = say("now a film")
    assert homes(film) == {"movies"}
    assert {one.facet for one in film.constraints} == {"catalog", "genres"}
    assert "rating over 4.3" in film.reply
    book = say("a book by Stephen King")
    assert homes(book) == {"books"}
    played = say("with Tom Hanks")
    assert homes(played) == {"movies"}
    assert "no books" in played.reply
    assert kinds(played) == []


def test_a_film_like_a_book(talker: Talker, recommender: Any) -> None:
    say = talker(recommender, "like")
    turn = say("like Dune but a film")
    assert homes(turn) == {"movies"}
    assert turn.recommendations[0].title == "Dune"
    assert all("similar to Dune" in one.reasons for one in turn.recommendations)
    assert "Dune" in say("why the first one?").reply
    assert say("compare the first two").intent.value == "compare"


def test_namesakes_are_told_apart_by_the_words_around_them(talker: Talker, recommender: Any) -> None:
    def liked(words: str) -> list[str]:
        user = f"namesakes {words}"
        talker(recommender, user, user_id=user)(words)
        return [one["item_id"] for one in ProfileMemory(recommender.store).export(user)["events"]]

    assert liked("I loved the book Gone Girl") == ["30"]
    assert liked("I watched Gone Girl and loved it") == ["Gone_Girl_(film)"]


def test_a_taste_in_one_kind_informs_the_other_and_is_kept(talker: Talker, both: JointCatalog) -> None:
    recommender = create_recommender(both, store=InMemoryStore())
    talker(recommender, "a", user_id="ada")("I love Tolkien")
    film = talker(recommender, "b", user_id="ada")("recommend me a film")
    assert homes(film) == {"movies"}
    assert any("Rings" in one.title or "Hobbit" in one.title for one in film.recommendations)
    assert any("J.R.R. Tolkien" in reason for one in film.recommendations for reason in one.reasons)
    other = talker(recommender, "c", user_id="bob")("recommend me a film")
    assert not any("Tolkien" in reason for one in other.recommendations for reason in one.reasons)


@pytest.mark.parametrize(("love", "film"), [("I love Tolkien", "a film for tonight"), ("我喜欢托尔金", "今晚看部电影")])
def test_films_of_the_books_come_before_films_like_them(talker: Talker, recommender: Any, love: str, film: str) -> None:
    say = talker(recommender, love)
    say(love)
    titles = [one.title for one in say(film).recommendations]
    assert all("The Lord of the Rings" in one or "The Hobbit" in one for one in titles)


def test_the_reason_is_given_only_where_taking_the_taste_away_lowers_the_score(both: JointCatalog) -> None:
    ranker, film = build_ranker(both), "movies:The_Hobbit:_An_Unexpected_Journey"
    memory = ProfileMemory(InMemoryStore())
    tools = {one.name: one for one in make_tools(both, memory=memory, user_id="ada")}
    tools["remember_preference"].invoke({"value": "J.R.R. Tolkien", "facet": "authors"})
    kept = memory.load("ada").preferences
    assert [(one.catalog, one.facet) for one in kept] == [("books", "authors")]
    joint = [one.model_copy(update={"catalog": both.name}) for one in kept]
    context = RankingContext(preferences=joint)
    found = evidence(ranker, context, film).because
    assert [one.cause for one in found] == joint
    after = ranker.score(without(context, joint[0]), [film]).total[0]
    assert ranker.score(context, [film]).total[0] - after == pytest.approx(found[0].drop)
    assert found[0].drop > 0


def test_what_is_said_before_one_catalog_is_known_before_both_and_the_other_way(
    talker: Talker, both: JointCatalog, books: Catalog
) -> None:
    store = InMemoryStore()
    alone, together = create_recommender(books, store=store), create_recommender(both, store=store)
    talker(alone, "a", user_id="ada")("I loved The Hobbit and I never read horror")
    turn = talker(together, "b", user_id="ada")("recommend me a book")
    assert any("The Hobbit" in reason for one in turn.recommendations for reason in one.reasons)
    assert "books:7" not in {one.item_id for one in turn.recommendations}
    talker(together, "c", user_id="ada")("I hated the book Twilight")
    told = talker(alone, "d", user_id="ada")("what do you know about me?").reply
    assert "Twilight" in told
    assert "Hobbit" in told
    talker(together, "e", user_id="ada")("forget what I said about Twilight")
    assert "Twilight" not in talker(alone, "f", user_id="ada")("what do you know about me?").reply


def test_a_hosted_model_fills_the_same_schema(talker: Talker, both: JointCatalog) -> None:
    with OpenAIServer(OfflineChatModel.for_catalog(both), frozenset()) as server:
        model = open_model("openai:test", base_url=server.base_url, environ={}, timeout_s=30.0, max_retries=0)
        say = talker(create_recommender(both, model))
        turn = say("a film like Dune")
        assert homes(turn) == {"movies"}
        assert turn.degraded == ()
        assert homes(say("now a book")) == {"books"}


def test_tools_over_several(both: JointCatalog) -> None:
    tools = {one.name: one for one in make_tools(both)}
    assert "catalog (categorical: movie, book)" in tools["search_catalog"].description
    found = json.loads(tools["search_catalog"].invoke({"query": "dragons", "filter": "catalog = film", "limit": 3}))
    assert [one["id"].partition(":")[0] for one in found["items"]] == ["movies"] * 3
    table = tools["compare_items"].invoke({"item_ids": ["books:126", "movies:Dune_(2021_film)"]})
    assert "Frank Herbert" in table
    assert "Timothee Chalamet" in table


def stocked(name: str, stock: float | None, home: Path) -> Catalog:
    facets = (Facet(name="stock", kind=FacetKind.NUMERIC, role=FacetRole.STOCK),) if stock is not None else ()
    items = [Item("1", f"{name} thing", "", {} if stock is None else {"stock": stock})]
    return open_catalog(items, schema=CatalogSchema(name=name, noun={"en": name}, facets=facets), home=home)


def test_a_catalog_that_keeps_no_stock_is_not_sold_out(talker: Talker, tmp_path: Path) -> None:
    parts = [stocked("lamp", 0.0, tmp_path), stocked("chair", 3.0, tmp_path), stocked("poem", None, tmp_path)]
    turn = talker(create_recommender(parts))("recommend me something")
    assert homes(turn) == {"chair", "poem"}


def test_lists_of_one_and_none(products: Catalog) -> None:
    create_recommender([products])
    with pytest.raises(CatalogError, match="No catalog is given"):
        create_recommender([])


def run(*arguments: str) -> Any:
    with pytest.raises(SystemExit) as stopped:
        main(list(arguments))
    return stopped.value.code


def test_the_command_takes_several(own_home: Path, capsys: Any, monkeypatch: Any, both: JointCatalog) -> None:
    monkeypatch.setenv("RECOMMENDER_HOME", str(own_home))
    run("chat", "--catalog", "books", "--catalog", "movies", "--json", "a film like Dune", "now a book")
    film, book = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert all(one["id"].startswith("movies:") for one in film["recommendations"])
    assert all(one["id"].startswith("books:") for one in book["recommendations"])
    monkeypatch.setenv("RECOMMENDER_CATALOG", "books,movies")
    run("search", "Dune", "--json", "-k", "4")
    hits = json.loads(capsys.readouterr().out)["hits"]
    assert {hit["id"].partition(":")[0] for hit in hits} == {"books", "movies"}
    assert run("search", "Dune", "--catalog", "books", "--catalog", "bokos") == 2
    assert "bokos" in capsys.readouterr().err
