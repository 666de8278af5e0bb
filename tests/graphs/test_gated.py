"""A hosted reply is checked before it leaves."""

from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage
from langgraph_recommender.graphs.saying.gated import GatedReply


def gate(text: str, *forbidden: str) -> GatedReply:
    inner = GenericFakeChatModel(messages=iter([AIMessage(text)]))
    return GatedReply(inner=inner, passes=lambda sentence: not any(word in sentence for word in forbidden))


def test_only_the_sentence_that_fails_is_left_out() -> None:
    model = gate("Take the Acer. It costs $12. Shall I go on?", "$12")
    assert model.invoke([HumanMessage("hi")]).text == "Take the Acer. Shall I go on?"
    assert model.dropped == ["It costs $12."]


def test_streaming_never_lets_a_failing_sentence_out() -> None:
    model = gate("推荐《三体》。只要12元！祝您愉快。", "12")
    assert [chunk.text for chunk in model.stream([HumanMessage("hi")]) if chunk.text] == [
        "推荐《三体》。",
        "祝您愉快。",
    ]


def test_a_reply_that_fails_whole_is_empty() -> None:
    assert gate("Everything is free", "free").invoke([HumanMessage("hi")]).text == ""
