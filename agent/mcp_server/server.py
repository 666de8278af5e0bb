"""An MCP server over the LangChain tools, which stay the only place that says what a tool does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from importlib.metadata import version
from typing import Any

from langchain_core.tools import BaseTool

from ...tools.errors import SettingsError
from .calling import call

try:
    from anyio import to_thread
    from mcp.server import Server  # pyright: ignore[reportMissingImports]
    from mcp_types import (  # pyright: ignore[reportMissingImports]
        CallToolResult,
        ListToolsResult,
        TextContent,
        Tool,
        ToolAnnotations,
    )
except ImportError as error:
    raise SettingsError(
        "MCP needs more packages.",
        cure="pip install 'langgraph-recommender[mcp]', in an environment without LangServe.",
    ) from error

READING = frozenset(
    {
        "search_catalog",
        "item_details",
        "compare_items",
        "rank_items",
        "explain_item",
        "recall_profile",
        "export_profile",
    }
)
ERASING = frozenset({"forget_statement", "forget_everything"})
INSTRUCTIONS = (
    "Recommends from a catalog. Search or rank first, name only items that came back, and explain an item with "
    "explain_item. Tell the memory what the person says of items and of their taste."
)
_MOST_USERS = 256
ToolsOf = Callable[[str | None], Sequence[BaseTool]]
UserOf = Callable[[Any], str | None]


def mcp_server(tools_of: ToolsOf, user_of: UserOf, *, longest: int) -> Any:
    """An `mcp.server.Server` whose tools are those of whoever asks.

    Args:
        tools_of: the tools that act for a user; for None they remember nothing.
        user_of: the user of a request, given the HTTP request or None.
        longest: characters that one text of a call may have.
    """
    kept = lru_cache(maxsize=_MOST_USERS)(lambda user: {tool.name: tool for tool in tools_of(user)})

    async def list_tools(context: Any, params: Any) -> Any:  # noqa: ARG001 - the protocol's signature
        return ListToolsResult(tools=[_described(tool) for tool in kept(None).values()])

    async def call_tool(context: Any, params: Any) -> Any:
        tool = kept(user_of(context.request)).get(params.name)
        if tool is None:
            return _result(f"There is no tool {params.name!r}; there are {', '.join(kept(None))}.", None, True)
        answer = await to_thread.run_sync(partial(call, tool, params.arguments or {}, longest))
        return _result(answer.text, answer.data, answer.failed)

    return Server(
        "langgraph-recommender",
        version=version("langgraph-recommender"),
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _described(tool: BaseTool) -> Any:
    schema: Any = tool.tool_call_schema
    known = schema if isinstance(schema, dict) else schema.model_json_schema()
    return Tool(
        name=tool.name,
        description=tool.description,
        input_schema={**known, "additionalProperties": False},
        annotations=ToolAnnotations(
            read_only_hint=tool.name in READING, destructive_hint=tool.name in ERASING, open_world_hint=False
        ),
    )


def _result(text: str, data: dict[str, Any] | None, failed: bool) -> Any:
    return CallToolResult(
        content=[TextContent(text=text)], structured_content=None if failed else data, is_error=failed
    )
