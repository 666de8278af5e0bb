"""The server under the edge: uvicorn, told what the settings say."""

from __future__ import annotations

import math
import signal
import socket
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from uvicorn import Config, Server

from .connections import Patient
from .settings import EdgeSettings

if TYPE_CHECKING:
    from .asgi import App


def serve_until_stopped(app: App, edge: EdgeSettings, listening: socket.socket) -> None:
    """Serves until SIGTERM or SIGINT, ends what is in flight, and returns, so that the caller closes what it opened.

    uvicorn raises the signal again once it has ended; it is caught here, since it has done its work.
    """
    asked = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(one, lambda *_: None) for one in asked]
    try:
        server_of(app, edge).run(sockets=[listening])
    finally:
        for one, handler in zip(asked, before, strict=True):
            signal.signal(one, handler)


def server_of(app: App, edge: EdgeSettings) -> Server:
    """A server for the app, not yet running.

    SIGTERM or SIGINT closes its door, lets what is in flight end within `shutdown_timeout_s`, and ends it. Whose
    forwarded addresses are believed is for the edge to say: uvicorn believes nobody.
    """
    config = Config(
        cast(Any, app),
        http=cast(Any, partial(Patient, edge)),
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=math.ceil(edge.shutdown_timeout_s),
    )
    return Server(config)
