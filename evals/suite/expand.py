"""One script becomes many conversations: one for every combination of its variables and every way to say its turns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from random import Random
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ...tools.errors import SuiteError, did_you_mean
from .conversation import Sample, SampleSpec, Scalar, Vars
from .parsing import Lines, Place, line_of

MOST = 200
"""Conversations that one script may become."""
_VARIABLE = re.compile(r"\{([^\W\d]\w*)\}")
_VARS: TypeAdapter[Any] = TypeAdapter(Vars)
_SAMPLE: TypeAdapter[Sample] = TypeAdapter(SampleSpec)
_HOLDERS = ("vars", "sample", "paraphrases")
Row = Mapping[str, Scalar]


@dataclass(frozen=True)
class Expanded:
    """The data of a suite with its scripts expanded, and for each conversation the index of its script."""

    data: Any
    origins: tuple[int, ...]


def expand(data: Any, lines: Lines, file: str) -> Expanded:
    """Replaces each script by the conversations it stands for. Raises SuiteError; wrong types are left as they are."""
    scripts = data.get("conversations") if isinstance(data, dict) else None
    if not isinstance(scripts, list):
        return Expanded(data, ())
    told = [(index, one) for index, script in enumerate(scripts) for one in _Script(script, index, lines, file).told()]
    if not told:
        return Expanded(data, ())
    return Expanded({**data, "conversations": [one for _, one in told]}, tuple(index for index, _ in told))


def as_written(place: Place, origins: Sequence[int]) -> Place:
    """The place in the file: conversations are counted as they are run, scripts as they are written."""
    if len(place) > 1 and place[0] == "conversations" and isinstance(place[1], int) and place[1] < len(origins):
        return ("conversations", origins[place[1]], *place[2:])
    return place


@dataclass(frozen=True)
class _Script:
    """A script as it was written."""

    data: Any
    index: int
    lines: Lines
    file: str

    def told(self) -> list[Any]:
        """The conversations it stands for; itself when it has no variables and one way to say each turn."""
        if not isinstance(self.data, dict) or not isinstance(self.data.get("turns"), list):
            return [self.data]
        try:
            given = _VARS.validate_python(self.data.get("vars", {}))
            sample = _SAMPLE.validate_python(self.data["sample"]) if "sample" in self.data else None
        except ValidationError:
            return [self.data]
        told = [_ways(turn) for turn in self.data["turns"]]
        ways = max(map(len, told), default=1)
        if (not given and ways <= 1) or not all(isinstance(way, str | None) for one in told for way in one):
            return [self.data]
        self._check_names(given)
        return [self._one(row, way) for row, way in self._drawn(given, ways, sample)]

    def _drawn(self, given: Any, ways: int, sample: Sample | None) -> list[tuple[Row, int]]:
        """The combinations that are run, in the order in which they are written."""
        count = ways * (prod(map(len, given.values())) if isinstance(given, dict) else len(given))
        wanted = min(sample.count, count) if sample else count
        if wanted > MOST:
            raise SuiteError(
                f"{self._where()}: {count:,} combinations; a script may become {MOST} conversations at most.",
                cure=f"Shorten `vars`, or draw some with `sample: {MOST}`.",
            )
        picked = range(count)
        if sample:
            picked = sorted(Random(f"{sample.seed}/{self.data.get('name')}").sample(range(count), wanted))
        return [(_row(given, number // ways), number % ways) for number in picked]

    def _one(self, row: Row, way: int) -> dict[str, Any]:
        turns = [_said(turn, way) for turn in self.data["turns"]]
        rest = {key: value for key, value in self.data.items() if key not in (*_HOLDERS, "turns")}
        filled = _filled({**rest, "turns": turns}, row)
        return {**filled, "name": self._name(row, way), "vars": dict(row)}

    def _name(self, row: Row, way: int) -> Any:
        """The script's name, and what tells this conversation from its siblings."""
        name = self.data.get("name")
        if not isinstance(name, str):
            return name
        told = [f"{key}={_spelled(value)}" for key, value in row.items() if f"{{{key}}}" not in name]
        told += [f"said {way + 1}"] if way else []
        return _filled(name, row) + (f" [{', '.join(told)}]" if told else "")

    def _check_names(self, given: Any) -> None:
        """Raises SuiteError for a variable that is not there, is used nowhere, or has a value twice."""
        rows = [given] if isinstance(given, dict) else list(given)
        used = dict(_used(self.data, ("conversations", self.index)))
        for row in filter(None, rows):
            for missing in used.keys() - row.keys():
                raise self._wrong(f"{{{missing}}} is no variable of the script.", used[missing], missing, row)
        for name in {name for row in rows for name in row}:
            place = ("conversations", self.index, "vars", name)
            if name not in used:
                raise self._wrong(f"the variable {name!r} is used nowhere.", place, name, used)
            values = given[name] if isinstance(given, dict) else ()
            if len({_spelled(one) for one in values}) < len(values):
                raise SuiteError(f"{self._where(place)}: {name!r} has a value twice.", cure="Keep one.")

    def _wrong(self, what: str, place: Place, name: str, known: Iterable[str]) -> SuiteError:
        return SuiteError(f"{self._where(place)}: {what}", cure=did_you_mean(name, sorted(known)))

    def _where(self, place: Place = ()) -> str:
        return f"{self.file}:{line_of(place or ('conversations', self.index), self.lines)}"


def _row(given: Any, number: int) -> Row:
    """The values of the variables in that combination; the last variable changes fastest."""
    if not isinstance(given, dict):
        return given[number]
    row = dict[str, Scalar]()
    for name, values in reversed(given.items()):
        number, place = divmod(number, len(values))
        row[name] = values[place]
    return {name: row[name] for name in given}


def _ways(turn: Any) -> list[Any]:
    """All the ways to say a turn."""
    if not isinstance(turn, dict) or not isinstance(turn.get("say"), str):
        return [None]
    others = turn.get("paraphrases") or []
    return [turn["say"], *(others if isinstance(others, list) else [others])]


def _said(turn: Any, way: int) -> Any:
    """The turn, said in one way; a turn that knows fewer ways begins anew."""
    if not isinstance(turn, dict) or "paraphrases" not in turn:
        return turn
    ways = _ways(turn)
    rest = {key: value for key, value in turn.items() if key != "paraphrases"}
    return rest if ways == [None] else {**rest, "say": ways[way % len(ways)]}


def _filled(value: Any, row: Row) -> Any:
    """The value with every variable in its texts and keys replaced."""
    if isinstance(value, str):
        return _VARIABLE.sub(lambda match: _spelled(row[match[1]]) if match[1] in row else match[0], value)
    if isinstance(value, dict):
        return {_filled(key, row): _filled(one, row) for key, one in value.items()}
    return [_filled(one, row) for one in value] if isinstance(value, list) else value


def _spelled(value: Scalar) -> str:
    return (
        str(value).lower() if isinstance(value, bool) else f"{value:.10g}" if isinstance(value, float) else str(value)
    )


def _used(value: Any, place: Place) -> Iterator[tuple[str, Place]]:
    """Every variable that the texts of a script name, and where."""
    if isinstance(value, str):
        yield from ((match[1], place) for match in _VARIABLE.finditer(value))
    elif isinstance(value, dict):
        for key, one in value.items():
            if len(place) > 2 or key not in ("vars", "sample"):
                yield from _used(key, (*place, str(key)))
                yield from _used(one, (*place, str(key)))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _used(one, (*place, index))
