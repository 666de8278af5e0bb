"""A group of simulated people in a suite: what persona talks about which catalog, with what in mind, and how often."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from .conversation import Setting
from .fields import Filters, Rank, Refers, Spec


class Needed(Spec):
    """What the people of a simulation need, instead of a need drawn by lot from the catalog."""

    must: Filters = ()
    """Filters that an item must meet, all of them."""
    prefer: Filters = ()
    """Filters of which it must meet half, rounded up."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.must or self.prefer):
            raise ValueError("a need has `must`, `prefer` or both")
        return self


class Simulation(Setting):
    """`count` people of one persona. The same seed draws the same people, in both languages with the same needs."""

    persona: str
    """Name of a persona in personas.yaml."""
    count: Rank = 1
    """How many people."""
    seed: int = 1
    """Draws the same people again."""
    budget: Rank = 5
    """Most turns of a conversation; a persona with less patience leaves earlier."""
    need: Needed | None = None
    """What all of them need; by lot when not stated."""
    item: Annotated[str, Refers.ITEM] = ""
    """Id or title of the item that all of them have in mind; by lot when not stated."""
    likes: Annotated[int, Field(strict=True, ge=0)] = 0
    """So many items to their taste are in their profile before the first turn."""

    @model_validator(mode="after")
    def _one_goal(self) -> Self:
        if self.need and self.item:
            raise ValueError("a simulation has `need` or `item`, not both")
        return self
