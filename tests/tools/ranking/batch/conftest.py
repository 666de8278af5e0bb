"""A small world: 40 items, a model of two parts, and files of users."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from langgraph_recommender.tools.ranking.batch.batch import BatchReport, recommend_all
from langgraph_recommender.tools.ranking.batch.reading import UsersFile
from langgraph_recommender.tools.ranking.batch.recommending import Choice, Recommend
from langgraph_recommender.tools.ranking.batch.running import here
from langgraph_recommender.tools.ranking.batch.writing import Labels
from langgraph_recommender.tools.ranking.data.model import Interactions, ItemTable
from langgraph_recommender.tools.ranking.data.report import ReadReport
from langgraph_recommender.tools.ranking.learning.card import Card
from langgraph_recommender.tools.ranking.learning.trained import TrainedModel
from langgraph_recommender.tools.ranking.learning.voices import Voice
from langgraph_recommender.tools.ranking.models import cooccurrence, popularity

N = 40
NOW = datetime(2026, 1, 1, tzinfo=UTC)
LABELS = Labels([f"i{row}" for row in range(N)], [f"Item {row}" for row in range(N)])
Batch = Callable[..., BatchReport]


def events(seed: int = 1, users: int = 30) -> Interactions:
    """Each of the users goes around a ring of items, some steps from some start; low numbers are popular."""
    random = np.random.default_rng(seed)
    starts = (random.random(users) ** 2 * N).astype(int)
    lengths = random.integers(3, 9, users)
    rows = np.concatenate([(start + np.arange(length)) % N for start, length in zip(starts, lengths, strict=True)])
    owners = np.repeat(np.arange(users), lengths).astype(np.int32)
    times = np.arange(len(rows)) * 3600.0
    names = tuple(f"u{user:03}" for user in range(users))
    table = ItemTable(tuple(LABELS.item_ids))
    return Interactions(names, table, owners, rows.astype(np.int32), np.ones(len(rows), np.float32), times)


def trained(train: Interactions) -> TrainedModel:
    """Popularity and co-occurrence, fitted on the events."""
    parts = (
        popularity.fit(train, popularity.PopularityConfig()),
        cooccurrence.fit(train, cooccurrence.CooccurrenceConfig()),
    )
    card = Card("ring", "", "", "", "none", len(train.user_ids), N, len(train), (), ("a", "b"), (), 0)
    return TrainedModel(train.items, parts, {part.name: Voice() for part in parts}, 1.0, card)


def as_csv(found: Interactions, path: Path, order: np.ndarray | None = None) -> Path:
    """The events as a file, in their order or another."""
    names, items = found.user_ids, found.items.item_ids
    order = np.arange(len(found)) if order is None else order
    lines = [f"{names[found.users[one]]},{items[found.rows[one]]},{found.times[one]:.0f}" for one in order]
    path.write_text("\n".join(["user,item,time", *lines]) + "\n")
    return path


@pytest.fixture(scope="session")
def ring() -> Interactions:
    return events()


@pytest.fixture(scope="session")
def model(ring: Interactions) -> TrainedModel:
    return trained(ring)


@pytest.fixture
def batch(model: TrainedModel) -> Batch:
    """Runs a file of users to an out file."""

    def run(users: Path, out: Path, *, allowed: np.ndarray | None = None, k: int = 5, **options: object) -> BatchReport:
        choice = Choice(k, np.ones(N, bool) if allowed is None else allowed, bool(options.pop("keep_seen", False)))
        file = UsersFile(users, {one: row for row, one in enumerate(LABELS.item_ids)}, ReadReport(), NOW)
        given = {"run": here, "progress": lambda *_: None} | options
        return recommend_all(file, Recommend(model, choice), LABELS, out, **given)

    return run
