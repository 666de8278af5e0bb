"""`langgraph dev` in an environment of its own, and its own client."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from langgraph_sdk import get_sync_client
from langgraph_sdk.client import SyncLangGraphClient

REPOSITORY = Path(__file__).parents[3]
LANGGRAPH = REPOSITORY / ".venv-langgraph" / "bin" / "langgraph"
Serve = Callable[[dict[str, Any]], Any]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@contextmanager
def dev_server(folder: Path, home: Path, config: dict[str, Any]) -> Iterator[str]:
    """The address of `langgraph dev` with that configuration, without any key in its environment."""
    (folder / "langgraph.json").write_text(json.dumps(config))
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if "KEY" not in name}
    environment |= {"RECOMMENDER_HOME": str(home), "RECOMMENDER_CATALOG": "products", "LANGSMITH_TRACING": "false"}
    command = [str(LANGGRAPH), "dev", "--no-browser", "--no-reload", "--port", str(port)]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        yield _ready(f"http://127.0.0.1:{port}", process, folder / "server.log")
    finally:
        process.terminate()
        process.wait(timeout=20)


def _ready(url: str, process: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(600):
        assert process.poll() is None, log.read_text()[-3000:]
        try:
            if httpx.get(f"{url}/ok").status_code == 200:
                return url
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError(log.read_text()[-3000:])


def client_of(url: str, key: str | None = None) -> SyncLangGraphClient:
    return get_sync_client(url=url, api_key=key)


@pytest.fixture(scope="module")
def ours() -> dict[str, Any]:
    """The `langgraph.json` of the repository, to be read from another folder."""
    config = json.loads((REPOSITORY / "langgraph.json").read_text())
    return config | {"dependencies": [str(REPOSITORY)]}
