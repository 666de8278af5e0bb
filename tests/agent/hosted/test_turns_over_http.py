"""Whole turns through a real socket: the built-in model plays the hosted one, well or badly."""

from datetime import UTC, datetime

import pytest
from langgraph.store.memory import InMemoryStore
from langgraph_recommender.agent import OfflineChatModel, create_recommender
from langgraph_recommender.agent.hosted import open_model
from langgraph_recommender.evals.openai_faults import INVENTED_TITLE, NO_SUCH_ITEM, Fault
from langgraph_recommender.evals.openai_server import OpenAIServer
from langgraph_recommender.tools.profile.memory import ProfileMemory
from langgraph_recommender.tools.profile.model import Preference

TURNS = ("I need a laptop under 1500", "something cheaper", "推荐几款香水", "thanks!")


@pytest.fixture
def serve(products):
    def start(*faults, **settings):
        return OpenAIServer(OfflineChatModel.for_catalog(products), frozenset(faults), **settings)

    return start


def talk(products, server, talker, turns=TURNS, **settings):
    settings = {"timeout_s": 30.0, "max_retries": 0, **settings}
    model = open_model("openai:test", base_url=server.base_url, environ={}, **settings)
    say = talker(create_recommender(products, model))
    return [say(words) for words in turns]


def test_at_most_two_calls_a_turn_and_the_same_items_as_offline(products, serve, talker):
    with serve() as server:
        hosted = talk(products, server, talker)
    offline_say = talker(create_recommender(products))
    offline = [offline_say(words) for words in TURNS]
    assert len(server.calls) == sum(turn.model_calls for turn in hosted) <= 2 * len(TURNS)
    assert max(turn.model_calls for turn in hosted) <= 2
    assert [turn.degraded for turn in hosted] == [()] * len(TURNS)
    assert [[one.item_id for one in turn.recommendations] for turn in hosted] == [
        [one.item_id for one in turn.recommendations] for turn in offline
    ]


@pytest.mark.parametrize(
    "fault",
    [
        Fault.SCHEMA_500,
        Fault.TOOLS_400,
        Fault.FENCED,
        Fault.EMPTY,
        Fault.NONSENSE,
        Fault.GARBAGE,
        Fault.DROP,
        Fault.SERVER_500,
        Fault.UNAUTHORIZED,
        Fault.LIE,
    ],
)
def test_every_turn_ends_in_an_answer_with_items_that_exist(products, serve, talker, fault):
    with serve(fault) as server:
        turns = talk(products, server, talker, TURNS[:2])
    for turn in turns:
        assert turn.reply
        assert turn.recommendations
        assert all(products.item(one.item_id).facets["price"] < 1500 for one in turn.recommendations)
    helpless = {Fault.EMPTY, Fault.NONSENSE, Fault.GARBAGE, Fault.DROP, Fault.SERVER_500, Fault.UNAUTHORIZED, Fault.LIE}
    assert all(turn.degraded for turn in turns) == (fault in helpless)


def test_a_made_up_title_does_not_reach_the_reply(products, serve, talker):
    with serve(Fault.LIE) as server:
        (turn,) = talk(products, server, talker, TURNS[:1])
    assert INVENTED_TITLE not in turn.reply
    assert NO_SUCH_ITEM not in turn.reply


def test_a_slow_server_is_given_up_and_reported(products, serve, talker):
    with serve(Fault.SLOW, delay_s=60.0) as server:
        (turn,) = talk(products, server, talker, TURNS[:1], timeout_s=0.3)
    assert turn.recommendations
    assert "Timeout" in " ".join(turn.degraded)


def test_what_is_remembered_does_not_leave_when_it_is_shown_or_forgotten(products, serve, talker):
    store = InMemoryStore()
    said = Preference(
        value="motorcycles", weight=0.9, evidence="my brother and I rode them", time=datetime(2026, 1, 1, tzinfo=UTC)
    )
    ProfileMemory(store).remember("ada", said, key="1")
    with serve() as server:
        model = open_model("openai:test", base_url=server.base_url, environ={}, max_retries=0)
        say = talker(create_recommender(products, model, store=store), user_id="ada")
        shown, forgotten = say("what do you know about me?"), say("forget what I said about motorcycles")
    assert "my brother and I" in shown.reply
    assert forgotten.outcome == "forgotten"
    assert server.calls
    assert "my brother and I" not in str([call.body for call in server.calls])
