"""Preferences from behaviour: only what chance does not explain."""

import math

import pytest
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, Item
from langgraph_recommender.tools.profile.infer import base_rates, divergence, infer_preferences
from langgraph_recommender.tools.profile.model import FeedbackKind

SCHEMA = CatalogSchema(
    name="movies",
    plural="movies",
    facets=(
        Facet(name="genre", kind=FacetKind.MULTI),
        Facet(name="language", kind=FacetKind.CATEGORICAL),
        Facet(name="year", kind=FacetKind.NUMERIC),
    ),
)
GENRES = ("fantasy", "crime", "drama", "war", "comedy")
ITEMS = {
    str(number): Item(
        str(number),
        f"Movie {number}",
        facets={"genre": (GENRES[number % 5],), "language": "English", "year": 1.0 * number},
    )
    for number in range(100)
}
RATES = base_rates(ITEMS.values(), SCHEMA)


def judged(say, liked: list[str], disliked: list[str] = []):  # noqa: B006
    """Events on items of those genres, each item once."""
    events, used = [], set()
    for kind, genres in ((FeedbackKind.LIKE, liked), (FeedbackKind.DISLIKE, disliked)):
        for genre in genres:
            item = next(one for one in ITEMS.values() if one.facets["genre"] == (genre,) and one.id not in used)
            used.add(item.id)
            events.append(say.event(item.id, kind, on=len(used)))
    return infer_preferences(events, ITEMS, SCHEMA, RATES)


def test_six_of_eight_liked_movies_are_fantasy_while_a_fifth_of_the_catalog_is(say) -> None:
    [found] = judged(say, ["fantasy"] * 6 + ["war", "drama"])
    assert (found.facet, found.value, found.catalog, found.stated) == ("genre", "fantasy", "movies", False)
    assert found.weight == pytest.approx((6 / 8 - 0.2) / 0.8)
    bound = math.exp(-8 * (0.75 * math.log(0.75 / 0.2) + 0.25 * math.log(0.25 / 0.8)))
    assert found.confidence == pytest.approx(1 - bound)
    assert found.evidence == "6 of 8 movies you liked; 20% of the catalog"
    assert found.time == say.day(6)


def test_what_chance_explains_is_no_preference(say) -> None:
    assert judged(say, list(GENRES) * 3) == []
    assert judged(say, ["fantasy"] * 2) == []
    assert judged(say, []) == []


def test_what_nearly_every_item_has_is_no_preference(say) -> None:
    assert all(one.facet != "language" for one in judged(say, ["fantasy"] * 10))


def test_a_genre_disliked_as_often_as_liked_is_no_preference(say) -> None:
    assert all(one.weight < 0 for one in judged(say, ["fantasy"] * 6, ["fantasy"] * 6))


def test_dislikes_are_compared_with_what_the_person_judged(say) -> None:
    [found] = judged(say, ["drama", "war", "comedy", "crime"] * 4, ["fantasy"] * 5)
    assert (found.value, found.weight < 0) == ("fantasy", True)
    assert found.evidence == "5 of 5 movies you disliked; 24% of all you judged"
    assert judged(say, [], ["fantasy"] * 5) == []


def test_weak_events_and_unknown_items_say_nothing(say) -> None:
    fantasies = [one.id for one in ITEMS.values() if one.facets["genre"] == ("fantasy",)][:8]
    weak = [say.event(item, FeedbackKind.VIEWED) for item in fantasies]
    unknown = [say.event(f"gone {item}", FeedbackKind.LIKE) for item in fantasies]
    assert infer_preferences([*weak, *unknown], ITEMS, SCHEMA, RATES) == []


def test_divergence_of_equal_coins_is_zero() -> None:
    assert divergence(0.3, 0.3) == pytest.approx(0)
    assert divergence(1.0, 0.5) == pytest.approx(math.log(2))
    assert divergence(0.0, 0.5) == pytest.approx(math.log(2))
