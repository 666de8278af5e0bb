"""What a message says beside pointing at a picture, in both languages."""

import doctest

import pytest
from langgraph_recommender.graphs import pointing
from langgraph_recommender.graphs.pointing import beside_dropping, drops_picture, words_beside


def test_examples_in_the_docstrings() -> None:
    assert doctest.testmod(pointing).failed == 0


@pytest.mark.parametrize(
    "words",
    [
        "like this",
        "something like this picture",
        "find me something that looks like this photo",
        "what is this?",
        "do you have this?",
        "more like this",
        "有没有跟这个类似的",
        "这是什么",
        "帮我找同款",
    ],
)
def test_only_pointing(words: str) -> None:
    assert words_beside(words) == ""


@pytest.mark.parametrize(
    ("words", "kept", "gone"),
    [
        ("like this but under 20", "under 20", "this"),
        ("similar to this image, organic", "organic", "image"),
        ("looks like this but red", "red", "looks"),
        ("show me products similar to the attached picture, under 50 dollars", "under 50 dollars", "picture"),
        ("找跟这张图差不多的，20元以下", "20元以下", "图"),
        ("和图里一样的，要有机的", "要有机的", "图"),
        ("这张照片里的水果", "水果", "照片"),
        ("图片里这种便宜点的", "便宜点的", "图片"),
        ("a book on this topic", "a book on this topic", "picture"),
    ],
)
def test_what_is_left(words: str, kept: str, gone: str) -> None:
    assert kept in words_beside(words)
    assert gone not in words_beside(words)


@pytest.mark.parametrize(
    "words", ["forget the picture", "ignore my photo, juice please", "别管那张图了", "不看图片，要果汁"]
)
def test_putting_a_picture_away(words: str) -> None:
    assert drops_picture(words)
    assert beside_dropping(words)
    assert not drops_picture(beside_dropping(words)) or beside_dropping(words) == words


@pytest.mark.parametrize("words", ["I forget things", "a picture book", "不看恐怖片", "图书", "like the picture"])
def test_not_putting_a_picture_away(words: str) -> None:
    assert not drops_picture(words)
    assert beside_dropping(words) == words
