"""OpenDialKG as prepared for iEvaLM (Wang et al. 2023): rows of a context, the entities in it and what came next."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...tools.errors import SettingsError
from ...tools.normalize import normalize
from ...tools.ranking.data.model import ItemTable
from ...tools.ranking.dialogues.knowledge import Triple
from ...tools.ranking.dialogues.model import Dialogue, Turn

_FOLDER = "opendialkg"


@dataclass(frozen=True)
class OpenDialKG:
    """Everything that the benchmark reads."""

    items: ItemTable
    triples: tuple[Triple, ...]
    train: tuple[Dialogue, ...]
    judged: tuple[Dialogue, ...]
    """Of the validation or of the test turns."""


def read_opendialkg(data: Path | None, split: str) -> OpenDialKG:
    """`split` is valid or test. Raises SettingsError for a folder without the files."""
    ids, numbers = _json(data, "ievalm/item_ids.json"), _json(data, "ievalm/entity2id.json")
    names = {number: name for name, number in numbers.items()}
    items = [names[number] for number in ids]
    about = {one["name"]: one for one in _json(data, "ievalm/id2info.json").values()}
    table = ItemTable(tuple(items), texts=tuple(_text(name, about.get(name, {})) for name in items))
    relations = {number: name for name, number in _json(data, "ievalm/relation2id.json").items()}
    triples = tuple(
        Triple(names[int(subject)], relations[relation], names[other])
        for subject, links in _json(data, "ievalm/kg.json").items()
        for relation, other in links
    )
    train, judged = (as_dialogues(_rows(data, part), frozenset(items)) for part in ("train", split))
    return OpenDialKG(table, triples, train, judged)


def as_dialogues(rows: Sequence[dict[str, Any]], items: frozenset[str]) -> tuple[Dialogue, ...]:
    """One dialogue a row: its context, then the turn whose recommendations are judged. Ids are dialogue/turn."""
    return tuple(_dialogue(row, items) for row in rows)


def dialogue_of(id_: str) -> str:
    """The dialogue that a row was taken from, by the id that `as_dialogues` gave it."""
    return id_.rpartition("/")[0]


def _dialogue(row: dict[str, Any], items: frozenset[str]) -> Dialogue:
    said: list[str] = row["context"]
    where = _places(said, row["entity"])
    turns = []
    for place, text in enumerate(said):
        named = [name for name, at in zip(row["entity"], where, strict=True) if at == place and name]
        mentions, others = ([one for one in named if (one in items) is wanted] for wanted in (True, False))
        role = "user" if (len(said) - place) % 2 else "assistant"
        turns.append(Turn(role=role, text=text, mentions=tuple(mentions), entities=tuple(others)))
    answer = Turn(role="assistant", text=row["resp"], mentions=(), entities=(), recommended=tuple(row["rec"]))
    return Dialogue(id=f"{row['dialog_id']}/{row['turn_id']}", turns=(*turns, answer))


def _places(said: Sequence[str], entities: Sequence[str]) -> list[int]:
    """The turn of each entity: they stand in the order of the turns, though not every one is written as it is named."""
    texts, found, place = [normalize(one) for one in said], [], 0
    for name in entities:
        wanted = normalize(name)
        place = next((at for at in range(place, len(texts)) if wanted in texts[at]), place)
        found.append(place)
    return found


def _text(name: str, about: dict[str, Any]) -> str:
    values = [value for key, value in about.items() if key != "name"]
    words = [word for value in values for word in ([value] if isinstance(value, str) else dict.fromkeys(value))]
    return " ".join([name, *words])


def _rows(data: Path | None, split: str) -> list[dict[str, Any]]:
    lines = _file(data, f"ievalm_eval/{split}_data_processed.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _json(data: Path | None, name: str) -> Any:
    return json.loads(_file(data, name).read_text("utf-8"))


def _file(data: Path | None, name: str) -> Path:
    if data is None:
        raise SettingsError("OpenDialKG does not ship with the package.", cure="Give its folder with --data.")
    found = next((one for one in (data / name, data / _FOLDER / name) if one.is_file()), None)
    if found is None:
        cure = f"Give the folder that holds {_FOLDER}/{name} with --data."
        raise SettingsError(f"{data / _FOLDER / name} is not there.", cure=cure)
    return found
