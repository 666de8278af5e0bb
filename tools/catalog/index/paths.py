"""Paths into nested rows: `price`, `dimensions.width`, `[1].人均消费`, `reviews.rating`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_DEPTH = 3


def lookup(row: object, path: str) -> object:
    """The value at a path, or None. A key applied to a list of objects gives the list of their values."""
    if isinstance(row, Mapping) and path in row:
        return row[path]
    value = row
    for index, key in _STEP.findall(path):
        value = _at(value, int(index)) if index else _get(value, key)
        if value is None:
            return None
    return value


def leaves(row: object, prefix: str = "", depth: int = _DEPTH) -> Iterator[tuple[str, object]]:
    """Every (path, value) of a row whose value is a scalar or a list of scalars."""
    if isinstance(row, Mapping) and depth:
        for key, value in row.items():
            yield from leaves(value, f"{prefix}.{key}" if prefix else str(key), depth - 1)
    elif isinstance(row, list) and not prefix:
        for index, value in enumerate(row):
            yield from leaves(value, f"[{index}]", depth)
    elif prefix and _is_leaf(row):
        yield prefix, row


def _is_leaf(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return not any(isinstance(part, (Mapping, list, tuple)) for part in value)
    return not isinstance(value, Mapping)


def _at(value: object, index: int) -> object:
    return value[index] if isinstance(value, (list, tuple)) and index < len(value) else None


def _get(value: object, key: str) -> object:
    if isinstance(value, Mapping):
        return value.get(key)
    if isinstance(value, (list, tuple)):
        found = [part[key] for part in value if isinstance(part, Mapping) and part.get(key) is not None]
        return found or None
    return None
