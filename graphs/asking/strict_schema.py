"""A pydantic type as the strict JSON schema that OpenAI's structured outputs accept.

Strict means: no defaults, every property required, no other properties, no keyword beside a `$ref`.
https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import BaseModel

Schema = dict[str, Any]


@cache
def strict_schema(kind: type[BaseModel]) -> Schema:
    """The JSON schema of `kind`, titled with its name. Shared between callers: do not change it."""
    raw = kind.model_json_schema()
    definitions = raw.pop("$defs", {})
    root = _strict(raw, definitions)
    return {"title": kind.__name__, **{key: value for key, value in root.items() if key != "title"}}


def _strict(node: Any, definitions: Schema) -> Any:
    if isinstance(node, list):
        return [_strict(one, definitions) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target = definitions[node["$ref"].rsplit("/", 1)[-1]]
        return _strict({**target, **{key: value for key, value in node.items() if key != "$ref"}}, definitions)
    return _object(
        {key: _member(key, value, definitions) for key, value in node.items() if key not in ("default", "title")}
    )


def _member(key: str, value: Any, definitions: Schema) -> Any:
    """Names of properties are data, not keywords: one called `title` or `default` stays."""
    if key == "properties":
        return {name: _strict(schema, definitions) for name, schema in value.items()}
    return _strict(value, definitions)


def _object(node: Schema) -> Schema:
    if node.get("type") != "object" or "properties" not in node:
        return node
    return {**node, "required": list(node["properties"]), "additionalProperties": False}
