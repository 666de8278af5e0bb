"""Turns as He et al. (2023) judge by: "Large Language Models as Zero-Shot Conversational Recommenders", CIKM."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...tools.errors import SettingsError
from ...tools.ranking.dialogues.model import Choice
from .dialogue_judged import Case
from .inspired_data import talk_of

_TESTS = "llms_zeroshot_crs"
NEW_ONLY = (
    "As in He et al. 2023: only items that had not been named before are targets, and none that had been is an answer."
)


@dataclass(frozen=True, slots=True)
class ZeroShot:
    """A data set of that paper."""

    items: tuple[str, ...]
    """`<http://dbpedia.org/resource/NAME>` of each."""
    test: tuple[Case, ...]


def read_zero_shot(data: Path | None, name: str) -> ZeroShot:
    """`name` is inspired or redial. Raises SettingsError for a folder without it."""
    folder = data_folder(data, f"{name}/{_TESTS}/test.jsonl") / name / _TESTS
    entities = json.loads((folder / "entity2id.json").read_text("utf-8"))
    names = {number: resource for resource, number in entities.items()}
    items = {number: names[number] for number in json.loads((folder / "item_ids.json").read_text("utf-8"))}
    rows = [json.loads(line) for line in (folder / "test.jsonl").read_text("utf-8").splitlines()]
    found = (_case(row, items) for row in rows)
    return ZeroShot(tuple(items.values()), tuple(one for one in found if one.choice.chosen and one.choice.talk))


def data_folder(data: Path | None, file: str) -> Path:
    """The folder, when the file is below it. Raises SettingsError."""
    if data is None:
        raise SettingsError("These dialogues do not ship with the package.", cure="Give their folder with --data.")
    found = next((one for one in (data, data.parent) if (one / file).is_file()), None)
    if found is None:
        raise SettingsError(f"{data / file} is not there.", cure=f"Give the folder that holds {file} with --data.")
    return found


def without_named(choice: Choice, named: Sequence[str]) -> Case:
    """A case in which what was named is neither a target nor an answer."""
    away = frozenset(named)
    new = tuple(one for one in choice.chosen if one not in away)
    return Case(Choice(choice.dialogue, choice.talk, new), away)


def _case(row: dict[str, Any], items: dict[int, str]) -> Case:
    talk = talk_of([text for text in row["context"] if text.strip()])
    chosen = tuple(dict.fromkeys(items[one] for one in row["rec"] if one in items))
    named = [items[one] for one in row["prev_entity"] if one in items]
    return without_named(Choice(str(row["dialog_id"]), talk, chosen), named)
