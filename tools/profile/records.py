"""How a statement lies in the store: one store item each, under a key that is derived from the writer's key."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ..errors import StoreError
from .model import ItemEvent, LastingConstraint, Preference

Remembered = Preference | LastingConstraint | ItemEvent
Value = dict[str, Any]
"""The JSON value of a store item: `kind`, `key` and, unless it was forgotten, `data`."""

LONGEST_TEXT = 500
"""Characters kept of one text, so that a message of a million characters is not copied into every statement."""

_KINDS: dict[str, type[Remembered]] = {
    "preference": Preference,
    "constraint": LastingConstraint,
    "event": ItemEvent,
}
_FORGOTTEN = "forgotten"
_LANGUAGE = "language"
LANGUAGE_KEY = "language"
_DIGITS = re.compile(r"\d+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Record:
    """One remembered statement or event, with the key of its store item and the key its writer gave."""

    store_key: str
    key: str
    content: Remembered


def namespace(user_id: str | None) -> tuple[str, str] | None:
    """The store namespace of one user, None for nobody. Ids are hashed: no character in them can reach another user."""
    if user_id is None or not user_id.strip():
        return None
    return ("profile", hashlib.sha256(user_id.encode("utf-8", "surrogatepass")).hexdigest())


def store_key(content: Remembered, key: str) -> str:
    """The same writer's key and kind give the same store item, so that a write repeated is a write done once."""
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{_kind(content)}-{digest[:32]}"


def encode(content: Remembered, key: str) -> Value:
    """The store value of a statement, free of characters that a store cannot hold."""
    return {"kind": _kind(content), "key": _clean(key), "data": _cleaned(content.model_dump(mode="json"))}


def forgotten() -> Value:
    """What remains under a forgotten key: nothing but the fact, so that a repeated write does not bring it back."""
    return {"kind": _FORGOTTEN}


def language_value(language: str) -> Value:
    """The store value of a user's language."""
    return {"kind": _LANGUAGE, "data": language}


def language_of(values: Iterable[tuple[str, Value]]) -> str:
    """The language among the store values of a user, or an empty string."""
    return next((value["data"] for _, value in values if value.get("kind") == _LANGUAGE), "")


def records_of(values: Iterable[tuple[str, Value]]) -> list[Record]:
    """The statements among (store key, value) pairs, oldest first; those of one instant in the order of their keys.

    Raises:
        StoreError: a value that no version of this package wrote.
    """
    records = [_decode(name, value) for name, value in values if value.get("kind") in _KINDS]
    return sorted(records, key=lambda record: (record.content.time, _natural(record.key), record.store_key))


def _decode(name: str, value: Value) -> Record:
    try:
        content = _KINDS[value["kind"]].model_validate(value.get("data"))
    except ValidationError as error:
        raise StoreError(
            f"The stored {value['kind']} {name} cannot be read: {error.errors()[0]['msg']}.",
            cure="Restore the store from a backup, or forget this user with `recommender profile forget USER --all`.",
        ) from error
    return Record(name, str(value.get("key", "")), content)


def _kind(content: Remembered) -> str:
    return next(name for name, kind in _KINDS.items() if isinstance(content, kind))


def _natural(key: str) -> str:
    """Pads numbers, so that turn 10 comes after turn 9."""
    return _DIGITS.sub(lambda digits: digits.group().zfill(12), key)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, dict):
        return {name: _cleaned(part) for name, part in value.items()}
    return [_cleaned(part) for part in value] if isinstance(value, list) else value


def _clean(text: str) -> str:
    """Control characters become spaces, half surrogate pairs question marks; long text is cut."""
    cut = text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
    plain = _CONTROL.sub(" ", cut)
    return plain if plain.isascii() else plain.encode("utf-8", "replace").decode("utf-8")
