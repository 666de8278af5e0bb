"""Few-shot examples for understanding: a message, what the brief held, and the understanding, as data in YAML."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from langchain_core.embeddings import Embeddings
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...tools.errors import SettingsError
from ..understanding import TurnUnderstanding

SHIPPED = Path(__file__).parent / "prompts" / "demonstrations.yaml"


class Demonstration(BaseModel):
    """One worked example. `brief` is free text: the facts of the turn that the understanding rests on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    message: str = Field(min_length=1)
    brief: str = ""
    understanding: TurnUnderstanding


def load_demonstrations(*paths: Path) -> tuple[Demonstration, ...]:
    """The examples of the files, in order; without a path those that ship.

    Raises SettingsError that names the file, the example and the field.
    """
    return tuple(one for path in paths or (SHIPPED,) for one in _load(path))


def pick(
    demonstrations: Sequence[Demonstration], text: str, count: int, embeddings: Embeddings
) -> tuple[Demonstration, ...]:
    """The `count` examples whose messages are most similar to the text; the most similar one comes last."""
    if count <= 0 or not demonstrations:
        return ()
    vectors = _vectors(tuple(one.message for one in demonstrations), _ByIdentity(embeddings))
    near = np.argsort(-(vectors @ _unit(np.asarray([embeddings.embed_query(text)]))[0]), kind="stable")[:count]
    return tuple(demonstrations[place] for place in reversed(near))


def render_demonstrations(picked: Sequence[Demonstration]) -> str:
    """The examples as text for the prompt; empty for none."""
    if not picked:
        return ""
    blocks = [
        f"Message: {json.dumps(one.message, ensure_ascii=False)}\n"
        + (f"Brief: {one.brief}\n" if one.brief else "")
        + f"TurnUnderstanding: {one.understanding.model_dump_json(exclude_defaults=True)}"
        for one in picked
    ]
    return "\nExamples (fields left at their defaults are not shown)\n\n" + "\n\n".join(blocks) + "\n"


def _load(path: Path) -> list[Demonstration]:
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"{path}: {error}.", cure="Give a YAML file with a list of examples.") from error
    if not isinstance(rows, list):
        raise SettingsError(f"{path}: no list of examples.", cure=f"See {SHIPPED.name} for the form.")
    return [_demonstration(path, place, row) for place, row in enumerate(rows, start=1)]


def _demonstration(path: Path, place: int, row: Any) -> Demonstration:
    try:
        return Demonstration.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the example"
        raise SettingsError(
            f"{path}: example {place}, {where}: {first['msg']}.", cure=f"See {SHIPPED.name} for the form."
        ) from error


class _ByIdentity:
    """Lets an embedding be a cache key: the same object, whatever its own equality says."""

    def __init__(self, embeddings: Embeddings) -> None:
        self.embeddings = embeddings

    def __hash__(self) -> int:
        return id(self.embeddings)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByIdentity) and other.embeddings is self.embeddings


@lru_cache(maxsize=4)
def _vectors(messages: tuple[str, ...], key: _ByIdentity) -> np.ndarray:
    return _unit(np.asarray(key.embeddings.embed_documents(list(messages))))


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
