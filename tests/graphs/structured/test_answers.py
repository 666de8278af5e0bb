import pytest
from langchain_core.messages import AIMessage
from langgraph_recommender.graphs.asking.answers import find_object

FIELDS = ("intent", "language")
VALUE = {"intent": "chitchat", "language": "en"}
JSON = '{"intent": "chitchat", "language": "en"}'


@pytest.mark.parametrize(
    "text",
    [
        JSON,
        f"```json\n{JSON}\n```",
        f"```\n{JSON}```",
        f"Sure!\n```json\n{JSON}\n```\nAnything else?",
        f"Here: {JSON} I hope it helps {{really}}",
        f"<think>maybe {{'intent': 1}} or {{}}</think>{JSON}",
        f'{{"name": "TurnUnderstanding", "arguments": {JSON}}}',
        f'{{"name": "TurnUnderstanding", "parameters": {JSON}}}',
        f'{{"TurnUnderstanding": {JSON}}}',
        f'{{"function": {{"name": "f", "arguments": {JSON}}}}}',
        '{"name": "f", "arguments": "{\\"intent\\": \\"chitchat\\", \\"language\\": \\"en\\"}"}',
        f"[{JSON}]",
        f'{{"thought": "hm"}} {JSON}',
        "{broken {" + JSON,
    ],
)
def test_found_in_text(text):
    assert find_object(AIMessage(text), FIELDS) == VALUE


def test_found_in_content_blocks():
    assert find_object(AIMessage([{"type": "text", "text": JSON}]), FIELDS) == VALUE


def test_found_in_a_tool_call_and_in_an_invalid_one():
    call = {"name": "f", "args": VALUE, "id": "1", "type": "tool_call"}
    assert find_object(AIMessage("text", tool_calls=[call]), FIELDS) == VALUE
    broken = {"name": "f", "args": f"{JSON}}}", "id": "1", "error": "extra", "type": "invalid_tool_call"}
    assert find_object(AIMessage("", invalid_tool_calls=[broken]), FIELDS) == VALUE


@pytest.mark.parametrize(
    "text", ["", "no json", "{}", '{"other": 1}', "{" * 1000, "<think>" + JSON, '{"a": {"b": {"c": 1}}}']
)
def test_nothing_found(text):
    assert find_object(AIMessage(text), FIELDS) is None
