"""What a model is told of messages that it no longer reads."""

from langchain_core.messages import AIMessage, HumanMessage
from langgraph_recommender.graphs.asking.budget import count_tokens
from langgraph_recommender.graphs.earlier import PRIVATE, lines_of, with_earlier


def test_each_exchange_becomes_a_line() -> None:
    said = [HumanMessage("a lamp\nunder 50"), AIMessage("Here is one."), HumanMessage("cheaper"), HumanMessage("red")]
    assert lines_of(said) == ["person: a lamp under 50 | reply: Here is one.", "person: cheaper", "person: red"]


def test_long_texts_keep_their_ends() -> None:
    (line,) = lines_of([HumanMessage(f"first {'x' * 5000} last"), AIMessage(f"begin {'茶' * 5000} end")])
    assert len(line) < 300
    assert all(word in line for word in ("first", "last", "begin", "end"))


def test_private_replies_are_no_line() -> None:
    private = AIMessage("You like horror.", response_metadata={PRIVATE: True})
    assert lines_of([HumanMessage("what do you know of me?"), private]) == ["person: what do you know of me?"]


def test_the_newest_lines_that_fit_head_the_first_message() -> None:
    lines = [f"person: wish number {number}" for number in range(100)]
    first, second = with_earlier(lines, [HumanMessage("a lamp"), AIMessage("Here.")], 60)
    assert first.text.startswith("[Earlier in this conversation:\nperson: wish number 9")
    assert "wish number 99\n]\na lamp" in first.text
    assert "wish number 0\n" not in first.text
    assert count_tokens([first]) < 100
    assert second.text == "Here."


def test_without_lines_or_messages_nothing_changes() -> None:
    assert with_earlier([], [HumanMessage("a lamp")], 60) == [HumanMessage("a lamp")]
    assert with_earlier(["person: hello"], [], 60) == []
    assert with_earlier(["person: hello"], [HumanMessage("a lamp")], 2) == [HumanMessage("a lamp")]
