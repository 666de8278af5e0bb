"""One tool call: arguments as a client sends them in, text, data and whether it went wrong out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from langchain_core.tools import BaseTool
from pydantic import ValidationError

from ...tools.errors import RecommenderError

_CALL_ID = "mcp"
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool said."""

    text: str
    data: dict[str, Any] | None = None
    """The text as an object, where it is JSON."""
    failed: bool = False


def call(tool: BaseTool, arguments: Mapping[str, Any], longest: int) -> Answer:
    """Calls it. Wrong arguments and what the tool refuses come back as a failed answer that a model can read.

    `longest` is how many characters one text of the arguments may have.
    """
    unknown = [name for name in arguments if name not in tool.args]
    if unknown:
        known = ", ".join(tool.args) or "none"
        return Answer(f"There is no argument {unknown[0][:_SHOWN]!r}; there are: {known}.", failed=True)
    if any(len(text) > longest for text in _texts(arguments)):
        return Answer(f"A text may have {longest:,} characters.", failed=True)
    try:
        said = tool.invoke({"type": "tool_call", "id": _CALL_ID, "name": tool.name, "args": dict(arguments)})
    except ValidationError as error:
        return Answer("; ".join(_line(one) for one in error.errors(include_url=False)), failed=True)
    except RecommenderError as error:
        return Answer(str(error), failed=True)
    text = said.text
    return Answer(text, _data(text), failed=said.status == "error")


def _texts(value: object) -> Iterator[str]:
    """Every text in the arguments."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts(list(value.values()))
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _line(error: Any) -> str:
    field = ".".join(str(part) for part in error["loc"])
    return f"{field}: {error['msg']}"


def _data(text: str) -> dict[str, Any] | None:
    try:
        read = json.loads(text)
    except ValueError:
        return None
    return read if isinstance(read, dict) else None
