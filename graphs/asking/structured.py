"""A typed answer from any chat model: JSON schema, else function calling, else JSON in text.

The way that worked is remembered for as long as the model object lives: a good server needs one call per answer.
"""

from __future__ import annotations

import json
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from langchain_core.exceptions import (
    ContextOverflowError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelNotFoundError,
    ModelPermissionDeniedError,
    ModelRateLimitError,
    ModelTimeoutError,
)
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, SystemMessage
from langchain_core.runnables import Runnable, RunnableConfig
from langgraph.constants import TAG_NOSTREAM
from pydantic import BaseModel

from ...tools.errors import ModelError
from .answers import find_object
from .prompts import prompt
from .repair import validate
from .strict_schema import strict_schema

ValueT = TypeVar("ValueT", bound=BaseModel)
Check = Callable[[ValueT], tuple[ValueT, Sequence[str]]]
"""Corrects a valid value against what the caller knows, and says what it changed; raises ValueError to refuse it."""


class Way(StrEnum):
    """How a typed answer is asked for, in the order they are tried."""

    JSON_SCHEMA = "json_schema"
    FUNCTION_CALLING = "function_calling"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Asked(Generic[ValueT]):
    """A typed answer and what it took."""

    value: ValueT
    way: Way
    attempts: int
    """Model calls made, failed ones included."""
    problems: tuple[str, ...] = ()
    """What went wrong or was repaired on the way, in words for a log."""


_HOPELESS = (
    ModelAuthenticationError,
    ModelPermissionDeniedError,
    ModelNotFoundError,
    ModelRateLimitError,
    ModelConnectionError,
    ModelTimeoutError,
    ContextOverflowError,
)
"""Failures that asking in another way does not cure."""

_QUIET: RunnableConfig = {"tags": [TAG_NOSTREAM]}
_known_ways: dict[int, Way] = {}


def ask(
    model: BaseChatModel,
    messages: Sequence[BaseMessage],
    kind: type[ValueT],
    *,
    check: Check[ValueT] | None = None,
) -> Asked[ValueT]:
    """Asks for a `kind`, once in each way at most. Raises ModelError when no way gives a usable one.

    The calls are tagged so that LangGraph does not stream their tokens to the person.
    """
    problems: list[str] = []
    calls = 0
    for way in _order(model):
        runnable = _prepare(model, kind, way)
        if runnable is None:
            continue
        calls += 1
        try:
            answer = _call(runnable, _messages(messages, kind, way))
            value, notes = _read(answer, kind, check)
        except _Unusable as failure:
            problems.append(f"{way}: {failure}")
            if failure.final:
                break
            continue
        _remember(model, way)
        return Asked(value, way, calls, (*problems, *notes))
    raise ModelError(
        f"The model gave no usable {kind.__name__} in {calls} calls ({'; '.join(problems)}).",
        cure="Check the server, or use the built-in model: model='offline'.",
        attempts=calls,
    )


class _Unusable(Exception):
    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


def _order(model: BaseChatModel) -> list[Way]:
    known = _known_ways.get(id(model))
    return sorted(Way, key=lambda way: way is not known)


def _remember(model: BaseChatModel, way: Way) -> None:
    if id(model) not in _known_ways:
        weakref.finalize(model, _known_ways.pop, id(model), None)
    _known_ways[id(model)] = way


def _prepare(model: BaseChatModel, kind: type[BaseModel], way: Way) -> Runnable[Any, Any] | None:
    """What to invoke, or None when the model object does not know that way. Makes no call."""
    if way is Way.TEXT:
        return model
    return _first_that_builds(_builders(model, strict_schema(kind), way))


def _builders(model: BaseChatModel, schema: dict[str, Any], way: Way) -> list[Callable[[], Runnable[Any, Any]]]:
    if way is Way.JSON_SCHEMA:
        asked = {"method": "json_schema", "include_raw": True}
        return [
            lambda: model.with_structured_output(schema, **asked, strict=True),
            lambda: model.with_structured_output(schema, **asked),
        ]
    return [lambda: model.bind_tools([schema], tool_choice="any"), lambda: model.bind_tools([schema])]


def _first_that_builds(builders: Sequence[Callable[[], Runnable[Any, Any]]]) -> Runnable[Any, Any] | None:
    for build in builders:
        try:
            return build()
        except (NotImplementedError, TypeError, ValueError):
            continue
    return None


def _messages(messages: Sequence[BaseMessage], kind: type[BaseModel], way: Way) -> list[BaseMessage]:
    """For JSON in text the schema goes into the system message; the other ways send it beside the messages."""
    if way is not Way.TEXT:
        return list(messages)
    wish = prompt("json_answer", schema=json.dumps(strict_schema(kind), ensure_ascii=False))
    if messages and isinstance(messages[0], SystemMessage):
        return [SystemMessage(f"{messages[0].text}\n\n{wish}"), *messages[1:]]
    return [SystemMessage(wish), *messages]


def _call(runnable: Runnable[Any, Any], messages: list[BaseMessage]) -> AIMessage:
    try:
        answer = runnable.invoke(messages, _QUIET)
    except _HOPELESS as error:
        raise _Unusable(_reason(error), final=True) from error
    except AssertionError:
        raise
    except Exception as error:  # a provider may raise anything; here it becomes our one error
        raise _Unusable(_reason(error)) from error
    message = answer["raw"] if isinstance(answer, dict) else answer
    if not isinstance(message, AIMessage):
        raise _Unusable(f"no message but {type(answer).__name__}")
    return message


def _read(answer: AIMessage, kind: type[ValueT], check: Check[ValueT] | None) -> tuple[ValueT, list[str]]:
    found = find_object(answer, kind.model_fields)
    if found is None:
        raise _Unusable(f"no JSON object with its fields in {answer.text[:80]!r}")
    try:
        value, notes = validate(kind, found)
        corrected, corrections = check(value) if check else (value, ())
    except ValueError as error:
        raise _Unusable(_reason(error)) from error
    return corrected, [*notes, *corrections]


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error)[:200]}"
