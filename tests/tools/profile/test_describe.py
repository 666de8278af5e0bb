"""Statements that a person can read and check, in both languages."""

import pytest
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind
from langgraph_recommender.tools.profile.describe import describe, describe_one
from langgraph_recommender.tools.profile.model import FeedbackKind, UserProfile

GENRE = Facet(name="genre", kind=FacetKind.MULTI, names={"zh": ("类型",)}, aliases={"horror": ("scary", "恐怖")})
SCHEMAS = {"movies": CatalogSchema(name="movies", facets=(GENRE,))}


def test_preferences(say) -> None:
    liked, hated = say.likes("horror", "I love horror"), say.hates("horror")
    seems = say.likes("horror", "5 of 6 movies you liked", stated=False)
    assert describe_one(liked, SCHEMAS, "en") == 'You like horror (you said: "I love horror")'
    assert describe_one(liked, SCHEMAS, "zh") == "你喜欢恐怖（你说过：“I love horror”）"
    assert describe_one(hated, SCHEMAS, "en") == "You don't like horror"
    assert describe_one(hated, SCHEMAS, "zh") == "你不喜欢恐怖"
    assert describe_one(seems, SCHEMAS, "en") == "You seem to like horror (5 of 6 movies you liked)"


def test_constraints(say) -> None:
    assert describe_one(say.always("genre", "!=", "horror"), SCHEMAS, "en") == "You never want: genre horror"
    assert describe_one(say.always("genre", "!=", "horror"), SCHEMAS, "zh") == "你从来不要：类型是恐怖"
    assert describe_one(say.always("price", "<=", 20), {}, "en") == "You always want: price at most 20"


@pytest.mark.parametrize("kind", list(FeedbackKind))
def test_every_kind_of_event_names_the_item(say, kind: FeedbackKind) -> None:
    for language in ("en", "zh"):
        assert "Alien" in describe_one(say.event("tt1", kind, "Alien"), {}, language)
        assert "tt1" in describe_one(say.event("tt1", kind), {}, language)


def test_what_was_said_comes_before_what_was_inferred_and_many_items_are_counted(say) -> None:
    known = UserProfile(
        user_id="u",
        preferences=[say.likes("drama", stated=False), say.likes("comedy")],
        constraints=[say.always("genre", "!=", "horror")],
        events=[say.event(f"tt{number}", FeedbackKind.SEEN, on=number) for number in range(13)],
    )
    lines = describe(known, SCHEMAS, "en")
    assert lines[:4] == (
        "You never want: genre horror",
        "You like comedy",
        "You seem to like drama",
        "You already know tt12",
    )
    assert lines[-1] == "and 3 more items"
    assert describe(UserProfile(user_id="u"), SCHEMAS, "en") == ()
