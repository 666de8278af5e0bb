"""What clients send to `/v1`: only the fields that mean something here are read, all others are ignored."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool

from ..wire import LONGEST_NAME, Text

MOST_MESSAGES = 2_000
"""Messages of one request."""
_TEXTS = {"text", "input_text", "output_text", "refusal"}
_PICTURES = {"image_url", "input_image"}


Name = Annotated[Text, Field(max_length=LONGEST_NAME)]


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Picture(_Read):
    """`{"url": "data:image/png;base64,..."}`."""

    url: Text


class Part(_Read):
    """One part of a message: a text, or a picture as a data URI."""

    type: Text
    text: Text | None = None
    refusal: Text | None = None
    image_url: Picture | Text | None = None

    @property
    def words(self) -> str:
        """Its text; empty for a picture."""
        return (self.text or self.refusal or "") if self.type in _TEXTS else ""

    @property
    def picture(self) -> str:
        """The address of its picture; empty for a text."""
        if self.type not in _PICTURES or self.image_url is None:
            return ""
        return self.image_url.url if isinstance(self.image_url, Picture) else self.image_url


def _understood(part: Part) -> Part:
    if part.type not in _TEXTS | _PICTURES:
        raise ValueError(f"parts of type {part.type[:40]!r} are not understood; send text or image_url")
    if part.type in _PICTURES and not part.picture:
        raise ValueError("the picture is missing; send its data URI as image_url")
    return part


Parts = list[Annotated[Part, AfterValidator(_understood)]]


class Message(_Read):
    """One message of a conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Text | Parts | None = None

    @property
    def words(self) -> str:
        """Its text, parts joined by lines."""
        if isinstance(self.content, list):
            return "\n".join(part.words for part in self.content if part.words)
        return self.content or ""

    @property
    def pictures(self) -> tuple[str, ...]:
        """The addresses of its pictures."""
        return tuple(one.picture for one in self.content if one.picture) if isinstance(self.content, list) else ()


class StreamOptions(_Read):
    """What a stream brings beside the text."""

    include_usage: StrictBool | None = None


class Format(_Read):
    """What an answer is to look like."""

    type: Text = "text"


class _Asked(_Read):
    """What both kinds of request have in common."""

    model: Name
    stream: StrictBool | None = None
    user: Name | None = None
    """Who talks, within what the caller's key may speak for."""
    metadata: dict[Name, Any] | None = None
    """`thread_id` names the conversation."""

    @property
    def thread(self) -> str | None:
        """The conversation that the request names."""
        named = (self.metadata or {}).get("thread_id")
        return named if isinstance(named, str) and named else None


class ChatRequest(_Asked):
    """`POST /v1/chat/completions`."""

    messages: Annotated[list[Message], Field(min_length=1, max_length=MOST_MESSAGES)]
    stream_options: StreamOptions | None = None
    n: int | None = None
    response_format: Format | None = None


class Input(_Read):
    """One item of the input of a response: a message; items of other types are left out."""

    type: Text = "message"
    role: Literal["system", "developer", "user", "assistant"] | None = None
    content: Text | Parts | None = None


class TextOptions(_Read):
    """What the text of a response is to look like."""

    format: Format | None = None


class ResponsesRequest(_Asked):
    """`POST /v1/responses`."""

    input: Text | Annotated[list[Input], Field(min_length=1, max_length=MOST_MESSAGES)]
    previous_response_id: Name | None = None
    store: StrictBool | None = None
    text: TextOptions | None = None
    background: StrictBool | None = None
    conversation: Any = None

    @property
    def messages(self) -> list[Message]:
        """The input as messages."""
        if isinstance(self.input, str):
            return [Message(role="user", content=self.input)]
        held = [one for one in self.input if one.type == "message" and one.role]
        return [Message(role=one.role, content=one.content) for one in held if one.role]
