"""What a simulated person does in one message, before it is put into words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...tools.items import Facet
from ..generate.conditions import Condition

Kind = Literal[
    "open", "open_item", "open_vague", "answer", "whatever", "add", "insist", "prefer", "replace", "clue", "more",
    "reject", "reject_all", "refuse", "critique", "like",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that is done: a condition said, a question answered, an item turned down."""

    kind: Kind
    conditions: tuple[Condition, ...] = ()
    facet: Facet | None = None
    """What is asked about, or what is criticized."""
    direction: Literal["", "lower", "higher"] = ""
    """Of a critique."""
    rank: int = 0
    """Of the item shown that it is about; 1 is the first."""
    words: tuple[str, ...] = ()
    """Of the text of the item in mind."""
