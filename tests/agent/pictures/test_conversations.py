"""A picture in a conversation: searched by, within the conditions, until something else is wanted; never kept."""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph_recommender.agent import Recommender, TurnResult, create_recommender
from langgraph_recommender.agent.state.sqlite import open_sqlite
from langgraph_recommender.graphs.state import GroundKind
from langgraph_recommender.tools.catalog import Catalog, open_catalog

Show = Callable[..., dict[str, Any]]


def say(recommender: Recommender, *content: Any, thread: str = "t") -> TurnResult:
    """One message of texts and blocks."""
    blocks = [{"type": "text", "text": one} if isinstance(one, str) else one for one in content]
    sent = {"messages": [HumanMessage(blocks)]}
    return recommender.invoke(sent, {"configurable": {"thread_id": thread}})["turn"]


def ids(turn: TurnResult) -> list[str]:
    return [one.item_id for one in turn.recommendations]


@pytest.fixture
def recommender(cups: Catalog) -> Recommender:
    return create_recommender(cups)


def test_a_picture_alone(recommender: Recommender, show: Show) -> None:
    turn = say(recommender, show("green"))
    assert set(ids(turn)[:2]) == {"green-cheap", "green-dear"}
    assert turn.outcome == "recommended"
    assert turn.picture.startswith("sha256:")
    assert turn.tool_calls[0].args["picture"] == turn.picture
    assert "looks like your picture" in turn.reply.casefold()


@pytest.mark.parametrize(
    ("words", "language", "reason"),
    [
        ("like this but under 20", "en", "looks like your picture"),
        ("do you have something similar to this photo, under 20?", "en", "looks like your picture"),
        ("找跟这张图差不多的，20元以下", "zh", "和您的图片很像"),
        ("有没有和图里一样的？不超过20", "zh", "和您的图片很像"),
    ],
)
def test_a_picture_with_a_condition(
    recommender: Recommender, show: Show, words: str, language: str, reason: str
) -> None:
    turn = say(recommender, words, show("blue"))
    assert turn.language == language
    assert set(ids(turn)) == {"red-cheap", "green-cheap", "blue-cheap"}
    assert ids(turn)[0] == "blue-cheap"
    assert reason in turn.recommendations[0].reasons


@pytest.mark.parametrize("words", ["do you have this?", "what is this?", "I want this one", "这是什么", "有没有同款"])
def test_pointing_is_asking_for_what_looks_like_it(recommender: Recommender, show: Show, words: str) -> None:
    turn = say(recommender, words, show("red"))
    assert set(ids(turn)[:2]) == {"red-cheap", "red-dear"}
    assert turn.intent == "recommend"


@pytest.mark.parametrize("form", ["image base64", "image url", "image data", "image_url", "image_url text", "source"])
def test_every_form_of_an_image_block(recommender: Recommender, show: Show, form: str) -> None:
    data = show("red")["base64"]
    uri = f"data:image/png;base64,{data}"
    block = {
        "image base64": {"type": "image", "base64": data, "mime_type": "image/png"},
        "image url": {"type": "image", "url": uri},
        "image data": {"type": "image", "source_type": "base64", "data": data, "mime_type": "image/png"},
        "image_url": {"type": "image_url", "image_url": {"url": uri}},
        "image_url text": {"type": "image_url", "image_url": uri},
        "source": {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}},
    }[form]
    assert ids(say(recommender, block))[0].startswith("red")


def test_the_picture_stays_until_something_else_is_wanted(recommender: Recommender, show: Show) -> None:
    first = say(recommender, "like this", show("green"))
    cheaper = say(recommender, "cheaper than 20 please")
    assert ids(cheaper)[0] == "green-cheap"
    assert cheaper.picture == first.picture
    another = say(recommender, show("blue"))
    assert another.picture != first.picture
    assert ids(another)[0] == "blue-cheap"
    assert any(one.facet == "price" for one in another.constraints)


@pytest.mark.parametrize("words", ["forget the picture, a cup under 20 please", "别管那张图了，20元以下的就行"])
def test_a_picture_is_put_away(recommender: Recommender, show: Show, words: str) -> None:
    say(recommender, show("green"))
    turn = say(recommender, words)
    assert turn.picture == ""
    assert set(ids(turn)) == {"red-cheap", "green-cheap", "blue-cheap"}
    assert "picture" not in turn.tool_calls[0].args
    assert "图" not in str(turn.tool_calls[0].args["query"])


def test_a_named_item_takes_the_place_of_the_picture(recommender: Recommender, show: Show) -> None:
    say(recommender, show("green"))
    assert say(recommender, "something like Ocean cup").picture == ""


def test_two_pictures_are_looked_for_between_them(recommender: Recommender, show: Show) -> None:
    found = ids(say(recommender, show("red"), show("blue")))[:4]
    assert {one.split("-")[0] for one in found} == {"red", "blue"}


def test_likeness_is_claimed_only_where_it_is(groceries: Catalog, show: Show) -> None:
    turn = say(create_recommender(groceries), show("blue"))
    likeness = [one for row in turn.recommendations for one in row.grounds if one.kind is GroundKind.LOOKS_LIKE]
    assert not likeness
    assert "they come nearest" in turn.reply
    assert turn.recommendations


