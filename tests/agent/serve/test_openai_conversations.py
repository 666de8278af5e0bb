"""Which conversation a request belongs to, when all it brings is the history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import openai
import pytest
from langchain_core.tools import tool
from langgraph.store.memory import InMemoryStore
from langgraph_recommender.agent import create_recommender
from langgraph_recommender.agent.hosted import open_model
from langgraph_recommender.agent.serve.app import create_app
from langgraph_recommender.agent.serve.identity import Caller, Key, Keys, digest_of, keys_of
from langgraph_recommender.agent.serve.served import served
from langgraph_recommender.agent.settings import Settings
from langgraph_recommender.agent.state.opening import open_storage
from langgraph_recommender.agent.state.sqlite import open_sqlite
from langgraph_recommender.evals.openai_server import OpenAIServer
from langgraph_recommender.tools.catalog import Catalog
from langgraph_recommender.tools.profile.stores import store_at
from openai import OpenAI
from pydantic import SecretStr

from .conftest import ADA, BOB, UNHURRIED, live
from .openai_talks import MODEL, Talk, opened, prices, thread, titles, turn_of

FRONT = "key-of-a-front-end-0123"
cart: list[str] = []


@tool
def add_to_cart(item_id: str) -> str:
    """Add an item to the shopping cart."""
    cart.append(item_id)
    return "It is in your cart."


add_to_cart.metadata = {"confirm": True}


@pytest.fixture(scope="module")
def url(little_shop: Catalog) -> Iterator[str]:
    front = Key(digest_of(FRONT), Caller("front", "front end", scope="*"))
    keys = Keys((*keys_of({ADA: "ada", BOB: "bob"}).known, front))
    recommender = create_recommender(little_shop, tools=[add_to_cart])
    with live(create_app(served(recommender, little_shop, keys=keys), UNHURRIED)) as one:
        yield one


@pytest.fixture
def ada(url: str) -> Iterator[OpenAI]:
    with opened(url) as one:
        yield one


@pytest.fixture
def bob(url: str) -> Iterator[OpenAI]:
    with opened(url, BOB) as one:
        yield one


@pytest.fixture
def front(url: str) -> Iterator[OpenAI]:
    with opened(url, FRONT) as one:
        yield one


def test_the_history_finds_the_conversation(ada: OpenAI) -> None:
    talk = Talk(ada)
    first, second = talk.say("a lamp under 100"), talk.say("cheaper")
    third = talk.say("tell me more about the first one")
    assert thread(first) == thread(second) == thread(third)
    assert prices(second) != prices(first)
    assert turn_of(third)["intent"] == "item_question"
    assert titles(second)[0] in third.choices[0].message.content


def test_two_people_who_begin_alike_share_nothing(ada: OpenAI, bob: OpenAI, front: OpenAI) -> None:
    talks = [Talk(ada), Talk(bob), Talk(front, "ann"), Talk(front, "ben"), Talk(front), Talk(ada, "her son")]
    firsts = [talk.say("a lamp under 100") for talk in talks]
    assert len({one.choices[0].message.content for one in firsts}) == 1
    seconds = [talk.say(f"under {price}") for talk, price in zip(talks, range(30, 90, 10), strict=True)]
    assert len({thread(one) for one in firsts}) == len(talks)
    assert [thread(one) for one in firsts] == [thread(one) for one in seconds]
    assert [prices(one) for one in seconds] == [[f"<{price}.0"] for price in range(30, 90, 10)]


def test_two_talks_of_one_person_that_begin_alike_go_their_own_ways(ada: OpenAI) -> None:
    talks = [Talk(ada), Talk(ada)]
    for talk in talks:
        talk.say("a chair under 110")
    assert [prices(talk.say(f"under {price}")) for talk, price in zip(talks, (60, 90), strict=True)] == [
        ["<60.0"],
        ["<90.0"],
    ]
    assert prices(talks[0].say("any other?")) == ["<60.0"]
    assert prices(talks[1].say("any other?")) == ["<90.0"]


def test_an_answer_is_made_again_without_the_one_before(ada: OpenAI) -> None:
    talk = Talk(ada)
    talk.say("a clock under 110")
    cheaper = talk.say("cheaper")
    again = talk.again()
    assert prices(again) == prices(cheaper)
    assert titles(again) == titles(cheaper)
    assert prices(talk.again()) == prices(cheaper)


def test_an_edited_message_goes_on_from_before_it(ada: OpenAI) -> None:
    talk = Talk(ada)
    for words in ("a kettle under 110", "under 60", "under 40"):
        talk.say(words)
    edited = talk.back_to(1).say("under 90")
    assert prices(edited) == ["<90.0"]
    assert prices(talk.say("any other?")) == ["<40.0"]


def test_an_unknown_talk_is_gone_through_again(ada: OpenAI, bob: OpenAI) -> None:
    talk = Talk(ada)
    talk.say("a lamp under 110")
    talk.say("cheaper")
    moved = Talk(bob, messages=list(talk.messages))
    answer = moved.say("tell me more about the first one")
    assert turn_of(answer)["intent"] == "item_question"
    assert turn_of(answer)["reply"] == turn_of(talk.say("tell me more about the first one"))["reply"]


def test_an_edited_reply_counts_as_it_is_shown(ada: OpenAI) -> None:
    shown = "Here:\n1. **Tempo clock 5** — 125\n2. **Brewer kettle 2** — 50"
    talk = Talk(ada, messages=[{"role": "user", "content": "a lamp"}, {"role": "assistant", "content": shown}])
    answer = talk.say("tell me more about the second one")
    assert "Brewer kettle 2" in answer.choices[0].message.content


def test_a_long_history_that_nobody_knows_is_answered(ada: OpenAI) -> None:
    history = [
        {"role": role, "content": words}
        for number in range(199)
        for role, words in (("user", f"a lamp under {100 + number}"), ("assistant", f"Number {number}."))
    ]
    short = Talk(ada, messages=history[-198:])
    assert prices(short.say("cheaper"))


def test_going_through_a_talk_again_remembers_nothing_and_calls_no_tool(ada: OpenAI) -> None:
    cart.clear()
    told = [
        {"role": "user", "content": "I love brewer and hate sitwell"},
        {"role": "assistant", "content": "Noted."},
        {"role": "user", "content": "a lamp"},
        {"role": "assistant", "content": "1. **Lumo lamp 1**"},
        {"role": "user", "content": "add the first one to my cart"},
        {"role": "assistant", "content": "Shall I go ahead with “add to cart”? (yes/no)"},
        {"role": "user", "content": "yes"},
        {"role": "assistant", "content": "Done."},
    ]
    Talk(ada, "tess", list(told)).say("thanks")
    known = Talk(ada, "tess").say("what do you know about me?").choices[0].message.content
    assert "brewer" not in known.casefold()
    assert cart == []


def test_a_tool_that_wants_a_yes_gets_it_in_the_next_message(ada: OpenAI) -> None:
    cart.clear()
    talk = Talk(ada)
    talk.say("a lamp")
    asked = talk.say("add the first one to my cart")
    assert asked.recommender["confirm"]["tool"] == "add_to_cart"
    assert asked.choices[0].message.content == asked.recommender["confirm"]["message"]
    refused = Talk(ada, messages=list(talk.messages)).say("no")
    assert cart == []
    assert turn_of(refused)["outcome"] == "tool_declined"
    assert turn_of(talk.say("yes"))["tool_calls"][-1]["name"] == "add_to_cart"
    assert cart == [asked.recommender["confirm"]["args"]["item_id"]]


def test_a_message_that_is_neither_yes_nor_no_is_a_turn_of_its_own(ada: OpenAI) -> None:
    cart.clear()
    talk = Talk(ada)
    talk.say("a lamp")
    talk.say("add the first one to my cart")
    assert turn_of(talk.say("a chair under 60"))["recommendations"]
    assert turn_of(talk.say("yes"))["tool_calls"][-1:] != [{"name": "add_to_cart"}]
    assert cart == []


def test_a_message_that_is_answered_again_is_remembered_once(ada: OpenAI, url: str) -> None:
    talk = Talk(ada, "una")
    talk.say("remember that I love brewer")
    talk.again()
    talk.again()
    known = Talk(ada, "una").say("what do you know about me?").choices[0].message.content
    assert known.casefold().count("you like brewer") == 1


def test_a_person_is_known_in_another_talk(ada: OpenAI, front: OpenAI) -> None:
    Talk(front, "vera").say("remember that I love brewer")
    assert "brewer" in Talk(front, "vera").say("what do you know about me?").choices[0].message.content.casefold()
    for talk in (Talk(front, "wim"), Talk(front), Talk(ada), Talk(ada, "vera")):
        assert "brewer" not in talk.say("what do you know about me?").choices[0].message.content.casefold()


def test_a_front_end_may_name_people_in_a_header(url: str, little_shop: Catalog) -> None:
    edge = UNHURRIED.model_copy(update={"user_header": "X-OpenWebUI-User-Id"})
    front = Keys((Key(digest_of(FRONT), Caller("front", "front end", scope="*")),))
    app = create_app(served(create_recommender(little_shop), little_shop, keys=front), edge)
    with live(app) as own, opened(own, FRONT) as ai:
        ann, ben = ({"X-OpenWebUI-User-Id": name} for name in ("ann", "ben"))
        Talk(ai).say("remember that I love brewer", extra_headers=ann)
        asked = "what do you know about me?"
        for headers, user in ((ann, None), (ann, "ben"), (ben, None), (ben, "ann")):
            answer = Talk(ai, user).say(asked, extra_headers=headers)
            assert ("brewer" in answer.choices[0].message.content.casefold()) is (headers is ann)


def test_a_named_thread_goes_on_without_its_history(ada: OpenAI, bob: OpenAI) -> None:
    header, field = {"extra_headers": {"X-Thread-Id": "mine"}}, {"metadata": {"thread_id": "mine"}}
    Talk(ada).say("a lamp under 110", **header)
    assert prices(Talk(ada).say("under 60", **field)) == ["<60.0"]
    assert turn_of(Talk(ada).say("any other?", **header))["intent"] != "chitchat"
    assert prices(Talk(bob).say("any other?", **header)) == []


def test_strangers_who_begin_alike_share_no_conversation(shop_url: str) -> None:
    with opened(shop_url, "none") as one, opened(shop_url, "none") as other:
        for ai in (one, other):  # as most front ends, which keep no cookie
            ai._client.cookies.clear()
        talks = [Talk(one), Talk(other)]
        firsts, seconds = [], []
        for talk in talks:
            firsts.append(talk.say("a lamp under 100"))
            talk.openai._client.cookies.clear()
        for talk, price in zip(talks, (30, 60), strict=True):
            seconds.append(talk.say(f"under {price}"))
            talk.openai._client.cookies.clear()
        assert [prices(answer) for answer in seconds] == [["<30.0"], ["<60.0"]]
        assert len({thread(answer) for answer in (*firsts, *seconds)}) == 4
        with pytest.raises(openai.NotFoundError):
            Talk(one).say("any other?", metadata={"thread_id": "mine"})


def test_a_guest_goes_on_with_what_a_stranger_began(shop_url: str) -> None:
    with opened(shop_url, "none") as ai:
        talk = Talk(ai)
        talk.say("a lamp under 100")
        assert ai._client.cookies
        first = talk.say("under 60")
        assert prices(first) == ["<60.0"]
        assert thread(talk.say("any other?")) == thread(first)


def test_a_deleted_conversation_begins_anew_from_what_the_client_has(ada: OpenAI, url: str) -> None:
    talk = Talk(ada)
    first = talk.say("a lamp under 100")
    headers = {"Authorization": f"Bearer {ADA}"}
    assert httpx.delete(f"{url}/api/threads/{thread(first)}", headers=headers).status_code < 300
    assert prices(talk.say("under 60")) == ["<60.0"]


def test_a_model_is_asked_for_by_its_name(ada: OpenAI) -> None:
    assert Talk(ada).say("hello").model == MODEL


def test_a_talk_is_forked_where_few_checkpoints_are_kept(little_shop: Catalog, tmp_path: Path) -> None:
    with open_sqlite(tmp_path / "threads.db") as saver:
        recommender = create_recommender(little_shop, checkpointer=saver, store=InMemoryStore())
        app = create_app(served(recommender, little_shop, keys=keys_of({ADA: "ada"})), UNHURRIED)
        with live(app) as own, opened(own) as ai:
            talk = Talk(ai)
            for words in ("a kettle under 110", "under 90", "under 60", "under 40"):
                talk.say(words)
            assert [prices(talk.again()) for _ in range(4)] == [["<40.0"]] * 4
            assert prices(talk.back_to(1).say("under 70")) == ["<70.0"]
            branches = [talk.back_to(3), talk.back_to(3)]
            for _ in range(3):
                assert [prices(one.say(f"under {price}")) for one, price in zip(branches, (50, 55), strict=True)] == [
                    ["<50.0"],
                    ["<55.0"],
                ]
            assert prices(talk.say("any other?")) == ["<40.0"]


def test_a_conversation_outlives_the_server(little_shop: Catalog, tmp_path: Path) -> None:
    talk, threads = Talk(OpenAI(api_key=ADA)), set()
    for words, bounds in (("a kettle under 110", ["<110.0"]), ("under 60", ["<60.0"]), ("any other?", ["<60.0"])):
        with open_sqlite(tmp_path / "threads.db") as saver, store_at(tmp_path / "memory.db") as store:
            recommender = create_recommender(little_shop, checkpointer=saver, store=store)
            app = create_app(served(recommender, little_shop, keys=keys_of({ADA: "ada"})), UNHURRIED)
            with live(app) as own, opened(own) as talk.openai:
                answer = talk.say(words)
                assert prices(answer) == bounds
                threads.add(thread(answer))
    assert len(threads) == 1


def test_a_person_who_is_forgotten_leaves_no_digest(ada: OpenAI, url: str) -> None:
    talk = Talk(ada)
    talk.say("a lamp under 100")
    first = ada.responses.create(model=MODEL, input="a lamp")
    headers = {"Authorization": f"Bearer {ADA}"}
    assert httpx.delete(f"{url}/api/profile", headers=headers).status_code < 300
    with pytest.raises(openai.NotFoundError):
        ada.responses.retrieve(first.id)
    assert prices(talk.say("under 60")) == ["<60.0"]


def test_a_client_that_leaves_in_mid_stream_ends_the_turn(
    until: Callable[[Callable[[], bool]], None], writer: OpenAIServer, little_shop: Catalog
) -> None:
    recommender = create_recommender(little_shop, open_model("openai:slow", base_url=writer.base_url))
    ready = served(recommender, little_shop, keys=keys_of({ADA: "ada"}))
    asked = {"model": MODEL, "messages": [{"role": "user", "content": "a lamp"}]}
    with live(create_app(ready, UNHURRIED)) as own, opened(own) as ai:
        with ai.chat.completions.create(**asked, stream=True) as stream:
            next(chunk for chunk in stream if chunk.choices[0].delta.content)
        until(lambda: writer.hung_up == 1)
        with ai.responses.create(model=MODEL, input="a lamp", stream=True) as events:
            next(event for event in events if event.type == "response.output_text.delta")
        until(lambda: writer.hung_up == 2)
        until(lambda: ready.turns.pending == 0)
        writer.pause_s = 0
        talk = Talk(ai, messages=[*asked["messages"], {"role": "assistant", "content": "Sure, he"}])
        assert titles(talk.say("a chair"))


@pytest.mark.postgres
def test_a_talk_is_forked_on_postgresql(little_shop: Catalog, postgres_url: str) -> None:
    with open_storage(Settings(database_url=SecretStr(postgres_url))) as storage:
        recommender = create_recommender(little_shop, checkpointer=storage.checkpointer, store=storage.store)
        app = create_app(served(recommender, little_shop, keys=keys_of({ADA: "ada"})), UNHURRIED)
        with live(app) as own, opened(own) as ai:
            talk = Talk(ai)
            for words in ("a kettle under 110", "under 90", "under 60"):
                talk.say(words)
            assert prices(talk.again()) == ["<60.0"]
            assert prices(talk.back_to(2).say("under 70")) == ["<70.0"]
            first = ai.responses.create(model=MODEL, input="a clock under 110")
            for price in (40, 60):
                asked = {"model": MODEL, "input": f"under {price}", "previous_response_id": first.id}
                assert prices(ai.responses.create(**asked)) == [f"<{price}.0"]
