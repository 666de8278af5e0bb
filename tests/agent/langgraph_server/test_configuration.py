"""`langgraph.json` names every type that a checkpoint may hold."""

from __future__ import annotations

from typing import Any

from langgraph_recommender.graphs.checkpointing import CHECKPOINTED


def test_the_types_of_the_state_are_allowed_and_no_others(ours: dict[str, Any]) -> None:
    serde = ours["checkpointer"]["serde"]
    assert sorted(map(tuple, serde["allowed_msgpack_modules"])) == sorted(CHECKPOINTED)
    assert serde["pickle_fallback"] is False