def test_groceries_in_chinese(groceries: Catalog) -> None:
    folder = groceries.gallery.folder
    assert folder is not None
    data = base64.b64encode((folder / "images" / "Banana.jpg").read_bytes()).decode()
    turn = say(create_recommender(groceries), "找跟这张图差不多的水果", {"type": "image", "base64": data})
    assert turn.language == "zh"
    assert ids(turn)[0] == "Banana"
    assert all(groceries.item(one).facets["department"] == "fruit" for one in ids(turn))
    assert turn.question is None


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ({"type": "image", "base64": base64.b64encode(b"Dear customer").decode()}, "a text, not a picture"),
        ({"type": "image", "base64": "@@@"}, "Base64"),
        ({"type": "image", "url": "http://127.0.0.1:9/cup.png"}, "not fetched"),
        ({"type": "image", "file_id": "file-1"}, "without its bytes"),
        ({"type": "image_url", "image_url": {}}, "without its bytes"),
        ({"type": "image", "base64": "A" * 40_000_000}, "too large"),
    ],
    ids=["text", "base64", "address", "file id", "empty", "huge"],
)
def test_a_picture_that_cannot_be_used(recommender: Recommender, block: dict[str, Any], said: str) -> None:
    alone = say(recommender, block, thread="alone")
    assert alone.outcome == "picture_unused"
    assert said in alone.reply
    with_words = say(recommender, "a cup under 20", block, thread="words")
    assert with_words.outcome == "recommended"
    assert said in with_words.reply
    assert all(one.facet == "price" for one in with_words.constraints)
    assert with_words.picture == ""


def test_in_chinese_too(recommender: Recommender) -> None:
    turn = say(recommender, "找跟这张图差不多的，20元以下", {"type": "image", "url": "https://example.com/a.png"})
    assert "图片用不了" in turn.reply
    assert turn.recommendations


def test_a_catalog_without_pictures_says_so(books: Catalog, show: Show) -> None:
    recommender = create_recommender(books)
    assert "no pictures" in say(recommender, show("red"), thread="a").reply
    turn = say(recommender, "a fantasy novel with this mood", show("red"), thread="b")
    assert turn.recommendations
    assert "no pictures" in turn.reply
    assert "没有商品图片" in say(recommender, "找跟这张图差不多的奇幻小说", show("red"), thread="c").reply


def test_without_the_extra_it_goes_by_words(cups: Catalog, show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    from langgraph_recommender.tools.errors import SettingsError

    def missing() -> None:
        raise SettingsError("Pictures need more packages.", cure="pip install")

    monkeypatch.setattr("langgraph_recommender.tools.catalog.pictures.reading.require_pillow", missing)
    turn = say(create_recommender(cups), "a cup under 20", show("red"))
    assert len(turn.recommendations) == 3
    assert "can't look at pictures" in turn.reply


def test_forgetting_everything_forgets_the_picture(recommender: Recommender, show: Show) -> None:
    say(recommender, show("green"))
    say(recommender, "forget everything about me")
    assert say(recommender, "a cup under 20").picture == ""


def test_no_checkpoint_holds_the_picture(cups: Catalog, show: Show, tmp_path: Path) -> None:
    data = show("green")["base64"]
    parts = [data[start : start + 60] for start in range(100, len(data) - 60, 400)]
    assert len(parts) > 1
    path = tmp_path / "threads.sqlite"
    with open_sqlite(path) as saver:
        recommender = create_recommender(cups, checkpointer=saver)
        for content in (["like this", show("green")], ["cheaper"]):
            say(recommender, *content)
        raw = {"role": "user", "content": [{"type": "text", "text": "and this"}, show("green")]}
        recommender.invoke({"messages": [raw]}, {"configurable": {"thread_id": "t"}})
        held = recommender.get_state({"configurable": {"thread_id": "t"}}).values
    assert [one.text for one in held["messages"] if isinstance(one, HumanMessage)] == [
        "like this",
        "cheaper",
        "and this",
    ]
    assert held["messages"][0].additional_kwargs["pictures"][0].startswith("sha256:")
    assert held["need"].picture.digest
    written = path.read_bytes() + b"".join(one.read_bytes() for one in tmp_path.glob("threads.sqlite-*"))
    assert not [part for part in parts if part.encode() in written]
    with sqlite3.connect(path) as connection:
        (largest,) = connection.execute("select max(length(checkpoint)) from checkpoints").fetchone()
    assert largest < 60_000


def test_a_saver_with_a_serializer_of_its_own_is_handed_no_picture(cups: Catalog, show: Show) -> None:
    handed: list[Any] = []

    class Watching:
        def __init__(self, inner: Any) -> None:
            self.inner = inner

        def dumps_typed(self, value: Any) -> tuple[str, bytes]:
            handed.append(repr(value))
            return self.inner.dumps_typed(value)

        def loads_typed(self, data: tuple[str, bytes]) -> Any:
            return self.inner.loads_typed(data)

    saver = InMemorySaver()
    saver.serde = Watching(saver.serde)
    turn = say(create_recommender(cups, checkpointer=saver), "like this", show("green"))
    assert turn.picture
    assert handed
    assert not [one for one in handed if show("green")["base64"][200:260] in one]


def test_several_catalogs_find_it_where_it_is(cups: Catalog, books: Catalog, show: Show) -> None:
    turn = say(create_recommender([cups, books]), "like this but under 20", show("green"))
    assert ids(turn)[0].endswith("green-cheap")


def test_items_whose_pictures_are_gone_are_still_recommended(show: Show) -> None:
    rows = [{"id": str(n), "title": f"Cup {n}", "price": n, "image": f"/nowhere/{n}.png"} for n in range(1, 6)]
    recommender = create_recommender(open_catalog(rows))
    turn = say(recommender, "a cup under 4", show("green"))
    assert len(turn.recommendations) == 3
    assert "no pictures" in turn.reply
