"""What weak, broken and lying OpenAI-compatible servers do to an answer."""

from __future__ import annotations

import json
from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from langchain_core.messages import AIMessage

NO_SUCH_ITEM = "no-such-item"
NO_SUCH_FACET = "no_such_facet"
INVENTED_TITLE = "The Invented Masterpiece"


class Fault(StrEnum):
    """One way to fail."""

    SCHEMA_500 = "schema_500"
    """HTTP 500 when a JSON schema is asked for."""
    SCHEMA_400 = "schema_400"
    TOOLS_400 = "tools_400"
    """HTTP 400 when tools are given."""
    IMAGES_400 = "images_400"
    """HTTP 400 when a message has a picture: the model cannot see."""
    SERVER_500 = "server_500"
    UNAUTHORIZED = "unauthorized"
    RATE_LIMIT = "rate_limit"
    EMPTY = "empty"
    """A message without content or calls."""
    FENCED = "fenced"
    """Tool calls and JSON as fenced JSON within prose."""
    SLOW = "slow"
    DROP = "drop"
    """The connection closes without an answer."""
    GARBAGE = "garbage"
    """A body that is no JSON."""
    NONSENSE = "nonsense"
    """Prose where JSON was asked for."""
    LIE = "lie"
    """Ids and facets that do not exist, and an invented title in replies."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An HTTP error."""

    status: int
    message: str


def refusal(faults: Set[Fault], body: dict[str, Any]) -> Refusal | None:
    """The HTTP error that the faults give to this request, or None."""
    schema = (body.get("response_format") or {}).get("type") == "json_schema"
    rules = (
        (Fault.SERVER_500, True, 500),
        (Fault.UNAUTHORIZED, True, 401),
        (Fault.RATE_LIMIT, True, 429),
        (Fault.IMAGES_400, _has_pictures(body), 400),
        (Fault.SCHEMA_500, schema, 500),
        (Fault.SCHEMA_400, schema, 400),
        (Fault.TOOLS_400, bool(body.get("tools")), 400),
    )
    return next(
        (Refusal(status, f"scripted: {fault}") for fault, hit, status in rules if hit and fault in faults), None
    )


def _has_pictures(body: dict[str, Any]) -> bool:
    contents = [one.get("content") for one in body.get("messages", ())]
    parts = [part for content in contents if isinstance(content, list) for part in content]
    return any(isinstance(part, dict) and part.get("type") == "image_url" for part in parts)


def distort(message: AIMessage, faults: Set[Fault]) -> AIMessage:
    """The message as a faulty server would give it."""
    if Fault.EMPTY in faults:
        return AIMessage("", usage_metadata=message.usage_metadata)
    if Fault.NONSENSE in faults:
        return AIMessage("I think you should simply relax and enjoy a cup of tea.")
    if Fault.LIE in faults:
        message = _lie(message)
    return _fenced(message) if Fault.FENCED in faults else message


def _fenced(message: AIMessage) -> AIMessage:
    value: Any = _json(message.text)
    if message.tool_calls:
        call = message.tool_calls[0]
        value = {"name": call["name"], "arguments": call["args"]}
    if value is None:
        return message
    return AIMessage(f"Sure! Here it is:\n```json\n{json.dumps(value, ensure_ascii=False)}\n```\nAnything else?")


def _lie(message: AIMessage) -> AIMessage:
    calls = [{**call, "args": _false(call["args"])} for call in message.tool_calls]
    value = _json(message.text)
    text = message.text and f"{message.text} You will also love {INVENTED_TITLE} (id {NO_SUCH_ITEM})."
    return AIMessage(json.dumps(_false(value)) if value else text, tool_calls=calls)


def _false(value: Any) -> Any:
    """The understanding with an invented item and a condition on an invented facet in it."""
    invented = {"facet": NO_SUCH_FACET, "op": "=", "value": "x"}
    return {
        **value,
        "references": [NO_SUCH_ITEM],
        "similar_to": [NO_SUCH_ITEM],
        "feedback": [{"item_id": NO_SUCH_ITEM, "kind": "like"}],
        "constraints": [*value.get("constraints", []), invented],
    }


def _json(text: str) -> Any:
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None
