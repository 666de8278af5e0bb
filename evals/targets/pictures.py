"""A message of the person as LangChain's, with the picture that comes with it."""

from __future__ import annotations

import base64
import mimetypes
from pathlib import Path

from langchain_core.messages import HumanMessage


def message_of(text: str, image: str | None) -> HumanMessage:
    """Text, and the picture at a path as a block of content."""
    if image is None:
        return HumanMessage(text)
    data, kind = _read(image)
    return HumanMessage([{"type": "text", "text": text}, {"type": "image", "base64": data, "mime_type": kind}])


def data_uri(image: str) -> str:
    """The picture at a path as a data URI."""
    data, kind = _read(image)
    return f"data:{kind};base64,{data}"


def _read(image: str) -> tuple[str, str]:
    return base64.b64encode(Path(image).read_bytes()).decode(), mimetypes.guess_type(image)[0] or "image/jpeg"
