"""`recommender mcp`: the tools over the Model Context Protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from langchain_core.tools import BaseTool
from langgraph.store.base import BaseStore

from ...graphs.policies import Policies, check
from ...tools.catalog import Catalog
from ...tools.plugin import make_tools
from ...tools.profile.memory import ProfileMemory
from ...tools.ranking import build_ranker
from ...tools.single_thread import keep_to_one_thread
from ..middleware.rules import house_rules
from ..serve.edge.keys_file import read_keys
from ..serve.edge.settings import EdgeSettings
from ..settings import Settings
from ..state.opening import open_storage
from .progress import open_with_bar
from .serve import listen

mcp_app = typer.Typer()


class Transport(StrEnum):
    """How clients reach the server."""

    STDIO = "stdio"
    HTTP = "http"


@mcp_app.command("mcp")
def mcp(
    catalog: Annotated[
        list[str] | None, typer.Option(help="Embedded catalog, file or index directory; several when repeated.")
    ] = None,
    transport: Annotated[Transport, typer.Option(help="Standard input and output, or HTTP.")] = Transport.STDIO,
    user: Annotated[str | None, typer.Option(help="Whose memory it is, over stdio; nobody's without.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen on, for http.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65535)] = 8001,
    keys: Annotated[Path | None, typer.Option(help="YAML or JSON file of API keys, for http.")] = None,
    policies: Annotated[Path | None, typer.Option(help="YAML file with the rules of the house.")] = None,
) -> None:
    """Serve search, rank, explain, compare and profile tools to any MCP client."""
    from ..mcp_server.server import mcp_server  # noqa: PLC0415
    from ..mcp_server.transports import keyed_user, over_http, over_stdio  # noqa: PLC0415

    settings, edge = Settings.read(), EdgeSettings.read()
    known = read_keys(keys or edge.keys)
    house = Policies.load(policies) if policies else Policies()
    with ExitStack() as stack:
        listening = stack.enter_context(listen(host, port)) if transport is Transport.HTTP else None
        keep_to_one_thread()
        opened = stack.enter_context(closing(open_with_bar(catalog, settings)))
        tools_of = _tools_of(opened, stack.enter_context(open_storage(settings)).store, settings, house)
        if listening is None:
            asyncio.run(over_stdio(mcp_server(tools_of, lambda _: user, longest=edge.max_message_chars)))
            return
        typer.echo(f"MCP on http://{host}:{listening.getsockname()[1]}/mcp (Ctrl-C ends)")
        server = mcp_server(tools_of, keyed_user, longest=edge.max_message_chars)
        asyncio.run(over_http(server, known, edge, listening))


def _tools_of(
    catalog: Catalog, store: BaseStore, settings: Settings, house: Policies
) -> Callable[[str | None], Sequence[BaseTool]]:
    check(house, catalog.schema)
    ranker = build_ranker(catalog, model=settings.ranker)
    memory = ProfileMemory(store)
    rules = house_rules(house, catalog)
    return lambda user: make_tools(catalog, memory=memory, ranker=ranker, user_id=user, rules=rules)
