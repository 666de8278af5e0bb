"""Repairs a nearly valid answer, inventing nothing: spelling of an enum, nulls, bounds, lists of one."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

ValueT = TypeVar("ValueT", bound=BaseModel)
Json = dict[str, Any]
_MISSING = object()
_PASSES = 3


def validate(kind: type[ValueT], answer: Json) -> tuple[ValueT, list[str]]:
    """The typed value and what was repaired, a line each. Raises ValidationError when no safe repair helps."""
    answer, repairs = deepcopy(answer), []
    for _ in range(_PASSES):
        try:
            return kind.model_validate(answer), repairs
        except ValidationError as error:
            mended = [line for one in error.errors() if (line := _mend(answer, one))]
            if not mended:
                raise
            repairs += mended
    return kind.model_validate(answer), repairs


def _mend(answer: Json, error: ErrorDetails) -> str:
    """Changes the answer in place where that is safe, and says how; empty when it is not."""
    holder, key = _holder(answer, error["loc"])
    if holder is None:
        return ""
    value = holder[key]
    place = ".".join(map(str, error["loc"]))
    if error["type"] == "extra_forbidden" or value is None:
        del holder[key]
        return f"{place}: removed {value!r}"
    mended = _mended(value, error)
    if mended is _MISSING:
        return ""
    holder[key] = mended
    return f"{place}: {value!r} became {mended!r}"


def _mended(value: Any, error: ErrorDetails) -> Any:
    limits = error.get("ctx") or {}
    if error["type"] in ("enum", "literal_error"):
        return _same_word(value, str(limits.get("expected", "")))
    if error["type"] in ("tuple_type", "list_type") and isinstance(value, str | int | float | dict):
        return [value] if value != "" else []
    if error["type"] == "less_than_equal":
        return limits["le"]
    if error["type"] == "greater_than_equal":
        return limits["ge"]
    return _MISSING


def _same_word(value: Any, expected: str) -> Any:
    """The expected spelling (`'item_question'`) of `Item Question`; missing when it is another word."""
    allowed = [word.strip("'") for word in expected.replace(" or ", ", ").split(", ")]
    wanted = _plain(str(value))
    return next((word for word in allowed if word and _plain(word) == wanted), _MISSING)


def _plain(word: str) -> str:
    return word.casefold().replace("_", "").replace("-", "").replace(" ", "")


def _holder(answer: Json, path: tuple[int | str, ...]) -> tuple[Any, Any]:
    """The container and key that a path of pydantic's leads to; (None, None) when nothing is there."""
    node: Any = answer
    for step in path[:-1]:
        if not _has(node, step):
            return None, None
        node = node[step]
    return (node, path[-1]) if path and isinstance(node, dict) and path[-1] in node else (None, None)


def _has(node: Any, step: int | str) -> bool:
    if isinstance(node, dict):
        return step in node
    return isinstance(node, list) and isinstance(step, int) and step < len(node)
