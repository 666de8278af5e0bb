"""What is remembered weighs less with time; what was done weighs as the table says."""

import pytest
from langgraph_recommender.tools.profile.fade import BEHAVIOUR_FADES, EVENT_WEIGHTS, HALF_LIFE_DAYS, faded, signals
from langgraph_recommender.tools.profile.model import FeedbackKind, UserProfile
from langgraph_recommender.tools.ranking.protocol import Signal

LIKE, DISLIKE, SEEN, VIEWED = FeedbackKind.LIKE, FeedbackKind.DISLIKE, FeedbackKind.SEEN, FeedbackKind.VIEWED


def profile(*contents) -> UserProfile:
    return UserProfile.model_validate(
        {
            "user_id": "u",
            "preferences": [one for one in contents if hasattr(one, "value")],
            "events": [one for one in contents if hasattr(one, "item_id")],
        }
    )


def test_a_preference_halves_with_every_half_life(say) -> None:
    known = profile(say.likes("comedy"), say.hates("horror"))
    for lives in range(4):
        now = say.day(lives * HALF_LIFE_DAYS)
        assert {one.value: one.weight for one in faded(known, now)} == pytest.approx(
            {"comedy": 0.5**lives, "horror": -(0.5**lives)}
        )


def test_behaviour_fades_faster_than_words(say) -> None:
    known = profile(say.likes("drama", stated=False), say.likes("comedy"))
    words, behaviour = faded(known, say.day(40), half_life_days=40)
    assert (words.value, words.weight) == ("comedy", pytest.approx(0.5))
    assert (behaviour.value, behaviour.weight) == ("drama", pytest.approx(0.5**BEHAVIOUR_FADES))


def test_a_clock_that_runs_ahead_makes_nothing_stronger(say) -> None:
    assert faded(profile(say.likes("comedy", on=9)), say.now)[0].weight == 1.0
    assert signals(profile(say.event("tt1", LIKE, on=9)), "movies", say.now) == [Signal("tt1", 1.0, 0.0)]


def test_now_may_lack_a_zone(say) -> None:
    assert faded(profile(say.likes("comedy")), say.now.replace(tzinfo=None))[0].weight == 1.0


@pytest.mark.parametrize("kind", list(FeedbackKind))
def test_every_kind_has_a_weight_that_strength_scales(say, kind: FeedbackKind) -> None:
    [signal] = signals(profile(say.event("tt1", kind, strength=0.5)), "movies", say.day(3))
    assert signal == Signal("tt1", EVENT_WEIGHTS[kind] * 0.5, 3.0)


def test_one_signal_an_item_oldest_first_of_that_catalog_only(say) -> None:
    known = profile(
        say.event("a", LIKE, on=1),
        say.event("b", VIEWED, on=2),
        say.event("c", LIKE, on=3, catalog="books"),
        say.event("a", DISLIKE, on=4),
    )
    assert signals(known, "movies", say.day(4)) == [Signal("b", 0.2, 2.0), Signal("a", -1.0, 0.0)]


def test_a_verdict_counts_before_a_later_view(say) -> None:
    known = profile(say.event("a", LIKE, on=1, strength=0.5), say.event("a", SEEN, on=2), say.event("a", VIEWED, on=3))
    assert signals(known, "movies", say.day(3)) == [Signal("a", 0.5, 2.0)]


def test_lists_of_items_by_kind(say) -> None:
    known = profile(
        say.event("a", SEEN),
        say.event("a", LIKE),
        say.event("b", LIKE, on=1, consumed=True),
        say.event("b", DISLIKE, on=2),
        say.event("c", LIKE, on=2),
        say.event("c", FeedbackKind.NOT_NOW, on=3),
    )
    assert known.items(LIKE, "movies") == ["a", "c"]
    assert known.items(DISLIKE, "movies") == ["b"]
    assert known.items(SEEN, "movies") == ["a"]
    assert known.items(FeedbackKind.NOT_NOW, "movies") == ["c"]
    assert known.items(LIKE, "books") == []
    assert known.consumed("movies") == ["a", "b"]
