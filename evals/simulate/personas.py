"""Personas: how a simulated person behaves, read from a YAML file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ...tools.errors import SuiteError, did_you_mean

Move = Literal["add", "clue", "more", "reject", "reject_all", "refuse", "critique", "like"]
Share = Annotated[float, Field(ge=0, le=1)]
Turns = Annotated[int, Field(strict=True, ge=1)]
SHIPPED = Path(__file__).parent / "personas.yaml"


class Persona(BaseModel):
    """How somebody talks. Shares are probabilities, turns count from 1."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    about: str
    """In a sentence."""
    goal: Literal["item", "need", "discovery"]
    """What they have in mind: one item, conditions and tastes, or nothing yet."""
    volunteers: tuple[int, int] = (1, 2)
    """Least and most conditions of the first message."""
    answers: Share = 1.0
    """How often a question is answered rather than passed over."""
    adds_to_answer: Share = 0.0
    """How often an answer comes with a further condition."""
    does_not_care: Share = 0.0
    """How often a taste that is asked about is given up: "doesn't matter"."""
    changes_mind: Share = 0.0
    """How often the first message holds a condition that is taken back in the second."""
    typos: Share = 0.0
    """How often a message has typing errors."""
    switches_language: Turns | None = None
    """The turn from which on they write in the other language."""
    terse_from: Turns | None = None
    """The turn from which on messages are as short as can be."""
    patience: Turns | None = None
    """They leave after this turn."""
    moves: dict[Move, Annotated[int, Field(strict=True, ge=1)]]
    """Weights of what they do when no question is answered."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        low, high = self.volunteers
        if not 0 <= low <= high:
            raise ValueError("`volunteers` is [least, most]")
        return self


@cache
def load_personas(file: Path = SHIPPED) -> dict[str, Persona]:
    """The personas of a file by name. Raises SuiteError with file, persona and key."""
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SuiteError(f"{file}: cannot be read: {error}.", cure="Write one persona per key.") from error
    if not isinstance(data, dict) or not data:
        raise SuiteError(f"{file}: no personas.", cure="Write `name:` and below it `about`, `goal`, `moves`.")
    return {str(name): _persona(file, str(name), fields) for name, fields in data.items()}


def find_persona(name: str) -> Persona:
    """The persona of that name that ships. Raises SuiteError with the nearest."""
    known = load_personas()
    if name not in known:
        raise SuiteError(f"no persona {name!r}.", cure=did_you_mean(name, list(known)))
    return known[name]


def _persona(file: Path, name: str, fields: Any) -> Persona:
    try:
        return Persona.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        wrong = first["loc"][-1] if first["loc"] else ""
        known = list(Persona.model_fields)
        cure = did_you_mean(str(wrong), known) if first["type"] == "extra_forbidden" else f"Correct {place or name}."
        raise SuiteError(f"{file}: persona {name!r}: {place}: {first['msg']}.", cure=cure) from error
