"""A catalog on a real Chroma server that two real processes read and write."""

import json
import os
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding
from langgraph_recommender.tools.catalog import Catalog, SearchRequest, open_catalog
from langgraph_recommender.tools.catalog.index import shared
from langgraph_recommender.tools.catalog.index.protocol import Contents
from langgraph_recommender.tools.catalog.index.served import KEPT_S
from langgraph_recommender.tools.catalog.index.shared import FRESH_S
from langgraph_recommender.tools.errors import IndexStateError
from langgraph_recommender.tools.items import Item

from .conftest import ChromaServer

FAKE = DeterministicFakeEmbedding(size=16)
ITEMS = [Item("1", "Blue lamp", facets={"price": 20.0}), Item("2", "Oak desk", facets={"price": 240.0})]
OTHER = """
import sys
from pathlib import Path
from langchain_core.embeddings import DeterministicFakeEmbedding
from langgraph_recommender.tools.catalog import open_catalog
from langgraph_recommender.tools.items import Item

fake = DeterministicFakeEmbedding(size=16)
catalog = open_catalog(sys.argv[2], store=sys.argv[1], home=Path(sys.argv[3]), embeddings=fake)
print("open", flush=True)
for line in sys.stdin:
    exec(line)
    print("done", flush=True)
"""


