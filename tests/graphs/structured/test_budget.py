import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langgraph_recommender.graphs.asking.budget import count_tokens, cut_middle, estimate_tokens, trim_history

CALL = {"name": "search", "args": {"query": "x"}, "id": "1", "type": "tool_call"}


def test_chinese_counts_by_character_and_english_by_four_letters():
    assert estimate_tokens("") == 0
    assert estimate_tokens("abcde") == 2
    assert estimate_tokens("科幻ab") == 3


def test_the_newest_messages_are_kept_and_start_with_the_person():
    talk = [turn for n in range(50) for turn in (HumanMessage(f"question {n}"), AIMessage(f"answer {n}"))]
    kept = trim_history([SystemMessage("rules"), *talk, HumanMessage("now")], 100)
    assert kept[0] == SystemMessage("rules")
    assert kept[1].type == "human"
    assert kept[-1] == HumanMessage("now")
    assert 4 < len(kept) < 20


def test_what_fits_stays_whole():
    talk = [HumanMessage("hi"), AIMessage("hello"), HumanMessage("bye")]
    assert trim_history(talk, 1000) == talk
    assert trim_history([], 10) == []


def test_no_tool_result_without_its_call():
    talk = [
        HumanMessage("a" * 400),
        AIMessage("", tool_calls=[CALL]),
        ToolMessage("r", tool_call_id="1"),
        HumanMessage("b"),
    ]
    assert trim_history(talk, 30) == [HumanMessage("b")]


@pytest.mark.parametrize("letter", ["a", "科"])
def test_a_message_that_is_too_long_keeps_its_two_ends(letter):
    long = "start " + letter * 1_000_000 + " end"
    (kept,) = trim_history([HumanMessage(long)], 200)
    assert count_tokens([kept]) <= 200
    assert kept.text.startswith("start ")
    assert kept.text.endswith(" end")
    assert "[...]" in kept.text


def test_a_long_answer_does_not_break_the_budget():
    talk = [HumanMessage("hi"), AIMessage("b" * 10_000)]
    kept = trim_history(talk, 100)
    assert [one.type for one in kept] == ["human", "ai"]
    assert count_tokens(kept) <= 100


def test_answers_alone_are_no_history():
    assert trim_history([AIMessage("hello " * 500)], 20) == []


@given(st.text(max_size=300), st.integers(min_value=12, max_value=100))
def test_a_cut_text_fits(text, limit):
    assert estimate_tokens(cut_middle(text, limit)) <= limit


@given(st.lists(st.tuples(st.booleans(), st.text(max_size=60)), max_size=12), st.integers(min_value=40, max_value=200))
def test_a_trimmed_history_fits_and_ends_as_before(turns, limit):
    talk = [HumanMessage(text) if person else AIMessage(text) for person, text in turns] + [HumanMessage("now")]
    kept = trim_history(talk, limit)
    assert count_tokens(kept) <= limit
    assert kept[-1] == talk[-1]
