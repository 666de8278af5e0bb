"""`recommender serve`: what it makes of the settings."""

from __future__ import annotations

from typing import Any

import pytest
from langgraph_recommender.agent.cli.serve import turn_limits
from langgraph_recommender.agent.settings import Settings
from pydantic import SecretStr

SERVER = SecretStr("postgresql://user@host/database")


@pytest.mark.parametrize(
    ("given", "hosted", "turns"),
    [
        ({}, True, 8),
        ({"database_connections": 2}, True, 8),
        ({"database_url": SERVER}, True, 8),
        ({"database_url": SERVER, "database_connections": 4}, True, 3),
        ({"database_url": SERVER, "database_connections": 2}, False, 1),
    ],
)
def test_no_more_turns_run_at_once_than_have_a_connection_for_their_lock(
    given: dict[str, Any], hosted: bool, turns: int
) -> None:
    assert turn_limits(Settings(**given)).of(hosted=hosted) == turns
