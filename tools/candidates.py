"""What a tool hands on beside its words: candidates, for code that ranks or shows them."""

from __future__ import annotations

from typing import TypedDict


class Candidate(TypedDict):
    """An item that a tool found. A plain dictionary at run time, so that any checkpointer can keep it."""

    item_id: str
    score: float
    """Comparable within one list only; 0 where the tool gives no score."""
    source: str
    """Name of the tool that found it."""
