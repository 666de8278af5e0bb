"""LangServe over a real socket, with its own client."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from langchain_core.tools import tool
from langgraph.store.memory import InMemoryStore
from langgraph_recommender.agent import Recommender, create_recommender
from langgraph_recommender.agent.serve.admission import TurnLimits
from langgraph_recommender.agent.serve.app import create_app
from langgraph_recommender.agent.serve.edge.settings import EdgeSettings
from langgraph_recommender.agent.serve.identity import keys_of
from langgraph_recommender.agent.serve.served import served as put_together
from langgraph_recommender.tools.catalog import Catalog, open_catalogs
from langserve import RemoteRunnable
from PIL import Image

from .conftest import live
from .test_edge_content import bomb

KEYS = keys_of({"t-ada": "ada", "t-bob": "bob"})
cart: list[str] = []


@tool
def add_to_cart(item_id: str) -> str:
    """Add an item to the shopping cart."""
    cart.append(item_id)
    return "It is in your cart."


add_to_cart.metadata = {"confirm": True}


@contextmanager
def serving(recommender: Recommender, catalog: Catalog, limits: TurnLimits | None = None) -> Iterator[str]:
    app = create_app(put_together(recommender, catalog, keys=KEYS, limits=limits), EdgeSettings(per_minute=0))
    with live(app) as url:
        yield url


@pytest.fixture(scope="module")
def served(products: Catalog) -> Iterator[str]:
    with serving(create_recommender(products, store=InMemoryStore(), tools=[add_to_cart]), products) as url:
        yield url


def client(served: str, token: str = "t-ada") -> RemoteRunnable:
    return RemoteRunnable(f"{served}/recommender/", headers={"Authorization": f"Bearer {token}"})


def test_a_conversation_over_the_wire(served: str) -> None:
    first = client(served).invoke({"message": "a laptop under 1500"})
    assert first["turn"]["recommendations"]
    again = client(served).invoke({"message": "cheaper", "thread_id": first["thread_id"]})
    assert any(one["facet"] == "price" for one in again["turn"]["constraints"])


def test_streaming_brings_items_tokens_and_the_turn(served: str) -> None:
    events = list(client(served).stream({"message": "a perfume"}))
    kinds = [event["event"] for event in events]
    assert kinds[0] == "thread"
    assert {"tool", "item", "token", "turn"} <= set(kinds)
    spoken = "".join(event["text"] for event in events if event["event"] == "token")
    assert spoken == next(event["turn"]["reply"] for event in events if event["event"] == "turn")


def test_batch_answers_every_conversation(served: str) -> None:
    answers = client(served).batch([{"message": "sunglasses"}, {"message": "我想买香水"}])
    assert [answer["turn"]["language"] for answer in answers] == ["en", "zh"]


def test_without_a_token_nothing_is_served(served: str) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "t-ada"}):
        answer = httpx.post(f"{served}/recommender/invoke", json={"input": {"message": "hi"}}, headers=headers)
        assert answer.status_code == 401


def test_a_thread_that_is_unknown_or_of_another_user_is_not_there(served: str) -> None:
    thread = client(served).invoke({"message": "a laptop under 1500"})["thread_id"]
    for known, name in (("t-bob", thread), ("t-ada", "made-up")):
        with pytest.raises(httpx.HTTPStatusError, match="404"):
            client(served, known).invoke({"message": "what did you show me before?", "thread_id": name})
        events = list(client(served, known).stream({"message": "what did you show me?", "thread_id": name}))
        assert [(one["event"], one["problem"]["status"]) for one in events] == [("error", 404)]


def test_a_batch_knows_who_asks(served: str) -> None:
    client(served).batch([{"message": "remember that I love perfume"}, {"message": "hello"}])
    assert "perfume" in client(served).invoke({"message": "what do you know about me?"})["turn"]["reply"].casefold()
    thread = client(served).batch([{"message": "a laptop"}])[0]["thread_id"]
    assert client(served).invoke({"message": "cheaper", "thread_id": thread})["turn"]["recommendations"]


async def test_the_client_works_asynchronously_too(served: str) -> None:
    first = await client(served).ainvoke({"message": "a laptop under 1500"})
    asked = {"message": "cheaper", "thread_id": first["thread_id"]}
    events = [event async for event in client(served).astream(asked)]
    assert (events[0]["thread_id"], events[-1]["event"]) == (first["thread_id"], "turn")
    answers = await client(served).abatch([{"message": "sunglasses"}, {"message": "我想买香水"}])
    assert [answer["turn"]["language"] for answer in answers] == ["en", "zh"]


def test_the_stream_of_a_confirmation_ends_with_it(served: str) -> None:
    cart.clear()
    thread = client(served).invoke({"message": "a laptop"})["thread_id"]
    events = list(client(served).stream({"message": "add the first one to my cart", "thread_id": thread}))
    assert events[-1]["confirm"]["tool"] == "add_to_cart"
    done = list(client(served).stream({"confirm": False, "thread_id": thread}))
    assert done[-1]["turn"]["outcome"] == "tool_declined"
    assert cart == []


def test_a_user_in_the_body_is_ignored(served: str) -> None:
    client(served).invoke({"message": "remember that I love perfume"})
    spoofed = client(served, "t-bob").invoke(
        {"message": "what do you know about me?"},
        config={"configurable": {"recommender_user": "ada", "user_id": "ada"}},
    )
    assert "perfume" not in spoofed["turn"]["reply"].casefold()


def test_an_interrupt_is_surfaced_and_resumed(served: str) -> None:
    cart.clear()
    thread = client(served).invoke({"message": "a laptop"})["thread_id"]
    asked = client(served).invoke({"message": "add the first one to my cart", "thread_id": thread})
    assert asked["turn"] is None
    assert asked["confirm"]["tool"] == "add_to_cart"
    assert cart == []
    done = client(served).invoke({"confirm": True, "thread_id": thread})
    assert cart == [asked["confirm"]["args"]["item_id"]]
    assert done["turn"]["tool_calls"][-1]["name"] == "add_to_cart"


@pytest.mark.parametrize("body", [{"input": {"message": 5}}, {"input": {"nope": "x"}}, {"input": []}, {}])
def test_a_wrong_body_is_a_client_error(served: str, body: dict[str, object]) -> None:
    answer = httpx.post(f"{served}/recommender/invoke", json=body, headers={"Authorization": "Bearer t-ada"})
    assert 400 <= answer.status_code < 500
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("message", ["", "😀", "\\ud83d", "\\u0000\\u001b[31m", "x" * 20_000])
def test_an_odd_message_is_answered(served: str, message: str) -> None:
    answer = httpx.post(
        f"{served}/recommender/invoke",
        content=f'{{"input": {{"message": "{message}"}}}}'.encode(),
        headers={"Authorization": "Bearer t-ada", "Content-Type": "application/json"},
    )
    assert answer.status_code == 200
    assert answer.json()["output"]["turn"]["reply"].strip()


def test_the_playground_opens_and_internal_events_do_not(served: str) -> None:
    known = {"Authorization": "Bearer t-ada"}
    page = httpx.get(f"{served}/recommender/playground/", headers=known)
    assert page.status_code == 200
    assert "script-src 'self' 'unsafe-inline'" in page.headers["content-security-policy"]
    assert "unsafe-inline" not in httpx.get(f"{served}/health").headers["content-security-policy"]
    answer = httpx.post(f"{served}/recommender/stream_events", json={"input": {"message": "hi"}}, headers=known)
    assert answer.status_code == 404


def test_a_picture_over_the_wire(served: str) -> None:
    pytest.importorskip("PIL")
    held = io.BytesIO()
    Image.new("RGB", (60, 60), (200, 30, 30)).save(held, "PNG")
    uri = f"data:image/png;base64,{base64.b64encode(held.getvalue()).decode()}"
    turn = client(served).invoke({"message": "a perfume like this, under 200", "image": uri})["turn"]
    assert turn["recommendations"]
    assert "no pictures" in turn["reply"]
    assert client(served).invoke({"image": uri})["turn"]["outcome"] == "picture_unused"


@pytest.mark.parametrize(
    "image", ["http://127.0.0.1:9/a.png", "file:///etc/passwd", "/etc/passwd", "data:,", "data:image/png;base64,@"]
)
def test_an_address_is_refused_and_never_fetched(served: str, image: str) -> None:
    body = {"input": {"message": "like this", "image": image}}
    answer = httpx.post(f"{served}/recommender/invoke", json=body, headers={"Authorization": "Bearer t-ada"})
    assert answer.status_code == (200 if image == "data:," else 422)
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("stated", [True, False])
def test_a_body_that_is_too_large_is_refused(served: str, stated: bool) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"input": {"message": "'
        for _ in range(30):
            yield b"x" * 1_000_000
        yield b'"}}'

    content = b"".join(pieces()) if stated else pieces()
    headers = {"Authorization": "Bearer t-ada", "Content-Type": "application/json"}
    try:
        answer = httpx.post(f"{served}/recommender/invoke", content=content, headers=headers)
    except httpx.TransportError:
        return  # the server hangs up on who goes on sending
    assert answer.status_code in (400, 413)


def test_several_catalogs_over_the_wire(books: Catalog, movies: Catalog) -> None:
    both = open_catalogs([books, movies])
    with serving(create_recommender(both, store=InMemoryStore()), both) as url:
        film = client(url).invoke({"message": "a film like Dune"})
        homes = [one["item_id"].partition(":")[0] for one in film["turn"]["recommendations"]]
        assert set(homes) == {"movies"}
        book = client(url).invoke({"message": "换成书吧", "thread_id": film["thread_id"]})
        homes = [one["item_id"].partition(":")[0] for one in book["turn"]["recommendations"]]
        assert set(homes) == {"books"}


def test_a_batch_has_one_place_in_the_queue(little_shop: Catalog) -> None:
    recommender = create_recommender(little_shop, store=InMemoryStore())
    with serving(recommender, little_shop, TurnLimits(workers=1, waiting=0)) as url:
        answers = client(url).batch([{"message": one} for one in ("a lamp", "a clock", "a chair")])
    assert [one["items"][0]["item_id"].partition("-")[0] for one in answers] == ["lamp", "clock", "chair"]


def test_a_picture_bomb_is_refused(served: str) -> None:
    asked = {"message": "like this", "image": bomb(40_000)}
    for path, body in (("invoke", {"input": asked}), ("batch", {"inputs": [asked]})):
        answer = httpx.post(f"{served}/recommender/{path}", json=body, headers={"Authorization": "Bearer t-ada"})
        assert (answer.status_code, answer.json()["code"]) == (413, "too_much")
    (only,) = client(served).stream(asked)
    assert (only["event"], only["problem"]["code"]) == ("error", "too_much")


@pytest.mark.parametrize("path", ["assets", "%00", "no-such.js", "..%2f..%2fplayground.py"])
def test_what_is_no_file_of_the_playground_is_not_there(served: str, path: str) -> None:
    answer = httpx.get(f"{served}/recommender/playground/{path}", headers={"Authorization": "Bearer t-ada"})
    assert answer.status_code == 404
