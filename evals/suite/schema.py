"""The JSON Schema of a suite, for editors: a suite that begins with this line is completed and checked as it is typed.

# yaml-language-server: $schema=suite.schema.json
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .spec import SuiteSpec

SCHEMA_FILE = Path(__file__).with_name("suite.schema.json")
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_VARIABLE = {
    "type": "string",
    "pattern": r"^\{[^\s{}\d][^\s{}]*\}$",
    "description": "A variable of the script: {budget}.",
}
_REFERENCE = {"$ref": "#/$defs/Variable"}
_NAMED = ("properties", "$defs")
_AS_IT_IS = ("enum", "const", "default")


def suite_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a suite as it is written: short forms and variables are allowed where they may stand."""
    schema = _as_written(SuiteSpec.model_json_schema(mode="validation"))
    schema["$defs"]["Variable"] = _VARIABLE
    return {"$schema": _DIALECT, "title": "Suite of conversations", **schema}


def schema_text() -> str:
    """The schema as it is printed, and kept beside this file."""
    return json.dumps(suite_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _as_written(node: Any) -> Any:
    """Where a number, a truth value or a word of a list may stand, a variable may; no titles."""
    if isinstance(node, list):
        return [_as_written(one) for one in node]
    if not isinstance(node, dict):
        return node
    inner = {key: _part(key, value) for key, value in node.items() if not _is_noise(key, value)}
    if "anyOf" in inner:
        inner["anyOf"] = _flat(inner["anyOf"])
    if inner.get("type") in ("integer", "number", "boolean") or "enum" in inner or "const" in inner:
        about = {key: inner.pop(key) for key in ("description", "default") if key in inner}
        return {**about, "anyOf": [inner, _REFERENCE]}
    return inner


def _part(key: str, value: Any) -> Any:
    if key in _NAMED:
        return {name: _as_written(one) for name, one in value.items()}
    return value if key in _AS_IT_IS else _as_written(value)


def _is_noise(key: str, value: Any) -> bool:
    return (key == "title" and isinstance(value, str)) or (key == "default" and not isinstance(value, bool | int | str))


def _flat(choices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Choices within choices as one list; a variable is a text, where any text will do."""
    flat = list[dict[str, Any]]()
    for one in choices:
        flat += one["anyOf"] if set(one) == {"anyOf"} else [one]
    free = {"type": "string"} in flat
    return [one for index, one in enumerate(flat) if one not in flat[:index] and not (free and one == _REFERENCE)]
