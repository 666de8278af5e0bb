"""What an open process knows of others when its own writes fail, when it is closed, and when the index is made anew."""

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding
from langgraph_recommender.tools.catalog import Catalog, SearchRequest, open_catalog
from langgraph_recommender.tools.catalog import state as states
from langgraph_recommender.tools.catalog.index import local
from langgraph_recommender.tools.catalog.index.manifest import FILE, read_manifest
from langgraph_recommender.tools.catalog.search.wordtable import WordTable
from langgraph_recommender.tools.errors import IndexStateError
from langgraph_recommender.tools.items import Item

FAKE = DeterministicFakeEmbedding(size=16)
ITEMS = [Item("1", "Blue lamp", facets={"price": 20.0}), Item("2", "Oak desk", facets={"price": 240.0})]
posix = pytest.mark.skipif(sys.platform == "win32", reason="limits of the file size are POSIX")


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return open_catalog(ITEMS, home=tmp_path, embeddings=FAKE)


def _ids(catalog: Catalog) -> set[str]:
    return {hit.item_id for hit in catalog.search(SearchRequest("lamp", k=100)).hits}


def _another(catalog: Catalog) -> Catalog:
    assert catalog.directory
    return open_catalog(catalog.directory, embeddings=FAKE)


def test_a_write_that_fails_still_hears_what_others_wrote(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    _another(catalog).upsert([Item("3", "Tin box")])

    def full(*_arguments: object) -> int:
        raise IndexStateError("The disk is full.")

    monkeypatch.setattr(local, "append", full)
    with pytest.raises(IndexStateError, match="full"):
        catalog.upsert([Item("4", "Wool rug")])
    assert _ids(catalog) == {"1", "2", "3"}


def test_closing_hears_what_others_wrote(catalog: Catalog) -> None:
    catalog.upsert([Item("3", "Tin box")])
    _another(catalog).upsert([Item("4", "Wool rug")])
    catalog.close()
    assert _ids(catalog) == {"1", "2", "3", "4"}


def test_news_that_could_not_be_read_is_read_later(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    _another(catalog).upsert([Item("3", "Tin box")])

    def unreadable(*_arguments: object) -> object:
        raise IndexStateError("The journal cannot be read.")

    with monkeypatch.context() as patched:
        patched.setattr(local, "read_journal", unreadable)
        assert _ids(catalog) == {"1", "2"}
    assert _ids(catalog) == {"1", "2", "3"}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.csv"
    path.write_text("id,title,price\n1,Blue lamp,20\n2,Oak desk,240\n")
    return path


def test_an_index_made_anew_with_other_facets_refuses_writes_of_before(shop: Path, tmp_path: Path) -> None:
    old = open_catalog(shop, home=tmp_path, embeddings=FAKE)
    old.upsert([Item("3", "Tin box")])
    shop.write_text("id,title,price,colour\n1,Blue lamp,20,blue\n2,Oak desk,240,brown\n")
    new = open_catalog(shop, home=tmp_path, embeddings=FAKE)
    assert {item.id for item in new.items()} == {"1", "2", "3"}
    with pytest.raises(IndexStateError, match="was indexed anew with other facets") as error:
        old.upsert([Item("4", "Wool rug")])
    assert error.value.cure == "Open the catalog again."
    assert _ids(old) == {"1", "2", "3"}
    old.close()
    assert {item.id for item in _another(old).items()} == {"1", "2", "3"}


def test_an_index_that_was_deleted_refuses_writes(catalog: Catalog) -> None:
    assert catalog.directory
    (catalog.directory / FILE).unlink()
    with pytest.raises(IndexStateError, match="the index is gone"):
        catalog.upsert([Item("3", "Tin box")])


class Breaking(DeterministicFakeEmbedding):
    """The same embedding as `FAKE`, by its name, whose power goes while it embeds."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        raise KeyboardInterrupt


Breaking.__qualname__ = DeterministicFakeEmbedding.__qualname__


def test_an_interrupted_indexing_is_not_marked_as_done_by_who_had_it_open(shop: Path, tmp_path: Path) -> None:
    old = open_catalog(shop, home=tmp_path, embeddings=FAKE)
    shop.write_text("id,title,price\n1,Green lamp,20\n2,Oak desk,240\n")
    with pytest.raises(KeyboardInterrupt):
        open_catalog(shop, home=tmp_path, embeddings=Breaking(size=16))
    assert old.directory
    old.upsert([Item("3", "Tin box")])
    old.close()
    manifest = read_manifest(old.directory)
    assert manifest
    assert manifest.state == "filling"
    again = open_catalog(shop, home=tmp_path, embeddings=FAKE)
    assert {item.id: item.title for item in again.items()} == {"1": "Green lamp", "2": "Oak desk", "3": "Tin box"}


FULL = """
import resource, signal, sys
from pathlib import Path
from langgraph_recommender.tools.catalog.index.manifest import read_manifest, write_manifest
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
manifest = read_manifest(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
try:
    write_manifest(Path(sys.argv[1]), manifest)
except Exception as error:
    print(type(error).__name__, error)
"""


@posix
def test_a_manifest_that_does_not_fit_on_the_disk(catalog: Catalog) -> None:
    assert catalog.directory
    before = (catalog.directory / FILE).read_bytes()
    said = subprocess.run([sys.executable, "-c", FULL, str(catalog.directory)], capture_output=True, text=True).stdout
    assert said.startswith("IndexStateError")
    assert "Make room on the disk" in said
    assert (catalog.directory / FILE).read_bytes() == before
    assert not [*catalog.directory.glob(".manifest-*")]


def test_no_file_may_be_made_in_the_directory(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*_arguments: object, **_options: object) -> object:
        raise OSError(errno.ENOSPC, "No space left on device")

    catalog.upsert([Item("3", "Tin box")])
    for step in ("tempfile.mkstemp", "tempfile.mkdtemp"):
        with monkeypatch.context() as patched:
            patched.setattr(step, none_left)
            catalog.close()
            assert _ids(_another(catalog)) == {"1", "2", "3"}
            with pytest.raises(IndexStateError, match="No space left"):
                open_catalog([*ITEMS, Item("9", "Brass lamp")], home=catalog.directory.parent / step, embeddings=FAKE)


@posix
def test_files_are_on_the_disk_before_they_count(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    sync, replace = os.fsync, os.replace

    def noted(handle: int) -> None:
        synced.append(Path(os.readlink(f"/proc/self/fd/{handle}")).name.partition("-")[0])
        sync(handle)

    def replaced(source: Path, target: Path) -> None:
        synced.append(f"replace {Path(target).name.partition('-')[0]}")
        replace(source, target)

    if not Path("/proc/self/fd").exists():
        pytest.skip("open files are not listed here")
    assert catalog.directory
    here = catalog.directory.name.partition("-")[0]
    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(os, "replace", replaced)
    catalog.upsert([Item("3", "Tin box")])
    assert synced == ["journal", here]
    catalog.upsert([Item("3", "Tin can")])
    assert synced == ["journal", here, "journal"]
    del synced[:]
    catalog.close()
    ours = [one for one in synced if one in ("items.json", "vectors.npy", ".snapshot", ".manifest", here) or " " in one]
    order = [
        "items.json",
        "vectors.npy",
        ".snapshot",
        "replace snapshot",
        here,
        ".manifest",
        "replace manifest.json",
        here,
    ]
    assert ours[: len(order)] == order


@pytest.fixture
def larger(tmp_path: Path) -> Catalog:
    """So many items that one more only patches their word table."""
    catalog = open_catalog(
        [Item(str(number), f"Lamp {number}") for number in range(40)], home=tmp_path, embeddings=FAKE
    )
    assert len(_ids(catalog)) == 40
    return catalog


def test_the_word_table_is_made_once_for_who_keeps_it_and_who_searches(
    larger: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    patched, begun, go_on = states.patched_table, threading.Event(), threading.Event()

    def counted(*arguments: Any) -> WordTable:
        made.append(1)
        begun.set()
        go_on.wait(5)
        return patched(*arguments)

    monkeypatch.setattr(states, "patched_table", counted)
    larger.upsert([Item("new", "Tin box")])
    searching = threading.Thread(target=_ids, args=(larger,))
    searching.start()
    assert begun.wait(5)
    keeping = threading.Thread(target=larger._state.keep)
    keeping.start()
    keeping.join(0.3)
    go_on.set()
    searching.join()
    keeping.join()
    assert made == [1]


def test_a_table_that_was_kept_is_searched(larger: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    patched = states.patched_table
    monkeypatch.setattr(states, "patched_table", lambda *arguments: made.append(1) or patched(*arguments))
    larger.upsert([Item("new", "Tin box")])
    larger.close()
    assert "new" in _ids(larger)
    assert made == [1]
