"""What a newer statement replaces, and what it leaves alone."""

import pytest
from langgraph_recommender.tools.profile.memory import ProfileMemory
from langgraph_recommender.tools.profile.merge import replaces, resolve


def test_a_contradiction_goes_to_the_newer_words_and_keeps_the_history(memory: ProfileMemory, say) -> None:
    memory.remember("u", say.hates("Horror", "I can't stand horror anymore", on=9), key="2")
    memory.remember("u", say.likes("horror", "I love horror"), key="1")
    profile = memory.load("u")
    assert profile.preferences == [say.hates("Horror", "I can't stand horror anymore", on=9)]
    [old] = profile.history
    assert old.statement == say.likes("horror", "I love horror")
    assert (old.replaced_at, old.by) == (say.day(9), "I can't stand horror anymore")


def test_a_change_of_mind_twice_is_told_in_order(say) -> None:
    said = [say.likes("horror"), say.hates("horror", on=1), say.likes("horror", on=2)]
    assert resolve(said).replaced == ((0, 1), (1, 2))
    assert resolve(said).current == (2,)


def test_a_lasting_bound_replaces_the_older_one_in_the_same_direction(say) -> None:
    said = [say.always("price", "<=", 20), say.always("price", ">=", 5), say.always("price", "<", 30)]
    assert resolve(said).current == (1, 2)


@pytest.mark.parametrize(
    ("older", "newer", "replaced"),
    [
        (("price", "<=", 20), ("price", "<=", 30), True),
        (("price", "<=", 20), ("year", "<=", 2000), False),
        (("price", "<=", 20), ("price", ">=", 10), False),
        (("price", "<=", 20), ("price", ">=", 50), True),
        (("price", "between", (5, 20)), ("price", "<=", 9), True),
        (("diet", "=", "vegetarian"), ("diet", "=", "vegan"), True),
        (("perk", "all", "wifi"), ("perk", "all", "parking"), False),
        (("perk", "all", "wifi"), ("perk", "all", "WiFi"), True),
        (("genre", "!=", "horror"), ("genre", "!=", "romance"), False),
        (("genre", "!=", "horror"), ("genre", "!=", "Horror"), True),
        (("genre", "!=", "horror"), ("genre", "in", ("horror", "war")), True),
        (("genre", "in", ("horror", "war")), ("genre", "!=", "horror"), False),
        (("genre", "=", "horror"), ("genre", "!=", "horror"), True),
    ],
)
def test_constraints(say, older: tuple, newer: tuple, replaced: bool) -> None:
    assert replaces(say.always(*newer, on=1), say.always(*older)) is replaced


def test_loving_what_was_ruled_out_lifts_the_ban_and_only_that(memory: ProfileMemory, say) -> None:
    memory.remember("u", say.always("genre", "not in", ("horror", "war"), "never horror or war"), key="1")
    memory.remember("u", say.likes("horror", "I started to love horror", on=1), key="2")
    profile = memory.load("u")
    assert [one.constraint.value for one in profile.constraints] == ["war"]
    assert [one.value for one in profile.preferences] == ["horror"]


def test_ruling_out_what_was_loved_ends_the_love(say) -> None:
    assert resolve([say.likes("horror"), say.always("genre", "!=", "Horror", on=1)]).current == (1,)
    assert resolve([say.hates("horror"), say.always("genre", "!=", "Horror", on=1)]).current == (0, 1)


def test_behaviour_never_outvotes_words(say) -> None:
    words, behaviour = say.hates("horror"), say.likes("horror", on=400, stated=False)
    assert resolve([words, behaviour]).current == (0,)
    assert resolve([words, behaviour]).replaced == ((1, 0),)
    assert resolve([behaviour, words]).current == (1,)
    assert resolve([say.always("genre", "!=", "horror"), behaviour]).current == (0,)


def test_newer_behaviour_replaces_older_behaviour(say) -> None:
    assert resolve([say.likes("horror", stated=False), say.hates("horror", stated=False)]).current == (1,)


def test_other_catalogs_and_facets_are_other_subjects(say) -> None:
    love = say.likes("horror")
    assert not replaces(say.hates("horror", catalog="books", on=1), love)
    assert not replaces(say.hates("horror", facet="mood", on=1), love)
    assert replaces(say.hates("horror", facet="", catalog="", on=1), love)
