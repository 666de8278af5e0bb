"""A dialogue as it was: turns with their text, the items and entities that they name, and what was recommended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

_Name = Annotated[str, Field(min_length=1)]


class Turn(BaseModel):
    """What one of the two said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Literal["user", "assistant"]
    text: str = ""
    mentions: tuple[_Name, ...] | None = None
    """Ids of items that are named, in their order; None: they are found in the text by their titles."""
    entities: tuple[_Name, ...] | None = None
    """Names of anything else, such as people and genres; None: those that are known are found in the text."""
    recommended: tuple[_Name, ...] = ()
    """Ids of the items that this turn recommends: what is learned."""


Talk = Sequence[Turn]
"""The turns so far, the oldest first."""


class Dialogue(BaseModel):
    """One conversation between a person and who recommends."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: _Name
    turns: Annotated[tuple[Turn, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Choice:
    """What was recommended after some turns."""

    dialogue: str
    """Id of the dialogue."""
    talk: tuple[Turn, ...]
    chosen: tuple[str, ...]
    """Item ids, each once."""


def choices(dialogues: Sequence[Dialogue]) -> Iterator[Choice]:
    """One for every turn that recommends something and has a turn before it."""
    for dialogue in dialogues:
        for place, turn in enumerate(dialogue.turns):
            if turn.recommended and place:
                yield Choice(dialogue.id, dialogue.turns[:place], tuple(dict.fromkeys(turn.recommended)))
