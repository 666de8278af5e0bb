"""Interactions in which an item is usually followed by the next one, and a model trained on them."""

import numpy as np
import pytest
from langgraph_recommender.tools.ranking.data.model import Interactions, ItemTable
from langgraph_recommender.tools.ranking.learning.fitting import Training, train_model
from langgraph_recommender.tools.ranking.learning.preparing import TrainSettings

ITEMS, USERS, EVENTS = 40, 150, 8


def walks(seed: int = 7) -> Interactions:
    """Each user walks from item to item: three times of four to the next one, else anywhere, item 0 more often."""
    random = np.random.default_rng(seed)
    rows = np.zeros((USERS, EVENTS), np.int32)
    rows[:, 0] = random.integers(0, ITEMS, USERS)
    for place in range(1, EVENTS):
        anywhere = np.minimum(random.integers(0, ITEMS, USERS), random.integers(0, ITEMS, USERS))
        rows[:, place] = np.where(random.random(USERS) < 0.75, (rows[:, place - 1] + 1) % ITEMS, anywhere)
    users = np.repeat(np.arange(USERS, dtype=np.int32), EVENTS)
    times = np.tile(np.arange(EVENTS) * 86400.0, USERS)
    table = ItemTable(tuple(f"i{row:02}" for row in np.random.default_rng(1).permutation(ITEMS)))
    return Interactions(
        tuple(f"u{user}" for user in range(USERS)), table, users, rows.ravel(), np.ones(rows.size, np.float32), times
    )


@pytest.fixture(scope="session")
def interactions() -> Interactions:
    return walks()


@pytest.fixture(scope="session")
def training(interactions: Interactions) -> Training:
    settings = TrainSettings(parts=("popularity", "cooccurrence"), test=True, catalog="walks", licence="CC0")
    return train_model(interactions, settings)
