"""What people may say for the values, titles and people of a catalog."""

from __future__ import annotations

import pytest
from langgraph_recommender.agent.offline.lexicon_index import key_of, title_forms
from langgraph_recommender.agent.offline.parsing.text import Message, phrase_key, stem, words

from .conftest import lexicon


def test_spellings_of_a_phrase_have_one_key() -> None:
    assert key_of("sci-fi") == key_of("Sci Fi") == key_of("scifi")
    assert key_of("Dolce & Gabbana") == key_of("dolce and gabbana")
    assert key_of("Brontë") == key_of("bronte")


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("movies", "movie"),
        ("watches", "watch"),
        ("comedies", "comedy"),
        ("dresses", "dress"),
        ("women's", "woman"),
        ("series", "series"),
    ],
)
def test_plural_and_singular_share_a_stem(plural: str, singular: str) -> None:
    assert stem(plural) == stem(singular)


def test_titles_are_shortened_as_people_do() -> None:
    assert "The Hunger Games" in list(title_forms("The Hunger Games (The Hunger Games, #1)"))
    assert "全聚德" in list(title_forms("北京全聚德(王府井店)"))
    assert key_of("Hobbit") in map(key_of, title_forms("The Hobbit"))


def test_folding_keeps_the_length() -> None:
    message = Message.read("  Ｂrontë’s  İstanbul ﬁ ß ΑΒ  “quote” ")
    assert len(message.raw) == len(message.text)
    assert message.tokens[0].text == "bronte's"


@pytest.mark.parametrize(
    ("name", "typed", "read"),
    [
        ("products", "laptpo from Samsng", "laptop from samsung"),
        ("books", "somthing by Tolkein", "something by tolkien"),
        ("movies", "tom hnks commedy", "tom hanks comedy"),
        ("products", "chepaer phnoes pls", "cheaper phones please"),
        ("courses", "notebooks w/o apple", "notebooks without apple"),
        ("products", "a cosy evening with friends", "a cosy evening with friends"),
    ],
)
def test_typing_mistakes_are_corrected_towards_the_catalog(name: str, typed: str, read: str) -> None:
    assert lexicon(name).read(typed).text == read


def test_general_synonyms_reach_a_catalog_nobody_prepared() -> None:
    values = lexicon("courses").values
    assert [one.values for one in values[key_of("机器学习")]] == [("Machine Learning",)]
    assert [one.values for one in values[key_of("零基础")]] == [("Beginner",)]


def test_a_person_is_known_by_surname_only_where_it_is_one_person() -> None:
    authors = {one.facet: one.values for one in lexicon("books").values[phrase_key(words("Tolkien"))]}
    assert authors["authors"] == ("J.R.R. Tolkien",)
    assert "smith" not in lexicon("movies").values
