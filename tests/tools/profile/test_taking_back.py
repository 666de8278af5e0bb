"""Taking back an opinion, or that an item is known, however it was said."""

from __future__ import annotations

from typing import Any

import pytest
from langgraph.store.memory import InMemoryStore
from langgraph_recommender.tools.catalog import Catalog, JointCatalog
from langgraph_recommender.tools.profile.joint import memory_for
from langgraph_recommender.tools.profile.memory import ProfileMemory
from langgraph_recommender.tools.profile.model import FeedbackKind as Kind


def held(memory: ProfileMemory) -> dict[str, list[str]]:
    profile = memory.load("u")
    opinions = {kind.value: profile.items(kind, "movies") for kind in (Kind.LIKE, Kind.DISLIKE, Kind.NOT_NOW)}
    return {name: ids for name, ids in (*opinions.items(), ("had", profile.consumed("movies"))) if ids}


@pytest.mark.parametrize("kind", [Kind.LIKE, Kind.DISLIKE])
def test_an_opinion_goes_with_those_that_it_replaced(memory: ProfileMemory, say: Any, kind: Kind) -> None:
    said = [Kind.NOT_NOW, Kind.LIKE, Kind.DISLIKE, kind, Kind.SEEN]
    memory.add("u", {str(day): say.event("alien", one, on=day) for day, one in enumerate(said)})
    memory.record("u", say.event("brazil", kind), key="other")
    assert memory.take_back("u", kind, "alien", "movies")
    assert held(memory) == {kind.value: ["brazil"], "had": ["alien"]}
    assert not memory.take_back("u", kind, "alien", "movies")


def test_what_else_a_sentence_said_still_holds(memory: ProfileMemory, say: Any) -> None:
    loved = say.event("alien", Kind.LIKE, consumed=True, reason="I have seen Alien and loved it")
    memory.record("u", loved, key="m")
    memory.take_back("u", Kind.LIKE, "alien", "movies")
    assert held(memory) == {"had": ["alien"]}
    assert "loved" not in str(memory.export("u"))
    memory.take_back("u", Kind.SEEN, "alien", "movies")
    assert held(memory) == {}
    memory.record("u", loved, key="m")
    memory.take_back("u", Kind.SEEN, "alien", "movies")
    assert held(memory) == {"like": ["alien"]}


def test_another_catalog_and_another_person_are_left_alone(memory: ProfileMemory, say: Any) -> None:
    memory.record("u", say.event("alien", Kind.LIKE), key="m")
    assert not memory.take_back("u", Kind.LIKE, "alien", "books")
    assert not memory.take_back("v", Kind.LIKE, "alien", "movies")
    assert not memory.take_back(None, Kind.LIKE, "alien", "movies")
    assert held(memory) == {"like": ["alien"]}


def test_before_several_catalogs_it_is_taken_back_where_it_is_kept(books: Catalog, movies: Catalog, say: Any) -> None:
    one, both = ProfileMemory(InMemoryStore()), JointCatalog([books, movies])
    joint, item = memory_for(one, both), both.items()[0]
    home, own = both.home_of(item.id)
    one.record("u", say.event(own, Kind.LIKE, catalog=home.name), key="m")
    assert joint.load("u").items(Kind.LIKE, both.name) == [item.id]
    assert joint.take_back("u", Kind.LIKE, item.id, both.name)
    assert one.load("u").events == []
