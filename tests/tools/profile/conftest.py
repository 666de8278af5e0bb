"""Every behaviour of the memory is tested on every store that it runs on."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from langgraph.store.base import BaseStore
from langgraph_recommender.tools.constraints.model import Constraint, Op, Scalar
from langgraph_recommender.tools.profile.memory import ProfileMemory
from langgraph_recommender.tools.profile.model import FeedbackKind, ItemEvent, LastingConstraint, Preference
from langgraph_recommender.tools.profile.stores import close_store, open_store


class Say:
    """Short ways to write what a person says of the catalog `movies`, on a day counted from `now`."""

    now = datetime(2026, 3, 1, tzinfo=UTC)

    @staticmethod
    def day(number: float) -> datetime:
        return Say.now + timedelta(days=number)

    @staticmethod
    def likes(value: str, words: str = "", *, on: float = 0, weight: float = 1.0, **fields: object) -> Preference:
        facts = {"facet": "genre", "catalog": "movies", "evidence": words, **fields}
        return Preference.model_validate({"value": value, "weight": weight, "time": Say.day(on), **facts})

    @staticmethod
    def hates(value: str, words: str = "", *, on: float = 0, **fields: object) -> Preference:
        return Say.likes(value, words, on=on, weight=-1.0, **fields)

    @staticmethod
    def always(
        facet: str, op: Op, value: Scalar | tuple[Scalar, ...], words: str = "", *, on: float = 0
    ) -> LastingConstraint:
        constraint = Constraint(facet=facet, op=op, value=value)
        return LastingConstraint(constraint=constraint, catalog="movies", evidence=words, time=Say.day(on))

    @staticmethod
    def event(item_id: str, kind: FeedbackKind, title: str = "", *, on: float = 0, **fields: object) -> ItemEvent:
        facts = {"item_id": item_id, "catalog": "movies", "kind": kind, "title": title, "time": Say.day(on), **fields}
        return ItemEvent.model_validate(facts)


@pytest.fixture(scope="session")
def say() -> type[Say]:
    return Say


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BaseStore]:
    """An empty store of each kind."""
    if request.param == "postgres":
        opened = open_store(request.getfixturevalue("postgres_url"))
        with opened._cursor() as cursor:  # pyright: ignore
            cursor.execute("DELETE FROM store")
    else:
        opened = open_store("memory" if request.param == "memory" else tmp_path / "profiles.sqlite")
    yield opened
    close_store(opened)


@pytest.fixture
def memory(store: BaseStore) -> ProfileMemory:
    return ProfileMemory(store)
