"""CrossWOZ (Zhu et al. 2020): what a person says of restaurants, turn by turn, beside the annotated state."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

import yaml

from ...tools.errors import CatalogError, SettingsError
from ...tools.normalize import normalize
from .slots import Slot, Slots, range_slot

FOLDER = "crosswoz_zh"
_DOMAIN, _SIGHT = "餐馆", "景点"
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_NEAR = re.compile(r"出现在id=(\d+)的周边餐馆里")


class Rule(NamedTuple):
    """How one annotated slot is read."""

    facet: str
    kind: str
    ceiling: float = math.inf


class _Entry(NamedTuple):
    """One row of a state: a slot of a goal, its value, and whether it has been said."""

    goal: int
    domain: str
    slot: str
    value: Any
    said: bool


@dataclass(frozen=True, slots=True)
class SaidTurn:
    """One message on restaurants, and what is wanted after it."""

    text: str
    goal: int
    stated: Slots
    """As last said: the accepted restaurant's own price, which the annotators then put into the state, was not said."""
    annotated: Slots
    """The annotated state, word for word."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """The turns on restaurants of one conversation, and by goal the name of the restaurant chosen in the end."""

    id: str
    turns: tuple[SaidTurn, ...]
    choices: Mapping[int, str]

    def by_goal(self) -> tuple[Dialogue, ...]:
        """A conversation for each goal."""
        goals = dict.fromkeys(one.goal for one in self.turns)
        return tuple(replace(self, turns=tuple(one for one in self.turns if one.goal == goal)) for goal in goals)


@cache
def rules() -> dict[str, Rule]:
    """The mapping of slots to facets, from `crosswoz.yaml`."""
    table = yaml.safe_load((files(__package__ or __name__) / "crosswoz.yaml").read_text(encoding="utf-8"))
    return {slot: Rule(**row) for slot, row in table.items()}


def ceilings() -> dict[str, float]:
    """Numeric facets with their highest possible value."""
    return {one.facet: float(one.ceiling) for one in rules().values() if one.kind == "range"}


def read_dialogues(data: Path | None, part: str) -> list[Dialogue]:
    """The conversations of a part ("val", "test") in which restaurants are spoken of.

    Raises SettingsError without the file, CatalogError for a damaged one.
    """
    file = next((one for one in _candidates(data, part) if one.is_file()), None)
    if file is None:
        where = f"{data} has no {FOLDER}/{part}.json.zip" if data else "no folder of dialogues is named"
        raise SettingsError(f"{where}.", cure=f"Pass --data DIR with DIR/{FOLDER}/{part}.json.zip of CrossWOZ.")
    try:
        with ZipFile(file) as archive:
            raw = json.loads(archive.read(f"{part}.json"))
        read = [_dialogue(name, row) for name, row in raw.items()]
    except (BadZipFile, KeyError, ValueError, TypeError, AttributeError) as error:
        raise CatalogError(f"{file} cannot be read: {error}.", cure="Take the file as it is published.") from error
    return [one for one in read if one.turns]


def _candidates(data: Path | None, part: str) -> list[Path]:
    return [folder / f"{part}.json.zip" for folder in ((data / FOLDER, data) if data else ())]


def digest(dialogues: list[Dialogue]) -> str:
    """Short hash of which conversations a part holds."""
    return hashlib.sha256("\n".join(sorted(one.id for one in dialogues)).encode()).hexdigest()[:12]


def _dialogue(name: str, row: Mapping[str, Any]) -> Dialogue:
    final = _entries(row["final_goal"])
    choices = {one.goal: str(one.value) for one in final if one.domain == _DOMAIN and one.slot == "名称" and one.value}
    return Dialogue(name, tuple(_turns(row, final)), choices)


def _entries(rows: list[list[Any]]) -> list[_Entry]:
    return [_Entry(*one) for one in rows]


def _turns(row: Mapping[str, Any], final: list[_Entry]) -> Iterator[SaidTurn]:
    """The person's turns that speak of restaurants, in order."""
    goals = _entries(row["goal"])
    before, goal, stated = goals, 0, dict[tuple[int, str], tuple[Slot, ...]]()
    for message in row["messages"]:
        if message["role"] != "usr":
            continue
        state, text = _entries(message["user_state"]), message["content"]
        acts = {act[2] for act in message["dialog_act"] if act[0] == "Inform" and act[1] == _DOMAIN}
        moved = [now for old, now in zip(before, state, strict=True) if now.said and not old.said]
        moved = [one for one in moved if one.domain == _DOMAIN]
        before = state
        if not moved and not any(act[1] == _DOMAIN for act in message["dialog_act"]):
            continue
        goal = max((one.goal for one in moved), default=goal) or _first(goals)
        for asked, now in zip(goals, state, strict=True):
            if asked.value and now.domain == _DOMAIN and now.said and _is_news(now, acts, moved):
                stated[now.goal, now.slot] = _slots(now, asked, final, text) or stated.get((now.goal, now.slot), ())
        yield SaidTurn(text, goal, _of(stated, goal), _annotated(goals, state, goal))


def _first(goals: list[_Entry]) -> int:
    return next(one.goal for one in goals if one.domain == _DOMAIN)


def _is_news(now: _Entry, acts: set[str], moved: list[_Entry]) -> bool:
    """Whether this message says the slot, for the first time or again; a sight may be named at any time."""
    return now in moved or now.slot in acts or (now.slot in rules() and rules()[now.slot].kind == "near")


def _of(stated: Mapping[tuple[int, str], tuple[Slot, ...]], goal: int) -> Slots:
    return frozenset(slot for (owner, _), held in stated.items() if owner == goal for slot in held)


def _annotated(goals: list[_Entry], state: list[_Entry], goal: int) -> Slots:
    rows = [now for asked, now in zip(goals, state, strict=True) if asked.value and now.goal == goal and now.said]
    return frozenset(slot for one in rows for slot in _slots(one, one, [], ""))


def _slots(now: _Entry, asked: _Entry, final: list[_Entry], text: str) -> tuple[Slot, ...]:
    rule = rules().get(now.slot)
    if rule is None or now.value in ("", "无", []):
        return ()
    if rule.kind == "values":
        return tuple((rule.facet, normalize(one)) for one in now.value)
    if rule.kind == "range":
        return (range_slot(rule.facet, *_ends(str(now.value)), rule.ceiling),)
    return _near(rule, str(asked.value), final, text)


def _ends(text: str) -> tuple[float, float]:
    """50-100元, 1000元以上, 50元以下, 5分."""
    numbers = [float(one) for one in _NUMBER.findall(text)] or [0.0]
    if text.endswith("以上"):
        return numbers[0], math.inf
    return (-math.inf, numbers[0]) if text.endswith("以下") else (numbers[0], numbers[-1])


def _near(rule: Rule, asked: str, final: list[_Entry], text: str) -> tuple[Slot, ...]:
    """The sight near which, when this message says its name."""
    source = _NEAR.search(asked)
    names = [
        str(one.value)
        for one in final
        if source and one.goal == int(source.group(1)) and (one.domain, one.slot) == (_SIGHT, "名称")
    ]
    return tuple((rule.facet, normalize(one)) for one in names if one and one in text)
