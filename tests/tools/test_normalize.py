"""What compares as the same: full-width and half-width, upper and lower case, traditional and simplified."""

from __future__ import annotations

import pytest
from langgraph_recommender.tools.normalize import normalize, simplified


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("ＤＵＮＥ　２０２１", "dune 2021"),
        ("科幻小說", "科幻小说"),
        ("筆記本電腦", "笔记本电脑"),
        ("對應簡體", "对应简体"),
        ("Straße", "strasse"),
    ],
)
def test_the_same_value_in_another_writing(written: str, same: str) -> None:
    assert normalize(written) == normalize(same) == same


def test_simplified_text_keeps_its_length_and_everything_that_is_not_traditional() -> None:
    text = "Dune，沙丘：一部科幻小說 (1965) ★"
    assert simplified(text) == text.replace("說", "说")
    assert simplified("Dune") == "Dune"
