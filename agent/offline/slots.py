"""Fills the properties of a JSON schema from evidence: by name, by type, and never by guessing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from .evidence import Evidence, items_meant
from .parsing.text import stem, words
from .tool_words import without_opener, without_statement

Schema = dict[str, Any]
_NOTHING = object()
_MESSAGE = frozenset(
    {
        "query",
        "text",
        "message",
        "input",
        "question",
        "request",
        "prompt",
        "statement",
        "utterance",
        "sentence",
        "content",
    }
)
_WORDED = _MESSAGE | {"value", "topic", "term", "terms", "keywords"}
_COUNTS = frozenset({"k", "n", "count", "limit", "quantity", "number", "amount", "top", "max", "size", "num", "times"})
_NAMED = frozenset({"name", "title", "called", "label"})
_REFERS = frozenset({"id", "ids"})
_DISLIKE = re.compile(
    r"\b(?:hate|dislike|loathe|avoid|never|allergic|can'?t stand|not a fan|(?:don'?t|do not|didn'?t) (?:like|want))\b"
    r"|讨厌|不喜欢|不爱|不要|不想|不吃|受不了|过敏",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"\b(?:no|not|without|don't|isn't|never)\b|不|没|别", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Filled:
    """Values by property, and the required properties that nothing was said about."""

    values: dict[str, Any]
    missing: tuple[str, ...]


@dataclass(slots=True)
class _Pool:
    """Evidence that is used up from left to right, so that two numbers fill two properties."""

    evidence: Evidence
    loose: bool
    """Whether a lone required text may be taken from names, phrases or the whole message."""
    definitions: Schema
    numbers: list[float] = field(default_factory=list)
    quotations: list[str] = field(default_factory=list)


def fill(schema: Schema, evidence: Evidence, *, loose: bool) -> Filled:
    """Fills an object schema. With `loose` (tool calls) a required text may be the words that are left."""
    numbers = [one.value for one in evidence.numbers]
    pool = _Pool(evidence, loose, schema.get("$defs", {}), numbers, list(evidence.quotations))
    return _fill(schema, pool)


def _fill(schema: Schema, pool: _Pool) -> Filled:
    required = _required(schema, pool)
    values, missing = {}, []
    for name, raw in _by_certainty(schema.get("properties", {}), pool):
        value = _value(name, raw, pool, required=name in required)
        if value is not _NOTHING:
            values[name] = value
        elif name in required:
            missing.append(name)
    ordered = {name: values[name] for name in schema.get("properties", {}) if name in values}
    return Filled(ordered, tuple(missing))


def _required(schema: Schema, pool: _Pool) -> list[str]:
    """The required properties; a tool that requires none takes the message in the first property that is for words."""
    named = schema.get("required", [])
    if named or not pool.loose:
        return named
    words = [name for name in schema.get("properties", {}) if _WORDED & set(_parts(name))]
    return words[:1]


def _by_certainty(properties: Schema, pool: _Pool) -> list[tuple[str, Schema]]:
    """Properties that the message names come first, so that others do not take their evidence."""
    resolved = [(name, _resolve(raw, pool.definitions)) for name, raw in properties.items()]
    return sorted(resolved, key=lambda one: _after_name(one[0], pool.evidence.text) is None)


def _resolve(raw: Schema, definitions: Schema) -> Schema:
    """The schema behind references and optional unions."""
    if "$ref" in raw:
        return _resolve({**definitions[raw["$ref"].rsplit("/", 1)[-1]], **_without(raw, "$ref")}, definitions)
    for key in ("anyOf", "oneOf", "allOf"):
        choices = [one for one in raw.get(key, []) if one.get("type") != "null"]
        if choices:
            return _resolve({**_without(raw, key), **choices[0]}, definitions)
    return raw


def _without(schema: Schema, key: str) -> Schema:
    return {name: value for name, value in schema.items() if name != key}


def _value(name: str, schema: Schema, pool: _Pool, *, required: bool) -> Any:
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return _mentioned(schema["enum"], pool.evidence.text)
    kind = schema.get("type", "string")
    if kind in ("integer", "number"):
        return _number(name, schema, pool, required=required)
    if kind == "boolean":
        return _boolean(name, pool.evidence.text)
    if kind == "array":
        return _array(name, _resolve(schema.get("items", {}), pool.definitions), pool, required=required)
    if kind == "object":
        inner = _fill(schema, pool) if schema.get("properties") else None
        return inner.values if inner and inner.values and not inner.missing else _NOTHING
    return _text(name, pool, required=required)


def _mentioned(values: list[Any], text: str) -> Any:
    """The allowed value that is said last; simple inflections count ("liked" says like)."""
    said = " ".join(words(text))
    spoken = [(_last_place(" ".join(words(str(one))), said), one) for one in values]
    place, value = max(spoken, key=lambda one: one[0], default=(-1, _NOTHING))
    return value if place >= 0 else _NOTHING


def _last_place(phrase: str, text: str) -> int:
    ending = r"(?:s|es|d|ed|ing)?" if phrase.isascii() else ""
    found = list(re.finditer(rf"(?<![a-z0-9]){re.escape(phrase)}{ending}(?![a-z0-9])", text)) if phrase else []
    return found[-1].start() if found else -1


def _boolean(name: str, text: str) -> Any:
    said = " ".join(map(stem, words(text)))
    for word in map(stem, _parts(name)):
        place = said.find(word)
        if place >= 0 and len(word) > 2:
            return not _NEGATED.search(said[max(place - 15, 0) : place])
    return _NOTHING


def _number(name: str, schema: Schema, pool: _Pool, *, required: bool) -> Any:
    if (schema.get("minimum"), schema.get("maximum")) == (-1, 1):
        return -1.0 if _DISLIKE.search(pool.evidence.text) else _NOTHING
    named = _after_name(name, pool.evidence.text)
    value = _leading_number(named) if named else None
    if value is None and (required or (_COUNTS & set(_parts(name)))):
        value = next((one for one in pool.numbers if _allowed(one, schema)), None)
    if value is None or not _allowed(value, schema):
        return _NOTHING
    if value in pool.numbers:
        pool.numbers.remove(value)
    return int(value) if schema.get("type") == "integer" else value


def _leading_number(text: str) -> float | None:
    found = re.match(r"\W*(-?\d+(?:\.\d+)?)", text)
    return float(found.group(1)) if found else None


def _allowed(value: float, schema: Schema) -> bool:
    if schema.get("type") == "integer" and value != int(value):
        return False
    return (
        value >= schema.get("minimum", value)
        and value <= schema.get("maximum", value)
        and value > schema.get("exclusiveMinimum", value - 1)
        and value < schema.get("exclusiveMaximum", value + 1)
    )


def _array(name: str, items: Schema, pool: _Pool, *, required: bool) -> Any:
    if "enum" in items:
        found = [one for one in items["enum"] if _mentioned([one], pool.evidence.text) is not _NOTHING]
        return found or _NOTHING
    if items.get("type") in ("integer", "number") and required:
        values, pool.numbers = [one for one in pool.numbers if _allowed(one, items)], []
        return ([int(one) for one in values] if items["type"] == "integer" else values) or _NOTHING
    if items.get("type", "string") != "string":
        return _NOTHING
    if _REFERS & set(_parts(name)):
        return list(items_meant(pool.evidence)) or _NOTHING
    listed, pool.quotations = pool.quotations or _listed(_after_name(name, pool.evidence.text)), []
    return listed or _NOTHING


def _listed(text: str | None) -> list[str]:
    parts = re.split(r"\s*(?:,|、|，|;|\band\b|\bor\b|和|或)\s*", re.split(r"[.?!。？！]", text)[0]) if text else []
    return [one.strip(" :=") for one in parts if one.strip(" :=")]


def _text(name: str, pool: _Pool, *, required: bool) -> Any:
    parts = set(_parts(name))
    if _REFERS & parts:
        return _reference(pool)
    named = _after_name(name, pool.evidence.text)
    if pool.quotations and (required or named is not None or parts & _NAMED):
        return pool.quotations.pop(0)
    if named:
        return _clause(named)
    if parts & _MESSAGE and required:
        return without_opener(pool.evidence.text)
    if parts & _WORDED and required and pool.loose:
        return without_statement(pool.evidence.text)
    return _remaining(pool) if required and pool.loose else _NOTHING


def _reference(pool: _Pool) -> Any:
    """An id: of an item that was shown, or written in the message ("order 1001")."""
    meant = items_meant(pool.evidence)
    if meant:
        return meant[0]
    written = re.search(r"\b(?=[\w-]*\d)[\w-]+\b", pool.evidence.text)
    return written.group() if written else _NOTHING


def _remaining(pool: _Pool) -> str:
    """The most telling words: what follows a preposition, else a name, else the whole message."""
    evidence = pool.evidence
    for words_left in (evidence.phrases[-1:], evidence.names[:1], (evidence.text.strip(),)):
        if words_left and words_left[0]:
            return words_left[0]
    return _NOTHING  # pyright: ignore[reportReturnType]


def _parts(name: str) -> list[str]:
    return [one.lower() for one in re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", name)]


def _after_name(name: str, text: str) -> str | None:
    """What follows the property's name in the message ("quantity: 2", "my budget is 300"), or None."""
    spoken = r"[\s_-]*".join(map(re.escape, _parts(name)))
    found = re.search(
        rf"(?<![a-z]){spoken}s?\b\s*(?:is|are|was|of|to|=|:|：|是|为)?\s*(.+)", text, re.IGNORECASE | re.DOTALL
    )
    return found.group(1) if found and spoken else None


def _clause(text: str) -> str:
    return re.split(r"[,.;?!，。；？！]|\s+(?:and|with|for|in)\s+", text)[0].strip(" '\"") or text.strip()
