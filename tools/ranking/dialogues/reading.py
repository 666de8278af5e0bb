"""Dialogues from a file: JSON Lines, one dialogue a line, as in `Dialogue`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from ...errors import LogError
from .model import Dialogue, choices

_CURE = 'Write a dialogue a line: {"id": ..., "turns": [{"role": "user", "text": ...}, ...]}.'
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class ReadDialogues:
    """What a file holds."""

    dialogues: tuple[Dialogue, ...]
    unknown: tuple[str, ...]
    """Ids of items that the catalog does not have, each once; as if they had not been named."""

    def summary(self) -> list[str]:
        """What was read, a line each."""
        turns = sum(len(one.turns) for one in self.dialogues)
        learned = sum(len(one.chosen) for one in choices(self.dialogues))
        lines = [f"{len(self.dialogues):,} dialogues, {turns:,} turns, {learned:,} recommendations to learn from."]
        if self.unknown:
            some = ", ".join(map(repr, self.unknown[:_SHOWN]))
            lines.append(f"Items that are not in the catalog, passed over: {len(self.unknown):,}, such as {some}.")
        return lines


def read_dialogues(path: Path, item_ids: Sequence[str] | None = None) -> ReadDialogues:
    """All dialogues; with `item_ids`, those of the catalog, other items are counted and passed over.

    Raises LogError with file and line for what is no dialogue, for two of one id, and when no turn after another one
    recommends an item of the catalog.
    """
    found: dict[str, Dialogue] = {}
    first: dict[str, int] = {}
    for number, line in _lines(path):
        one = _dialogue(path, number, line)
        if one.id in found:
            where = f"{path}, line {number}: the dialogue {one.id!r} is also on line {first[one.id]}."
            raise LogError(where, cure="Give every dialogue an id of its own.")
        found[one.id], first[one.id] = one, number
    dialogues = tuple(found.values())
    unknown = () if item_ids is None else _unknown(dialogues, frozenset(item_ids))
    _check_learnable(path, dialogues, frozenset(unknown), item_ids)
    return ReadDialogues(dialogues, unknown)


def items_named(dialogues: Sequence[Dialogue]) -> tuple[str, ...]:
    """Ids of all items that are mentioned or recommended, in the order in which they first are."""
    ids = (
        one for dialogue in dialogues for turn in dialogue.turns for one in (*(turn.mentions or ()), *turn.recommended)
    )
    return tuple(dict.fromkeys(ids))


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise LogError(f"There is no file {path}.", cure="Check the path given with --dialogues.") from error
    except UnicodeDecodeError as error:
        raise LogError(f"{path} is not UTF-8: {error}.", cure="Save it as text in UTF-8.") from error
    except OSError as error:
        raise LogError(f"{path} cannot be read: {error.strerror}.", cure="Name a file that can be read.") from error
    return ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _dialogue(path: Path, number: int, line: str) -> Dialogue:
    try:
        return Dialogue.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise LogError(f"{path}, line {number}: {where or 'the line'}: {first['msg']}.", cure=_CURE) from error


def _unknown(dialogues: Sequence[Dialogue], known: frozenset[str]) -> tuple[str, ...]:
    return tuple(one for one in items_named(dialogues) if one not in known)


def _check_learnable(
    path: Path, dialogues: Sequence[Dialogue], unknown: frozenset[str], item_ids: Sequence[str] | None
) -> None:
    if not dialogues:
        raise LogError(f"{path} holds no dialogue.", cure=_CURE)
    chosen = [item for one in choices(dialogues) for item in one.chosen]
    if not chosen:
        cure = 'Give the turns that recommend items their ids, as "recommended": ["12", "7"].'
        raise LogError(f"{path}: no turn after another one recommends an item.", cure=cure)
    if not any(one not in unknown for one in chosen):
        some = ", ".join(map(repr, (item_ids or ())[:_SHOWN]))
        message = f"{path}: none of the {len(chosen):,} recommended items is in the catalog, such as {chosen[0]!r}."
        raise LogError(message, cure=f"Recommend by the catalog's ids, such as {some}.")
