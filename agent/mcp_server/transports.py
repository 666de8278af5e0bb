"""How a client reaches the MCP server: standard input and output, or streamable HTTP behind the edge."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from ..serve.edge.server import server_of
from ..serve.edge.settings import EdgeSettings
from ..serve.edge.stack import protect
from ..serve.identity import Keys

if TYPE_CHECKING:
    from starlette.requests import Request

PATH = "/mcp"


async def over_stdio(server: Any) -> None:
    """Speaks with one client until it closes the stream."""
    from mcp.server.stdio import stdio_server  # noqa: PLC0415  # pyright: ignore[reportMissingImports]

    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())


async def over_http(server: Any, keys: Keys, edge: EdgeSettings, listening: socket.socket) -> None:
    """Speaks with many clients at `/mcp`, each request with its key."""
    app = server.streamable_http_app(streamable_http_path=PATH, host=listening.getsockname()[0])
    protect(app, keys, edge)
    await server_of(app, edge).serve(sockets=[listening])


def keyed_user(request: Request | None) -> str | None:
    """The user whose key came with the request; nobody without keys, since MCP clients keep no cookies."""
    caller = getattr(request.state, "caller", None) if request is not None else None
    return None if caller is None or caller.guest else caller.user
