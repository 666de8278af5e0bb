"""A small shop of twelve items: people walk through one of two rows of shelves, and item 11 nobody has touched."""

import numpy as np
import pytest
from langgraph_recommender.tools.ranking.data.model import Interactions, ItemTable

SHELVES = ((0, 1, 2, 3, 4, 5), (6, 7, 8, 9, 10, 0))
USERS = 40
DAY = 86400.0


@pytest.fixture(scope="session")
def shop() -> Interactions:
    """User u starts at shelf place u % 3 and takes four items in order, one a day; every fifth dislikes one more."""
    events = []
    for user in range(USERS):
        shelf, first = SHELVES[user % 2], user % 3
        events += [(user, row, 1.0, day) for day, row in enumerate(shelf[first : first + 4])]
        if user % 5 == 0:
            events.append((user, SHELVES[1 - user % 2][2], -1.0, 9))
    users, rows, weights, days = (np.array(column) for column in zip(*events, strict=True))
    return Interactions(
        tuple(f"u{user}" for user in range(USERS)),
        ItemTable(tuple(f"i{row}" for row in range(12))),
        users.astype(np.int32),
        rows.astype(np.int32),
        weights.astype(np.float32),
        1_700_000_000.0 + DAY * days,
    )