class OtherProcess:
    """Has the same catalog open in a process of its own, and does there what it is told."""

    def __init__(self, url: str, name: str, home: Path) -> None:
        command = [sys.executable, "-c", OTHER, url, name, str(home)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._heard() == "open"

    def run(self, line: str) -> None:
        self.start(line)
        self.finish()

    def start(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def finish(self) -> None:
        assert self._heard() == "done"

    def close(self) -> None:
        self._process.communicate()

    def _heard(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()


@pytest.fixture
def name() -> str:
    return f"shop-{uuid4().hex}"


@pytest.fixture
def url(chroma_server: ChromaServer, name: str) -> str:
    return f"{chroma_server.url}/{name}"


@pytest.fixture
def catalog(url: str, tmp_path: Path) -> Catalog:
    return open_catalog(ITEMS, store=url, home=tmp_path / "mine", embeddings=FAKE)


def _ids(catalog: Catalog) -> set[str]:
    return {hit.item_id for hit in catalog.search(SearchRequest("lamp", k=100)).hits}


def test_what_another_process_writes_is_seen(
    catalog: Catalog, chroma_server: ChromaServer, name: str, tmp_path: Path
) -> None:
    other = OtherProcess(chroma_server.url, name, tmp_path / "theirs")
    assert _ids(catalog) == {"1", "2"}
    other.run("catalog.upsert([Item('3', 'Tin box'), Item('1', 'Blue lamp', facets={'price': 1.0})])")
    time.sleep(FRESH_S)
    assert _ids(catalog) == {"1", "2", "3"}
    assert catalog.item("1").facets["price"] == 1.0
    other.run("catalog.delete(['2'])")
    catalog.refresh()
    assert [item.id for item in catalog.items()] == ["1", "3"]
    catalog.upsert([Item("4", "Wool rug")])
    other.run("catalog.refresh(); assert '4' in catalog and '2' not in catalog")
    other.close()


def test_two_processes_write_at_once_and_no_row_is_lost(
    catalog: Catalog, chroma_server: ChromaServer, name: str, tmp_path: Path
) -> None:
    other = OtherProcess(chroma_server.url, name, tmp_path / "theirs")
    other.start(
        "[catalog.upsert([Item(f'theirs {n}', f'Lamp {n}'), Item('1', f'Lamp of theirs {n}')]) for n in range(15)]"
    )
    for number in range(15):
        catalog.upsert([Item(f"mine {number}", f"Lamp {number}"), Item("1", f"Lamp of mine {number}")])
    other.finish()
    catalog.refresh()
    assert len(catalog) == 32
    fresh = open_catalog(name, store=chroma_server.url, home=tmp_path / "fresh", embeddings=FAKE)
    assert {item.id: item for item in fresh.items()} == {item.id: item for item in catalog.items()}
    other.run(f"catalog.refresh(); assert catalog.item('1').title == {fresh.item('1').title!r}, catalog.item('1')")
    other.close()


def test_the_copy_is_used_again_and_brought_up_to_date(
    catalog: Catalog, url: str, tmp_path: Path, name: str, chroma_server: ChromaServer
) -> None:
    open_catalog(name, store=chroma_server.url, home=tmp_path / "theirs", embeddings=FAKE).upsert(
        [Item("3", "Tin box")]
    )
    again = open_catalog(ITEMS, store=url, home=tmp_path / "mine", embeddings=FAKE)
    assert [item.id for item in again.items()] == ["1", "2", "3"]
    assert again.directory
    (snapshot,) = again.directory.glob("snapshot-*")
    (snapshot / "vectors.npy").write_bytes(b"half")
    assert len(open_catalog(ITEMS, store=url, home=tmp_path / "mine", embeddings=FAKE)) == 3


def test_a_changed_source_replaces_what_came_from_it(catalog: Catalog, url: str, tmp_path: Path) -> None:
    catalog.upsert([Item("9", "Brass lamp")])
    changed = open_catalog([ITEMS[0], Item("5", "Pine shelf")], store=url, home=tmp_path / "other", embeddings=FAKE)
    assert [item.id for item in changed.items()] == ["1", "5", "9"]
    catalog.refresh()
    assert [item.id for item in catalog.items()] == ["1", "5", "9"]


def test_nearest_asks_the_server(catalog: Catalog) -> None:
    index = catalog._index
    assert index
    assert index.nearest(catalog.vector_of(["2"])[0], 1) == ["2"]


def test_a_server_that_is_away(tmp_path: Path) -> None:
    server = ChromaServer(tmp_path / "chroma")
    catalog = open_catalog(ITEMS, store=server.url, home=tmp_path, embeddings=FAKE)
    server.stop()
    time.sleep(FRESH_S)
    assert _ids(catalog) == {"1", "2"}
    for ask in (
        lambda: catalog.upsert([Item("3", "Tin box")]),
        catalog.refresh,
        lambda: open_catalog(ITEMS, store=server.url, home=tmp_path, embeddings=FAKE),
    ):
        with pytest.raises(IndexStateError, match="Chroma server does not answer") as error:
            ask()
        assert f"chroma run --path DIR --host 127.0.0.1 --port {server.port}" in error.value.cure
    assert "3" not in catalog
    server.start()
    catalog.upsert([Item("3", "Tin box")])
    assert "3" in open_catalog(ITEMS, store=server.url, home=tmp_path / "new", embeddings=FAKE)
    server.stop()


class Away(BaseHTTPRequestHandler):
    """A proxy that does not reach the server behind it."""

    def do_GET(self) -> None:
        body = b"<html>502 Bad Gateway</html>"
        self.send_response(502)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PUT = do_DELETE = do_GET

    def log_message(self, *_words: object) -> None:
        """Nobody reads it."""


def test_a_proxy_before_a_server_that_is_away(tmp_path: Path) -> None:
    server = ChromaServer(tmp_path / "chroma")
    catalog = open_catalog(ITEMS, store=server.url, home=tmp_path, embeddings=FAKE)
    server.stop()
    proxy = ThreadingHTTPServer(("127.0.0.1", server.port), Away)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    time.sleep(FRESH_S)
    assert _ids(catalog) == {"1", "2"}
    for ask in (
        lambda: catalog.upsert([Item("3", "Tin box")]),
        catalog.refresh,
        lambda: open_catalog(ITEMS, store=server.url, home=tmp_path, embeddings=FAKE),
    ):
        with pytest.raises(IndexStateError, match="502 Bad Gateway"):
            ask()
    proxy.shutdown()
    proxy.server_close()


def test_a_write_that_fails_still_hears_what_others_wrote(
    catalog: Catalog, name: str, chroma_server: ChromaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = open_catalog(name, store=chroma_server.url, home=tmp_path / "theirs", embeddings=FAKE)
    other.upsert([Item("3", "Tin box")])

    def broken(*_arguments: object) -> None:
        raise IndexStateError("The connection broke.")

    with monkeypatch.context() as patched:
        patched.setattr(shared, "bring", broken)
        with pytest.raises(IndexStateError, match="broke"):
            catalog.upsert([Item("4", "Wool rug")])
    assert "3" in catalog
    catalog.refresh()
    assert "3" in catalog


def test_what_is_written_while_everything_is_read_again(
    catalog: Catalog, name: str, chroma_server: ChromaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = open_catalog(name, store=chroma_server.url, home=tmp_path / "theirs", embeddings=FAKE)
    index = catalog._index
    assert isinstance(index, shared.SharedIndex)
    read = index._server.store.read
    monkeypatch.setattr(shared, "KEPT_S", -1e9)

    def read_slowly(ids: list[str] | None = None) -> Contents:
        found = read(ids)
        monkeypatch.undo()
        other.upsert([Item("3", "Tin box")])
        return found

    monkeypatch.setattr(index._server.store, "read", read_slowly)
    index._token = ""
    catalog.refresh()
    assert "3" not in catalog
    catalog.refresh()
    assert "3" in catalog


def test_old_notes_go_although_each_process_writes_little(catalog: Catalog) -> None:
    index = catalog._index
    assert isinstance(index, shared.SharedIndex)
    server = index._server
    old = time.time() - 2 * KEPT_S
    server._write("old-done", {"at": old, "everything": False}, "[]")
    assert "old-done" in server.notes(old)
    again = open_catalog(catalog.name, store=str(server.address), home=catalog.directory, embeddings=FAKE)
    again.upsert([Item("3", "Tin box")])
    assert "old-done" not in server.notes(old)


def test_what_is_refused(catalog: Catalog, url: str, name: str, chroma_server: ChromaServer, tmp_path: Path) -> None:
    with pytest.raises(IndexStateError, match="was built with the embedding"):
        open_catalog(ITEMS, store=url, home=tmp_path / "x", embeddings=DeterministicFakeEmbedding(size=8))
    with pytest.raises(IndexStateError, match=f"no such catalog on the server. Did you mean '{name}'"):
        open_catalog(name + "x", store=chroma_server.url, home=tmp_path, embeddings=FAKE)


def test_the_commands_use_the_server_that_is_set(chroma_server: ChromaServer, name: str, tmp_path: Path) -> None:
    (tmp_path / f"{name}.csv").write_text("id,title,price\n1,Blue lamp,20\n2,Oak desk,240\n")

    def recommender(*words: str, home: str, url: str = chroma_server.url) -> "subprocess.CompletedProcess[str]":
        command = [str(Path(sys.executable).with_name("recommender")), *words, "--json"]
        settings = {"RECOMMENDER_CATALOG_STORE": url, "RECOMMENDER_HOME": str(tmp_path / home)}
        return subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=tmp_path, env={**os.environ, **settings}
        )

    indexed = recommender("index", f"{name}.csv", home="one")
    assert json.loads(indexed.stdout)["items"] == 2, indexed.stderr
    found = json.loads(recommender("search", "desk", "--catalog", name, home="another").stdout)
    assert found["hits"][0]["id"] == "2"
    refused = recommender("search", "desk", "--catalog", name, home="another", url="http://127.0.0.1:9")
    assert refused.returncode == 2
    assert "Start one with: chroma run" in refused.stderr
