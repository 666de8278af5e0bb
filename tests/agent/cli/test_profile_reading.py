"""What chat logs say of people, on a small catalog."""

from datetime import UTC, datetime

import pytest
from langgraph_recommender.agent.cli.profile_reading import offline_extract
from langgraph_recommender.tools.catalog import open_catalog
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, FacetRole, Item
from langgraph_recommender.tools.profile.build import Extract
from langgraph_recommender.tools.profile.model import ItemEvent, LastingConstraint, Preference

NOW = datetime(2026, 3, 1, tzinfo=UTC)
GENRE = Facet(name="genre", kind=FacetKind.CATEGORICAL, role=FacetRole.CATEGORY)
SCHEMA = CatalogSchema(name="films", noun={"en": "movie", "zh": "电影"}, plural="movies", facets=(GENRE,))
TITLES = {
    "Touch": "romance",
    "The Score": "crime",
    "Dune": "science fiction",
    "Knives Out": "mystery",
    "Hereditary": "horror",
}


@pytest.fixture(scope="module")
def extract() -> Extract:
    items = [Item(str(n), title, facets={"genre": genre}) for n, (title, genre) in enumerate(TITLES.items())]
    return offline_extract(open_catalog(items, schema=SCHEMA))


def said(extract: Extract, text: str) -> list[tuple]:
    return [_short(one) for one in extract(text, None, NOW).contents]


def _short(one: object) -> tuple:
    if isinstance(one, ItemEvent):
        return (one.title, one.kind.value)
    if isinstance(one, LastingConstraint):
        return (one.constraint.facet, one.constraint.op.value, one.constraint.value)
    assert isinstance(one, Preference)
    return (one.facet, one.value, one.weight)


def test_likes_refusals_and_feedback(extract: Extract) -> None:
    assert said(extract, "I love science fiction") == [("genre", "science fiction", 1.0)]
    assert said(extract, "I never watch horror movies") == [("genre", "!=", "horror")]
    assert said(extract, "我喜欢科幻电影") == [("genre", "science fiction", 1.0)]
    assert ("Knives Out", "like") in said(extract, "I really liked Knives Out")


def test_a_need_of_the_moment_is_not_remembered(extract: Extract) -> None:
    assert said(extract, "recommend me a mystery for tonight") == []
    assert said(extract, "hello") == []


@pytest.mark.parametrize("text", ["I love both!", "I love her", "I like the movie"])
def test_what_has_no_name_is_not_remembered(extract: Extract, text: str) -> None:
    assert said(extract, text) == []


def test_a_title_that_is_a_common_word_must_be_written_as_a_name(extract: Extract) -> None:
    assert all("Touch" not in one for one in said(extract, "I enjoy movies with a romantic touch to them"))
    assert ("Dune", "like") in said(extract, "I watched it and I liked Dune a lot")


def test_the_words_and_the_language_are_kept(extract: Extract) -> None:
    found = extract("我喜欢科幻电影", "en", NOW)
    assert found.language == "zh"
    [one] = found.contents
    assert isinstance(one, Preference)
    assert (one.evidence, one.time, one.catalog) == ("我喜欢科幻电影", NOW, "films")
