"""Items of the catalog in free text: exact titles, none read into ordinary words, inventions told."""

from __future__ import annotations

from typing import Any

import pytest
from langgraph_recommender.evals.facts import CatalogFacts
from langgraph_recommender.evals.targets import Shown
from langgraph_recommender.evals.targets.naming import Names
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, Item

TITLES = {
    "1": "Dune (Dune, #1)",
    "2": "Dune Messiah (Dune, #2)",
    "3": "The Help",
    "4": "Emma",
    "5": "全聚德烤鸭店",
    "6": "花",
    "7": "Spider-Man: No Way Home",
}


@pytest.fixture(scope="module")
def names() -> Names:
    schema = CatalogSchema(name="x", facets=(Facet(name="price", kind=FacetKind.NUMERIC),))
    return Names(CatalogFacts.build(schema, [Item(id=key, title=title) for key, title in TITLES.items()]))


@pytest.mark.parametrize(
    ("reply", "ids"),
    [
        ("Try Dune Messiah or Spider-Man: No Way Home.", ["2", "7"]),
        ("1. **Dune (1965)** - sand\n2. **Emma by Jane Austen** - a match", ["1", "4"]),
        ('"emma" and “dune messiah”', ["4", "2"]),
        ("I need the help of Emma with the dune.", []),
        ("You may like The Help, I think.", ["3"]),
        ("*Dune*, then *Dune Messiah*, then *Dune* again", ["1", "2"]),
        ("推荐全聚德烤鸭店，还有花园。", ["5"]),
        ("推荐《花》", ["6"]),
        ("", []),
        ("《《《" + "*" * 1000 + "\n" * 1000 + '"' * 999, []),
    ],
)
def test_titles_are_found_and_words_are_not(reply: str, ids: list[str], names: Names) -> None:
    assert [one.id for one in names.shown(reply)] == ids


def test_what_the_person_named_is_not_a_recommendation(names: Names) -> None:
    reply = "If you liked **Dune**, read **Dune Messiah**."
    assert [one.id for one in names.shown(reply, said="something like dune, please")] == ["2"]


def test_an_invented_entry_of_a_list_has_no_id(names: Names) -> None:
    reply = "1. **Emma** - fine\n2. **The Sand Book** - finer\n3. **Price**: low\n4. **Budget** - how much?"
    assert names.shown(reply) == (Shown("4", "Emma"), Shown("", "The Sand Book"))


@pytest.mark.parametrize(
    ("given", "completed"),
    [
        (Shown("4", "4"), Shown("4", "Emma")),
        (Shown("4", "Another"), Shown("4", "Another")),
        (Shown("", "Emma"), Shown("4", "Emma")),
        (Shown("Emma", "Emma"), Shown("4", "Emma")),
        (Shown("99", "Nowhere"), Shown("99", "Nowhere")),
    ],
)
def test_items_that_came_as_data_get_what_they_lack(given: Any, completed: Any, names: Names) -> None:
    assert names.completed(given) == completed
