import pytest
from langchain_core.messages import AIMessage
from langgraph_recommender.agent.scripted import ScriptedChatModel, ScriptError, Step
from langgraph_recommender.graphs.asking.structured import ask
from langgraph_recommender.graphs.understanding import TurnUnderstanding

SAID = TurnUnderstanding(intent="chitchat", language="en")
CALL = {"name": "search", "args": {"query": "x"}, "id": "1", "type": "tool_call"}


def test_answers_in_order_and_ends_kept():
    with ScriptedChatModel.of("one", AIMessage("", tool_calls=[CALL]), lambda m: AIMessage(m[-1].text * 2)) as model:
        assert model.invoke("a").text == "one"
        assert model.invoke("b").tool_calls == [CALL]
        assert model.invoke("ab").text == "abab"


def test_a_call_too_many_fails_at_once_and_at_the_end():
    model = ScriptedChatModel.of("one")
    model.invoke("a")
    with pytest.raises(ScriptError, match="call 2 is not in the script of 1"):
        model.invoke("b")
    with pytest.raises(ScriptError, match="call 2"):
        model.finish()


def test_steps_that_were_not_called_fail_at_the_end():
    with pytest.raises(ScriptError, match="1 of 2 steps"), ScriptedChatModel.of("one", "two") as model:
        model.invoke("a")


def test_an_unexpected_message_fails():
    with pytest.raises(ScriptError, match="speak of 'dune'"):
        ScriptedChatModel.of(Step("x", expects="dune")).invoke("emma")


def test_another_failure_in_the_block_is_not_hidden():
    with pytest.raises(KeyError), ScriptedChatModel.of("never called"):
        raise KeyError("mine")


def test_an_error_is_raised_as_scripted():
    with ScriptedChatModel.of(TimeoutError("slow")) as model, pytest.raises(TimeoutError):
        model.invoke("a")


def test_a_broken_script_is_not_taken_for_a_failing_model():
    with pytest.raises(ScriptError):
        ask(ScriptedChatModel.of(), [], TurnUnderstanding)


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
def test_a_typed_value_is_a_structured_answer(method):
    model = ScriptedChatModel.of(SAID, SAID)
    assert model.with_structured_output(TurnUnderstanding, method=method).invoke("hi") == SAID
    assert model.bind_tools([TurnUnderstanding]).invoke("hi").tool_calls[0]["name"] == "TurnUnderstanding"


def test_streams_and_batches():
    with ScriptedChatModel.of("one", "two", "three") as model:
        assert "".join(one.text for one in model.stream("a")) == "one"
        assert sorted(one.text for one in model.batch(["a", "b"])) == ["three", "two"]
