"""What is wrong with a suite, with file, line and the nearest thing that would be right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from ...tools.errors import SuiteError, did_you_mean
from .expand import as_written
from .parsing import Lines, Place, line_of
from .spec import SuiteSpec

_BEGIN = "Begin with `suite:`, `catalog:`, `conversations:`."


def explain(error: ValidationError, file: str, lines: Lines, origins: Sequence[int]) -> SuiteError:
    """The first problem as a message; `origins` are those of the expanded conversations."""
    first = _telling(error.errors())
    place = as_written(tuple(part for part in first["loc"] if not _is_branch(part)), origins)
    where = f"{file}:{line_of(place, lines)}"
    if first["type"] == "extra_forbidden":
        word, known = str(place[-1]), _known(SuiteSpec, place[:-1])
        what = "expectation" if {"expect", "hope", "at_end"} & set(place) else "key"
        return SuiteError(f"{where}: unknown {what} {word!r}.", cure=did_you_mean(word, known))
    if first["type"] == "model_type" and not place:
        return SuiteError(f"{where}: not a suite.", cure=_BEGIN)
    return SuiteError(f"{where}: {_name(place)}: {_message(first)}.", cure=_cure(first))


def _telling(problems: Sequence[Any]) -> Any:
    """The first problem; where a key is missing, the unknown one beside it, which is the same one misspelled."""
    first = problems[0]
    unknown = (one for one in problems if one["type"] == "extra_forbidden" and one["loc"][:-1] == first["loc"][:-1])
    return next(unknown, first) if first["type"] == "missing" else first


def _name(place: Place) -> str:
    """`conversations[2].turns[1].say`, counted from 1 as people do."""
    name = ""
    for part in place:
        name += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if name else part
    return name or "the suite"


def _message(problem: Any) -> str:
    message = str(problem["msg"]).removeprefix("Value error, ")
    given = problem.get("input")
    if problem["type"] in {"missing", "value_error"} or isinstance(given, dict | list | tuple) or given is None:
        return message
    return f"{message}, not {str(given)[:60]!r}"


def _cure(problem: Any) -> str:
    if problem["type"] == "string_type":
        return "Put it in quotes." if not isinstance(problem.get("input"), dict | list) else "Write one text."
    if problem["type"] in {"literal_error", "enum"}:
        known = str(problem["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        return did_you_mean(str(problem.get("input")), known)
    return ""


def _is_branch(part: str | int) -> bool:
    """Whether a part of pydantic's location names a branch of a union or a validator rather than a key."""
    return isinstance(part, str) and (part in {"bool", "str", "int", "float"} or "[" in part)


def _known(model: type[BaseModel], place: Place) -> list[str]:
    """Keys that may stand at a place below a model."""
    for depth, part in enumerate(place):
        if isinstance(part, str) and part in model.model_fields:
            inner = _models_in(model.model_fields[part].annotation)
            if inner:
                return _known(inner[0], place[depth + 1 :])
    return list(model.model_fields)


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for argument in get_args(annotation) for found in _models_in(argument)]
