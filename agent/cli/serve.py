"""`recommender serve`: the recommender over HTTP."""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from ...graphs.policies import Policies
from ...tools.errors import SettingsError
from ...tools.single_thread import keep_to_one_thread
from ..configured import configured
from ..serve.admission import TurnLimits
from ..serve.app import create_app, require_extra
from ..serve.edge.keys_file import read_keys
from ..serve.edge.logs import write_json_lines
from ..serve.edge.settings import EdgeSettings
from ..serve.forgetting import lose_thread
from ..serve.served import served
from ..settings import Settings
from ..state.opening import open_storage
from ..state.sweeping import sweeping
from .pictures import prepare_pictures
from .progress import open_with_bar

serve_app = typer.Typer()
_BESIDE_A_DATABASE = 2
"""Turns that compute at once, of which one mostly waits for PostgreSQL."""


@serve_app.command("serve")
def serve(
    catalog: Annotated[
        list[str] | None, typer.Option(help="Embedded catalog, file or index directory; several when repeated.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="`offline`, or a name such as `openai:gpt-5-mini`.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65535)] = 8000,
    policies: Annotated[Path | None, typer.Option(help="YAML file with the rules of the house.")] = None,
    database_url: Annotated[
        str | None, typer.Option(help="postgresql:// address for profiles and conversations; SQLite files without.")
    ] = None,
    keys: Annotated[Path | None, typer.Option(help="YAML or JSON file of API keys; all are guests without.")] = None,
) -> None:
    """Serve the recommender over HTTP: /api/chat, /api/chat/stream and more; see /openapi.json."""
    require_extra()
    settings, edge = Settings.read().with_database(database_url), EdgeSettings.read()
    known = read_keys(keys or edge.keys)
    rules = Policies.load(policies) if policies else None
    with ExitStack() as stack:
        listening = stack.enter_context(listen(host, port))
        keep_to_one_thread()
        storage = stack.enter_context(open_storage(settings))
        opened = stack.enter_context(closing(open_with_bar(catalog, settings)))
        prepare_pictures(opened)
        warm = Event()
        recommender = configured(
            settings,
            opened,
            store=storage.store,
            checkpointer=storage.checkpointer,
            model=model,
            policies=rules,
            warm=warm,
        )
        ready = served(
            recommender,
            opened,
            keys=known,
            locks=storage.locks,
            delete=storage.threads.delete,
            warm=warm,
            limits=turn_limits(settings),
        )
        stack.enter_context(sweeping(storage.threads, settings.keep_threads_days, partial(lose_thread, ready)))
        app = create_app(ready, edge)
        from ..serve.edge.server import serve_until_stopped  # noqa: PLC0415

        write_json_lines(edge.log_level)
        typer.echo(f"Serving on http://{host}:{listening.getsockname()[1]}/ (Ctrl-C ends)")
        serve_until_stopped(app, edge, listening)


def turn_limits(settings: Settings) -> TurnLimits:
    """A turn on PostgreSQL holds a connection for its lock while it runs; one is left for who reads or deletes.

    While it waits for the server another computes.
    """
    limits = TurnLimits(economy=settings.economy)
    if not settings.database_url:
        return limits
    workers = min(limits.workers, settings.database_connections - 1)
    return replace(limits, workers=workers, computing=_BESIDE_A_DATABASE)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, taken before anything else is loaded. Raises SettingsError when the address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise SettingsError(
            f"Cannot listen on {host}, port {port}: {_reason(error)}.",
            cure="Choose another --host or --port; port 0 takes a free one.",
        ) from error


def _reason(error: OSError) -> str:
    if error.errno and not isinstance(error, socket.gaierror):
        return os.strerror(error.errno)
    return str(error.strerror or error)
