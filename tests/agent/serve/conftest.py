"""A live server on a free port, its client, and a small shop that it serves."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import sse_starlette.sse
import uvicorn
from langgraph_recommender.agent import OfflineChatModel, create_recommender
from langgraph_recommender.agent.serve.app import create_app
from langgraph_recommender.agent.serve.edge.settings import EdgeSettings
from langgraph_recommender.agent.serve.identity import keys_of
from langgraph_recommender.agent.serve.served import Served, served
from langgraph_recommender.evals.openai_server import OpenAIServer
from langgraph_recommender.tools.catalog import Catalog, open_catalog

ADA, BOB = "key-of-ada-0123456789", "key-of-bob-0123456789"
UNHURRIED = EdgeSettings(per_minute=0, address_per_minute=0)
ROWS = """\
id,title,description,category,brand,price,rating
{rows}
"""
KINDS = (("lamp", "Lumo"), ("kettle", "Brewer"), ("chair", "Sitwell"), ("clock", "Tempo"))


def shop_rows() -> str:
    """Twenty things in four kinds, each at five prices."""
    rows = [
        f"{kind}-{size},{brand} {kind} {size},A {kind} by {brand}.,{kind}s,{brand},{size * 25},{3 + size / 4}"
        for kind, brand in KINDS
        for size in range(1, 6)
    ]
    return ROWS.format(rows="\n".join(rows))


@pytest.fixture(scope="session")
def little_shop(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """A catalog of twenty rows of a CSV file."""
    folder: Path = tmp_path_factory.mktemp("shop")
    (folder / "shop.csv").write_text(shop_rows(), "utf-8")
    return open_catalog(str(folder / "shop.csv"), home=folder)


@contextmanager
def live(app: Any) -> Iterator[str]:
    """The URL of an app on a real socket, in an event loop of its own, of which LangServe's streams have to be told."""
    sse_starlette.sse.AppStatus.should_exit_event = None
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    running = threading.Thread(target=server.run, daemon=True)
    running.start()
    while not server.started:
        assert running.is_alive()
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    running.join(timeout=10)
    assert not running.is_alive()


Serve = Callable[..., str]


def _server(stack: ExitStack) -> Serve:
    def serve(what: Served | Catalog, edge: EdgeSettings = UNHURRIED, **options: Any) -> str:
        ready = what if isinstance(what, Served) else served(create_recommender(what), what, **options)
        return stack.enter_context(live(create_app(ready, edge)))

    return serve


@pytest.fixture
def serving() -> Iterator[Serve]:
    """Serves what is given, or a recommender of a catalog, until the test ends; returns its URL."""
    with ExitStack() as stack:
        yield _server(stack)


@pytest.fixture(scope="session")
def lasting() -> Iterator[Serve]:
    """As `serving`, until all tests have ended."""
    with ExitStack() as stack:
        yield _server(stack)


@pytest.fixture(scope="session")
def shop_url(little_shop: Catalog) -> Iterator[str]:
    """One server of the little shop for guests."""
    with live(create_app(served(create_recommender(little_shop), little_shop), UNHURRIED)) as url:
        yield url


@pytest.fixture(scope="session")
def keyed_url(little_shop: Catalog) -> Iterator[str]:
    """One server of the little shop for Ada and Bob, who have keys."""
    known = keys_of({ADA: "ada", BOB: "bob"})
    with live(create_app(served(create_recommender(little_shop), little_shop, keys=known), UNHURRIED)) as url:
        yield url


def client(url: str, key: str = "") -> httpx.Client:
    """A client, with a key or with a guest's cookie of its own."""
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"} if key else {}, timeout=30)


@pytest.fixture
def guest(shop_url: str) -> Iterator[httpx.Client]:
    with client(shop_url) as one:
        yield one


@pytest.fixture
def ada(keyed_url: str) -> Iterator[httpx.Client]:
    with client(keyed_url, ADA) as one:
        yield one


@pytest.fixture
def bob(keyed_url: str) -> Iterator[httpx.Client]:
    with client(keyed_url, BOB) as one:
        yield one


Events = list[dict[str, Any]]


@pytest.fixture
def streamed() -> Callable[..., Events]:
    """Reads a stream of server-sent events whole."""
    return read_stream


def read_stream(asking: httpx.Client, **asked: Any) -> Events:
    with asking.stream("POST", "/api/chat/stream", json=asked) as answer:
        assert answer.status_code == 200, answer.read()
        return list(frames(answer.iter_lines()))


def frames(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """The data of each event; its name must be that in the data."""
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            data = json.loads(line.removeprefix("data: "))
            assert data["event"] == name
            yield data


@pytest.fixture
def writer(little_shop: Catalog) -> Iterator[OpenAIServer]:
    """A hosted model that writes slowly, and notices when nobody reads any more."""
    with OpenAIServer(OfflineChatModel.for_catalog(little_shop), pause_s=0.03) as one:
        yield one


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], None]:
    """Waits for something that another thread does."""

    def waits(true: Callable[[], bool], seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end
            time.sleep(0.01)

    return waits
