"""Numbers in digits and words, in both languages."""

from __future__ import annotations

import pytest
from langgraph_recommender.agent.offline.parsing.numbers import find_numbers
from langgraph_recommender.agent.offline.parsing.text import Message

WRITTEN = {
    "five hundred": [500],
    "two grand": [2000],
    "a couple hundred": [200],
    "half a million": [500_000],
    "twelve hundred": [1200],
    "two thousand five hundred": [2500],
    "two hundred and fifty": [250],
    "seventy-five": [75],
    "5k": [5000],
    "1,200.50": [1200.5],
    "3 thousand": [3000],
    "$1.5k": [1500],
    "1.5万": [15_000],
    "五千": [5000],
    "两百": [200],
    "一千二": [1200],
    "三百五": [350],
    "一百零五": [105],
    "两万五千": [25_000],
    "3百块": [300],
    "十五": [15],
    "二十一": [21],
    "二〇一〇年": [2010],
    "５００": [500],
    "一百到两百": [100, 200],
    "100-200": [100, 200],
    "xps13 and b52s": [],
    "nothing here": [],
}


@pytest.mark.parametrize(("text", "values"), WRITTEN.items(), ids=WRITTEN)
def test_is_read(text: str, values: list[float]) -> None:
    assert [number.value for number in find_numbers(Message.read(text).text)] == values


def test_offsets_are_those_of_the_text() -> None:
    text = "between 100 and two hundred"
    assert [text[one.start : one.end] for one in find_numbers(text)] == ["100", "two hundred"]
