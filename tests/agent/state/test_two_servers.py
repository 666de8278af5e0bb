"""Two server processes that share PostgreSQL and Chroma are one server to whoever talks to them."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from ...tools.catalog.stores.conftest import chroma_server as chroma_server

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
KEYS = {"key-of-ada-0123456789": "ada", "key-of-bob-0123456789": "bob"}
KINDS = (("lamp", "Lumo"), ("kettle", "Brewer"), ("chair", "Sitwell"), ("clock", "Tempo"))
Start = Callable[[str], tuple[httpx.Client, subprocess.Popen[str]]]
SERVE = "from langgraph_recommender.agent.cli import main; main()"


def shop(folder: Path) -> Path:
    rows = [
        f"{kind}-{size},{brand} {kind} {size},A {kind} by {brand}.,{kind}s,{brand},{size * 25}"
        for kind, brand in KINDS
        for size in range(1, 9)
    ]
    path = folder / "twoshop.csv"
    path.write_text("\n".join(["id,title,description,category,brand,price", *rows]), "utf-8")
    return path


@contextmanager
def server(folder: Path, catalog: str, database: str, chroma: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A `recommender serve` with a home of its own: its URL and its process."""
    folder.mkdir()
    (folder / "keys.json").write_text(json.dumps(KEYS))
    variables = {
        "RECOMMENDER_HOME": str(folder / "home"),
        "RECOMMENDER_DATABASE_URL": database,
        "RECOMMENDER_CATALOG_STORE": chroma,
        "OMP_NUM_THREADS": "1",
    }
    command = [sys.executable, "-c", SERVE, "serve", "--catalog", catalog, "--port", "0"]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(
            [*command, "--keys", str(folder / "keys.json")],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, **variables},
        ) as process,
    ):
        assert process.stdout
        line = process.stdout.readline()
        assert "Serving on" in line, (folder / "log").read_text()
        try:
            yield line.split()[2].rstrip("/"), process
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory, postgres_url: str, chroma_server: Any) -> Iterator[Start]:
    """Starts a server over the storage that all share; the first fills the catalog, others open what is there."""
    import psycopg

    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS two_servers")
    database = f"{postgres_url}{'&' if '?' in postgres_url else '?'}options=-c%20search_path%3Dtwo_servers"
    folder = tmp_path_factory.mktemp("servers")
    with ExitStack() as stack:

        def started(name: str) -> tuple[httpx.Client, subprocess.Popen[str]]:
            catalog = "twoshop" if (folder / "a").exists() else str(shop(folder))
            url, process = stack.enter_context(server(folder / name, catalog, database, chroma_server.url))
            return stack.enter_context(client(url)), process

        yield started
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA two_servers CASCADE")


@pytest.fixture(scope="module")
def pair(start: Start) -> tuple[httpx.Client, httpx.Client]:
    """Ada at two servers."""
    return start("a")[0], start("b")[0]


def client(url: str, user: str = "ada") -> httpx.Client:
    key = next(key for key, name in KEYS.items() if name == user)
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60)


def say(at: httpx.Client, message: str, thread: str | None = None) -> dict[str, Any]:
    answer = at.post("/api/chat", json={"message": message, "thread_id": thread})
    assert answer.status_code == 200, answer.text
    return answer.json()


def shown(output: dict[str, Any]) -> list[str]:
    return [one["item_id"] for one in output["turn"]["recommendations"]]


def test_a_conversation_goes_on_at_the_other_server(pair: tuple[httpx.Client, httpx.Client]) -> None:
    a, b = pair
    first = say(a, "show me lamps")
    thread = first["thread_id"]
    assert {one.split("-")[0] for one in shown(first)} == {"lamp"}
    cheaper = say(b, "cheaper", thread)
    assert {one.split("-")[0] for one in shown(cheaper)} == {"lamp"}
    assert any(one["facet"] == "price" for one in cheaper["turn"]["constraints"])
    refused = shown(cheaper)[0]
    judged = a.post("/api/feedback", json={"item_id": refused, "kind": "dislike", "thread_id": thread})
    assert judged.status_code == 200, judged.text
    again = say(b, "show me lamps", thread)
    assert shown(again)
    assert refused not in shown(again)
    anew = say(b, "show me lamps")
    assert refused not in shown(anew)


def test_two_turns_at_once_on_one_thread_lose_nothing(pair: tuple[httpx.Client, httpx.Client]) -> None:
    thread = say(pair[0], "show me chairs")["thread_id"]
    wishes = [f"a chair under {price}" for price in range(60, 200, 10)]
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda at: say(pair[at[0] % 2], at[1], thread), enumerate(wishes)))
    assert all(one["turn"]["reply"] for one in said)
    past = pair[1].get(f"/api/threads/{thread}").json()["turns"]
    assert sorted(one["message"] for one in past) == sorted(["show me chairs", *wishes])
    assert all(one["reply"] for one in past)


def test_a_thread_deleted_at_one_is_unknown_at_the_other(pair: tuple[httpx.Client, httpx.Client]) -> None:
    a, b = pair
    thread = say(a, "show me clocks")["thread_id"]
    assert b.get(f"/api/threads/{thread}").status_code == 200
    with client(str(b.base_url), "bob") as bob:
        assert bob.get(f"/api/threads/{thread}").status_code == 404
    assert b.delete(f"/api/threads/{thread}").status_code == 204
    assert a.get(f"/api/threads/{thread}").status_code == 404
    assert a.post("/api/chat", json={"message": "cheaper", "thread_id": thread}).status_code == 404


def test_a_server_that_dies_in_mid_turn_leaves_the_conversation_to_the_other(
    pair: tuple[httpx.Client, httpx.Client], start: Start
) -> None:
    (dying, process), alive = start("dying"), pair[0]
    thread = say(dying, "show me lamps")["thread_id"]
    before = alive.get(f"/api/threads/{thread}").json()
    asked = {"message": "便宜一点的", "thread_id": thread}

    def answered() -> None:
        with dying.stream("POST", "/api/chat/stream", json=asked) as answer:
            for line in answer.iter_lines():
                if line == "event: tool":
                    process.kill()

    with pytest.raises(httpx.TransportError):
        answered()
    assert alive.get(f"/api/threads/{thread}").json() == before
    again = say(alive, asked["message"], thread)
    assert shown(again)
    assert again["turn"]["language"] == "zh"
    assert len(alive.get(f"/api/threads/{thread}").json()["turns"]) == 2
