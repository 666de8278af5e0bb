"""The language of a reply follows the sentence, not the names in it."""

from __future__ import annotations

import pytest
from langgraph_recommender.agent.offline.language import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("推荐一个 laptop", "zh"),
        ("I want 红楼梦", "en"),
        ("推荐 iPhone 15 Pro Max", "zh"),
        ("有没有像 The Lord of the Rings 的电影", "zh"),
        ("我想看 the big bang theory", "zh"),
        ("do you have 我不是药神?", "en"),
        ("Show me 火锅 near 朝阳区", "en"),
        ("please recommend something like 三体 or 流浪地球", "en"),
        ("《Dune》讲什么", "zh"),
        ('"三体" is it good', "en"),
        ("有 wifi 吗", "zh"),
        ("红楼梦", "zh"),
        ("《三体》", "zh"),
        ("bonjour, je voudrais un livre", "en"),
        ("ＡＢＣ便宜点", "zh"),
        ("cheaper", "en"),
        ("Oppo的", "zh"),
        ("Puma 的也 OK", "zh"),
    ],
)
def test_language_of_the_sentence(text, language):
    assert detect_language(text, None) == language


@pytest.mark.parametrize("text", ["", "   ", "123", "😀👍", "?!", "Dell", "iPhone 15", "WH-1000XM5", "OK"])
@pytest.mark.parametrize("last", ["en", "zh"])
def test_text_without_a_sentence_keeps_the_language(text, last):
    assert detect_language(text, last) == last
    assert detect_language(text, None) == "en"


@pytest.mark.parametrize(("text", "language"), [("what about Dell?", "en"), ("换成戴尔", "zh")])
def test_a_sentence_switches_the_language(text, language):
    assert detect_language(text, "zh" if language == "en" else "en") == language


def test_very_long_text_is_judged_by_its_ends():
    assert detect_language("请问有没有 " + "x " * 500_000 + "推荐一本好看的书吧，谢谢你", None) in ("en", "zh")
