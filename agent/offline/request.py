"""What a caller asks of the chat model: messages, tools, tool choice and answer schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

Schema = dict[str, Any]
ANY = "any"


@dataclass(frozen=True, slots=True)
class ToolCard:
    """A bound tool."""

    name: str
    description: str
    parameters: Schema


@dataclass(frozen=True, slots=True)
class Request:
    """One call of the model."""

    messages: tuple[BaseMessage, ...]
    tools: tuple[ToolCard, ...] = ()
    choice: str = ""
    """Empty leaves it to the model, `any` forces a call, a tool's name forces that tool."""
    schema: Schema | None = None
    """JSON schema that the text of the answer must be valid against."""

    @property
    def system(self) -> str:
        """All system messages, joined."""
        return "\n".join(one.text for one in self.messages if isinstance(one, SystemMessage))

    @property
    def text(self) -> str:
        """The person's newest message."""
        return next((one.text for one in reversed(self.messages) if isinstance(one, HumanMessage)), "")

    @property
    def this_turn(self) -> tuple[BaseMessage, ...]:
        """What came after the person's newest message."""
        after: list[BaseMessage] = []
        for one in reversed(self.messages):
            if isinstance(one, HumanMessage):
                break
            after.append(one)
        return tuple(reversed(after))

    @property
    def called(self) -> frozenset[str]:
        """Names of the tools that were called in this turn."""
        return frozenset(
            call["name"] for one in self.this_turn if isinstance(one, AIMessage) for call in one.tool_calls
        )

    @property
    def results(self) -> tuple[ToolMessage, ...]:
        """What the tools answered in this turn."""
        return tuple(one for one in self.this_turn if isinstance(one, ToolMessage))


def read_request(messages: Sequence[BaseMessage], arguments: dict[str, Any]) -> Request:
    """The request, from the messages and the bound arguments (`tools`, `tool_choice`, `response_format`)."""
    choice = _choice(arguments.get("tool_choice"))
    tools = () if choice == "none" else tuple(_tool(one["function"]) for one in arguments.get("tools") or ())
    return Request(
        tuple(messages), tools, choice if choice != "none" else "", _schema(arguments.get("response_format"))
    )


def _tool(function: dict[str, Any]) -> ToolCard:
    return ToolCard(function["name"], function.get("description", ""), function.get("parameters") or {})


def _choice(given: Any) -> str:
    """One spelling for LangChain's and OpenAI's ways to say it."""
    if isinstance(given, dict):
        return str(given.get("function", given).get("name", ANY))
    if given is True or given in ("required", ANY):
        return ANY
    return str(given) if given and given != "auto" else ""


def _schema(response_format: Any) -> Schema | None:
    if not isinstance(response_format, dict) or response_format.get("type") != "json_schema":
        return None
    wrapped = response_format["json_schema"]
    return {"title": wrapped.get("name", ""), **wrapped.get("schema", {})}
