"""A structured answer by any JSON schema: what the conversation says goes in, what it does not say is an error."""

from __future__ import annotations

from typing import Any

from ...tools.errors import ModelError
from .evidence import gather
from .request import Request
from .slots import fill


def fill_schema(request: Request) -> dict[str, Any]:
    """Values for the schema of the request. Raises ModelError that names the required fields nothing was said about."""
    schema = request.schema or {}
    filled = fill(schema, gather(request.text, request.messages), loose=False)
    if filled.missing:
        raise ModelError(
            f"The message does not say {', '.join(filled.missing)} of {schema.get('title') or 'the schema'},"
            " and the built-in model makes nothing up.",
            cure="Make those fields optional, or use a hosted model: model='openai:...'.",
        )
    return filled.values
