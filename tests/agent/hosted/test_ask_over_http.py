"""Every way an OpenAI-compatible server can fail ends in a typed answer or in ModelError, through the real client."""

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langgraph_recommender.agent.hosted import open_model
from langgraph_recommender.agent.scripted import ScriptedChatModel
from langgraph_recommender.evals.openai_faults import NO_SUCH_ITEM, Fault
from langgraph_recommender.evals.openai_server import OpenAIServer
from langgraph_recommender.graphs.asking.strict_schema import strict_schema
from langgraph_recommender.graphs.asking.structured import Way, ask
from langgraph_recommender.graphs.understanding import Intent, TurnUnderstanding
from langgraph_recommender.tools.constraints import Constraint, Op
from langgraph_recommender.tools.errors import ModelError
from openai import InternalServerError

SAID = TurnUnderstanding(
    intent=Intent.RECOMMEND,
    language="zh",
    constraints=(Constraint(facet="price", op=Op.BETWEEN, value=(10.0, 20.5)),),
    query="科幻 小说",
)
MESSAGES = [SystemMessage("Understand the person."), HumanMessage("10到20.5元的科幻小说")]


def client(server, **settings):
    return open_model(
        "openai:test", base_url=server.base_url, environ={}, **{"max_retries": 0, "timeout_s": 20.0, **settings}
    )


def server_of(answers, *faults, **settings):
    return OpenAIServer(ScriptedChatModel.of(*[SAID] * answers), frozenset(faults), **settings)


def test_a_good_server_needs_exactly_one_call_each_time():
    with server_of(3) as server:
        model = client(server)
        asked = [ask(model, MESSAGES, TurnUnderstanding) for _ in range(3)]
    assert [one.value for one in asked] == [SAID] * 3
    assert [one.attempts for one in asked] == [1, 1, 1]
    assert len(server.calls) == 3
    sent = server.calls[0].body["response_format"]["json_schema"]
    assert sent["strict"] is True
    assert sent["schema"]["required"] == list(strict_schema(TurnUnderstanding)["properties"])


@pytest.mark.parametrize(
    ("faults", "way", "first"),
    [
        ([Fault.SCHEMA_500], Way.FUNCTION_CALLING, 2),
        ([Fault.SCHEMA_400], Way.FUNCTION_CALLING, 2),
        ([Fault.SCHEMA_400, Fault.TOOLS_400], Way.TEXT, 3),
        ([Fault.SCHEMA_500, Fault.FENCED], Way.FUNCTION_CALLING, 2),
        ([Fault.SCHEMA_500, Fault.TOOLS_400, Fault.FENCED], Way.TEXT, 3),
        ([Fault.FENCED], Way.JSON_SCHEMA, 1),
        ([Fault.TOOLS_400], Way.JSON_SCHEMA, 1),
    ],
)
def test_a_weak_server_is_asked_the_way_that_worked(faults, way, first):
    with server_of(2, *faults) as server:
        model = client(server)
        one, two = ask(model, MESSAGES, TurnUnderstanding), ask(model, MESSAGES, TurnUnderstanding)
    assert (one.value, two.value) == (SAID, SAID)
    assert (one.way, one.attempts, two.way, two.attempts) == (way, first, way, 1)
    assert len(one.problems) == first - 1
    assert len(server.calls) == first + 1


def test_the_schema_stands_in_the_system_message_when_asked_in_text():
    with server_of(1, Fault.SCHEMA_400, Fault.TOOLS_400) as server:
        ask(client(server), MESSAGES, TurnUnderstanding)
    sent = server.calls[-1].body["messages"]
    assert [one["role"] for one in sent] == ["system", "user"]
    assert '"TurnUnderstanding"' in sent[0]["content"]
    assert sent[0]["content"].startswith("Understand the person.")


@pytest.mark.parametrize("fault", [Fault.EMPTY, Fault.NONSENSE, Fault.GARBAGE, Fault.SERVER_500])
def test_a_useless_server_ends_in_one_error_after_three_calls(fault):
    with server_of(3, fault) as server, pytest.raises(ModelError) as caught:
        ask(client(server), MESSAGES, TurnUnderstanding)
    assert caught.value.attempts == len(server.calls) == 3
    assert "offline" in caught.value.cure
    assert "Traceback" not in str(caught.value)


@pytest.mark.parametrize("fault", [Fault.UNAUTHORIZED, Fault.RATE_LIMIT, Fault.DROP])
def test_what_no_other_way_would_cure_ends_at_once(fault):
    with server_of(3, fault) as server, pytest.raises(ModelError) as caught:
        ask(client(server), MESSAGES, TurnUnderstanding)
    assert caught.value.attempts == len(server.calls) == 1


def test_a_slow_server_ends_in_an_error_after_one_timeout():
    with server_of(1, Fault.SLOW, delay_s=30.0) as server, pytest.raises(ModelError, match="Timeout") as caught:
        ask(client(server, timeout_s=0.3), MESSAGES, TurnUnderstanding)
    assert caught.value.attempts == 1


def test_no_server_at_all_ends_in_an_error():
    with server_of(0) as server:
        model = client(server)
    with pytest.raises(ModelError) as caught:
        ask(model, MESSAGES, TurnUnderstanding)
    assert caught.value.attempts == 1


def test_lies_are_valid_answers_that_the_caller_checks():
    def check(value):
        return value.model_copy(update={"references": ()}), [f"unknown item {one}" for one in value.references]

    with server_of(1, Fault.LIE) as server:
        asked = ask(client(server), MESSAGES, TurnUnderstanding, check=check)
    assert asked.value.references == ()
    assert asked.problems == (f"unknown item {NO_SUCH_ITEM}",)


def test_a_check_that_refuses_asks_in_the_next_way():
    refused = []

    def check(value):
        if not refused:
            refused.append(value)
            raise ValueError("not this one")
        return value, ()

    with server_of(2) as server:
        asked = ask(client(server), MESSAGES, TurnUnderstanding, check=check)
    assert (asked.value, asked.attempts, asked.way) == (SAID, 2, Way.FUNCTION_CALLING)


def test_the_number_of_calls_is_bounded():
    with server_of(9, Fault.EMPTY) as server, pytest.raises(ModelError) as caught:
        ask(client(server), MESSAGES, TurnUnderstanding)
    assert caught.value.attempts == len(server.calls) == len(Way)


def test_retries_of_the_client_are_bounded():
    with server_of(1, Fault.SERVER_500) as server, pytest.raises(InternalServerError):
        client(server, max_retries=1).invoke(MESSAGES)
    assert len(server.calls) == 2


@pytest.mark.parametrize("faults", [[], [Fault.SCHEMA_500], [Fault.SCHEMA_500, Fault.TOOLS_400]])
def test_a_streaming_client_gets_the_same_answer(faults):
    with server_of(1, *faults) as server:
        asked = ask(client(server, streaming=True), MESSAGES, TurnUnderstanding)
    assert asked.value == SAID
    assert server.calls[-1].body["stream"] is True


def test_chat_streams_in_pieces_with_usage():
    text = "Here are three fine books for a rainy day."
    answer = AIMessage(text, usage_metadata={"input_tokens": 5, "output_tokens": 9, "total_tokens": 14})
    with OpenAIServer(ScriptedChatModel.of(answer)) as server:
        pieces = list(client(server, stream_usage=True).stream("hello"))
    assert "".join(one.text for one in pieces) == text
    assert len([one for one in pieces if one.text]) > 3
    assert sum(one.usage_metadata["total_tokens"] for one in pieces if one.usage_metadata) == 14
