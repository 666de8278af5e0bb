"""IARD (Cai and Chen 2020): the intents of seekers in 336 dialogues on films, and what the recommender had said."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from ...graphs.understanding import Intent
from ...tools.errors import CatalogError, SettingsError

FILE = "umap2020_IARD_Cai.json"
_MENTION = re.compile(r"@(\d+)\s*<([^>]*)>\s*")
_LEFT = re.compile(r"<[^<>]*>+\s*")
"""A title that is written twice in the data."""
_YEAR = re.compile(r"\s*\((?:\d{4})?\)\s*$")
_SEEKER = "seeker"


@dataclass(frozen=True, slots=True)
class Label:
    """One of their labels in ours."""

    says: str
    ours: Intent
    also: frozenset[Intent] = frozenset()

    @property
    def right(self) -> frozenset[Intent]:
        """Every intent of ours that this label may be."""
        return self.also | {self.ours}


@dataclass(frozen=True, slots=True)
class Film:
    """A film that was mentioned."""

    key: str
    title: str
    """Without the year."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one of the two said. `text` has the titles of films in it as they are written."""

    seeker: bool
    text: str
    films: tuple[Film, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """One dialogue."""

    id: str
    lines: tuple[Line, ...]


@cache
def mapping() -> dict[str, Label]:
    """Their labels in ours, from `iard.yaml`."""
    table = yaml.safe_load((files(__package__ or __name__) / "iard.yaml").read_text(encoding="utf-8"))
    return {
        name: Label(row["says"], Intent(row["ours"]), frozenset(map(Intent, row.get("also", ()))))
        for name, row in table.items()
    }


def read_talks(data: Path | None) -> list[Talk]:
    """All dialogues. Raises SettingsError without the file, CatalogError for a damaged one."""
    folders = (data / "redial" / "iard", data / "iard", data) if data else ()
    file = next((folder / FILE for folder in folders if (folder / FILE).is_file()), None)
    if file is None:
        where = f"{data} has no redial/iard/{FILE}" if data else "no folder of dialogues is named"
        raise SettingsError(f"{where}.", cure=f"Pass --data DIR with DIR/redial/iard/{FILE}.")
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        return [Talk(name, tuple(map(_line, row["dialogue_info"].values()))) for name, row in raw.items()]
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise CatalogError(f"{file} cannot be read: {error}.", cure="Take the file as it is published.") from error


def split(talks: list[Talk], part: str) -> list[Talk]:
    """The half of a part, "dev" or "test", by the hash of the dialogue's id; both are about as large."""
    return [one for one in talks if (_hash(one.id)[-1] in "02468ace") is (part == "dev")]


def digest(talks: list[Talk]) -> str:
    """Short hash of which dialogues a part holds."""
    return _hash("\n".join(sorted(one.id for one in talks)))[:12]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _line(row: Mapping[str, Any]) -> Line:
    raw = html.unescape(row["utterance_text"])
    films = tuple(Film(f"film-{key}", _YEAR.sub("", title).strip()) for key, title in _MENTION.findall(raw))
    text = _MENTION.sub(lambda found: f"{_YEAR.sub('', found.group(2)).strip()} ", raw)
    text = _LEFT.sub("", text)
    labels = tuple(one for one in row["sub-intent/action"] if row["role"] == _SEEKER)
    return Line(row["role"] == _SEEKER, text.replace("...", ". ").strip(), films, labels)
