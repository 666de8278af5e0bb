"""An index directory, several processes, and power that goes at any moment."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding
from langgraph_recommender.tools.catalog import Catalog, SearchRequest, open_catalog
from langgraph_recommender.tools.catalog.index import local
from langgraph_recommender.tools.catalog.index.embedded import open_store
from langgraph_recommender.tools.errors import IndexStateError
from langgraph_recommender.tools.items import Item

FAKE = DeterministicFakeEmbedding(size=16)
ITEMS = [Item("1", "Blue lamp", facets={"price": 20.0}), Item("2", "Oak desk", facets={"price": 240.0})]
HEAD = """
import os, signal, sys
from pathlib import Path
from langchain_core.embeddings import DeterministicFakeEmbedding
from langgraph_recommender.tools.catalog import open_catalog
from langgraph_recommender.tools.catalog.index import local
from langgraph_recommender.tools.items import Item

catalog = open_catalog(sys.argv[1], embeddings=DeterministicFakeEmbedding(size=16))
"""
posix = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")


@pytest.fixture
def open_again(tmp_path: Path) -> Callable[[], Catalog]:
    open_catalog(ITEMS, home=tmp_path, embeddings=FAKE).close()
    (directory,) = (tmp_path / "catalogs").iterdir()
    return lambda: open_catalog(directory, embeddings=FAKE)


def _start(catalog: Catalog, code: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", HEAD + code, str(catalog.directory)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _in_chroma(catalog: Catalog) -> set[str]:
    assert catalog.directory
    with open_store(catalog.directory / "chroma", type(FAKE).__qualname__, 16) as store:
        return set(store.stored())


WAITS = """
from langgraph_recommender.tools.catalog.index.manifest import writing
with writing(Path(sys.argv[1])):
    print("writing", flush=True)
    sys.stdin.readline()
"""


def test_while_another_process_writes(open_again: Callable[[], Catalog]) -> None:
    catalog = open_again()
    other = _start(catalog, WAITS)
    assert other.stdout
    assert other.stdout.readline() == "writing\n"
    with pytest.raises(IndexStateError, match="is being written by another process") as error:
        catalog.upsert([Item("3", "Tin box")])
    assert "chroma run" in error.value.cure
    assert 'store="http://HOST:PORT"' in error.value.cure
    assert "3" not in catalog
    assert len(open_again().search(SearchRequest("lamp")).hits) == 2
    catalog.close()
    other.communicate("go on\n")
    catalog.upsert([Item("3", "Tin box")])
    assert "3" in open_again()


def test_what_another_process_wrote_is_seen_by_the_next_search(open_again: Callable[[], Catalog]) -> None:
    catalog = open_again()
    assert len(catalog.search(SearchRequest("lamp")).hits) == 2
    for code, expected in (
        ('catalog.upsert([Item("3", "Tin box")])', ["1", "2", "3"]),
        ('catalog.delete(["1"]); catalog.close()', ["2", "3"]),
        (
            'catalog.upsert([Item("4", "Rug")]); catalog.close(); catalog.upsert([Item("5", "Mug")])',
            ["2", "3", "4", "5"],
        ),
    ):
        assert _start(catalog, code).wait() == 0
        assert {hit.item_id for hit in catalog.search(SearchRequest("lamp")).hits} == set(expected)
        assert [item.id for item in catalog.items()] == expected
    catalog.upsert([Item("6", "Jug")])
    catalog.close()
    assert _in_chroma(catalog) == {"2", "3", "4", "5", "6"}


def test_two_processes_write_at_once_and_no_row_is_lost(
    open_again: Callable[[], Catalog], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each line settles the store now and then, which two processes may not do at once."""
    catalog = open_again()
    code = "local._SETTLE_AFTER = 7\nfor n in range(40): catalog.upsert([Item(f'theirs {n}', f'Lamp {n}')])"
    monkeypatch.setattr(local, "_SETTLE_AFTER", 11)
    other = _start(catalog, code)
    for number in range(40):
        catalog.upsert([Item(f"mine {number}", f"Lamp {number}")])
    assert other.wait() == 0
    catalog.close()
    expected = {"1", "2", *(f"{whose} {number}" for whose in ("mine", "theirs") for number in range(40))}
    assert _in_chroma(catalog) == expected
    assert {item.id for item in open_again().items()} == expected


@posix
def test_what_upsert_returned_from_survives_kill_9(open_again: Callable[[], Catalog]) -> None:
    catalog = open_again()
    code = """
local._SETTLE_AFTER = 10
for n in range(1000):
    catalog.upsert([Item(f"new {n}", f"Lamp {n}")])
    print(n, flush=True)
"""
    other = _start(catalog, code)
    assert other.stdout
    for _ in range(33):
        last = int(other.stdout.readline())
    os.kill(other.pid, signal.SIGKILL)
    rest = other.stdout.read().split()
    last = int(rest[-1]) if rest else last
    again = open_again()
    assert {f"new {number}" for number in range(last + 1)} <= {item.id for item in again.items()}
    again.upsert([Item("after", "Wool rug")])
    again.close()
    assert _in_chroma(again) == {item.id for item in again.items()} == {item.id for item in open_again().items()}


DIES = """
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def dying(function):
    def call(*arguments, **options):
        if "{when}" == "before": die()
        function(*arguments, **options)
        die()
    return call

local.{step} = dying(local.{step})
catalog.upsert([Item("3", "Tin box"), Item("1", "Green lamp")])
catalog.delete(["2"])
print("written", flush=True)
catalog.close()
"""


@posix
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", ["bring", "write_snapshot", "write_manifest", "remove_snapshots", "remove_journals"])
def test_killed_at_each_step_of_settling(open_again: Callable[[], Catalog], step: str, when: str) -> None:
    other = _start(open_again(), DIES.format(step=step, when=when))
    assert other.communicate()[0] == "written\n"
    assert other.returncode == -signal.SIGKILL
    catalog = open_again()
    assert [(item.id, item.title) for item in catalog.items()] == [("1", "Green lamp"), ("3", "Tin box")]
    catalog.upsert([Item("4", "Wool rug")])
    catalog.close()
    assert _in_chroma(catalog) == {"1", "3", "4"}
    assert [item.id for item in open_again().items()] == ["1", "3", "4"]


@posix
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", ["write_snapshot", "write_manifest", "remove_snapshots"])
def test_killed_at_each_step_of_making_the_snapshot_again(
    open_again: Callable[[], Catalog], step: str, when: str
) -> None:
    catalog = open_again()
    catalog.upsert([Item("3", "Tin box")])
    assert catalog.directory
    (snapshot,) = catalog.directory.glob("snapshot-*")
    (snapshot / "vectors.npy").unlink()
    dies = DIES.partition("catalog.upsert")[0].format(step=step, when=when)
    command = [sys.executable, "-c", HEAD.replace("catalog = ", f"{dies}\ncatalog = "), str(catalog.directory)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert [item.id for item in open_again().items()] == ["1", "2", "3"]


@pytest.mark.parametrize("name", ["items.json", "vectors.npy"])
@pytest.mark.parametrize("damage", ["missing", "empty", "half", "other", "binary"])
def test_a_damaged_snapshot_is_made_again_with_what_the_journal_has(
    open_again: Callable[[], Catalog], name: str, damage: str
) -> None:
    catalog = open_again()
    catalog.upsert([Item("3", "Tin box"), Item("1", "Green lamp")])
    assert catalog.directory
    (snapshot,) = catalog.directory.glob("snapshot-*")
    content = (snapshot / name).read_bytes()
    if damage == "missing":
        (snapshot / name).unlink()
    else:
        other = {"empty": b"", "half": content[: len(content) // 2], "other": b"{}", "binary": b"\x93NUMPY\xff" * 9}
        (snapshot / name).write_bytes(other[damage])
    again = open_again()
    assert [(item.id, item.title) for item in again.items()] == [
        ("1", "Green lamp"),
        ("2", "Oak desk"),
        ("3", "Tin box"),
    ]
    assert again.vectors == pytest.approx(catalog.vectors, abs=1e-6)


def test_a_snapshot_of_an_older_state_is_not_taken_for_the_new_one(open_again: Callable[[], Catalog]) -> None:
    catalog = open_again()
    assert catalog.directory
    (old,) = catalog.directory.glob("snapshot-*")
    kept = {path.name: path.read_bytes() for path in old.iterdir()}
    catalog.upsert([Item("1", "Green lamp")])
    catalog.close()
    old.mkdir()
    for name, content in kept.items():
        (old / name).write_bytes(content)
    assert open_again().item("1").title == "Green lamp"


def test_a_damaged_journal_is_told(open_again: Callable[[], Catalog]) -> None:
    catalog = open_again()
    catalog.upsert([Item("3", "Tin box")])
    assert catalog.directory
    (journal,) = catalog.directory.glob("journal-*")
    journal.write_bytes(b'{"put": 3}\n' + journal.read_bytes())
    with pytest.raises(IndexStateError, match="the journal is damaged") as error:
        open_again()
    assert journal.name in error.value.cure


FULL = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    catalog.upsert([Item("3", "Tin box" * 100)])
except Exception as error:
    print(type(error).__name__, error, flush=True)
print("3" in catalog, len(catalog))
catalog.close()
"""


@posix
def test_a_full_disk_refuses_the_change_and_loses_nothing(open_again: Callable[[], Catalog]) -> None:
    catalog = open_again()
    catalog.upsert([Item("4", "Wool rug")])
    assert catalog.directory
    (journal,) = catalog.directory.glob("journal-*")
    said = _start(catalog, FULL.format(size=journal.stat().st_size + 100)).communicate()[0]
    assert said.startswith("IndexStateError")
    assert "Make room on the disk" in said
    assert said.endswith("False 3\n")
    assert [item.id for item in open_again().items()] == ["1", "2", "4"]


@posix
def test_a_disk_that_is_full_when_the_catalog_is_closed(open_again: Callable[[], Catalog]) -> None:
    """The change fits into the journal, the snapshot does not fit: the journal keeps it."""
    catalog = open_again()
    catalog.upsert([Item(f"old {number}", f"Lamp {number}") for number in range(50)])
    catalog.close()
    said = _start(catalog, FULL.format(size=2_000)).communicate()[0]
    assert said == "True 53\n"
    assert len(open_again()) == 53


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="permissions do not bind this user")
def test_a_read_only_directory_is_read(open_again: Callable[[], Catalog]) -> None:
    catalog = open_again()
    assert catalog.directory
    catalog.directory.chmod(0o500)
    try:
        assert len(open_again()) == 2
        with pytest.raises(IndexStateError, match="cannot be written"):
            open_again().upsert([Item("3", "Tin box")])
    finally:
        catalog.directory.chmod(0o700)


def test_searches_go_on_when_somebody_damages_the_manifest(open_again: Callable[[], Catalog]) -> None:
    catalog = open_again()
    assert catalog.directory
    manifest = catalog.directory / "manifest.json"
    whole = manifest.read_text()
    manifest.write_text("{half")
    assert len(catalog.search(SearchRequest("lamp")).hits) == 2
    for ask in (lambda: catalog.upsert([Item("3", "Tin box")]), open_again):
        with pytest.raises(IndexStateError, match="the manifest is damaged"):
            ask()
    manifest.write_text(whole)
    catalog.upsert([Item("3", "Tin box")])
    assert "3" in open_again()


FULL_AT_FIRST = """
import resource, signal, sys
from pathlib import Path
from langchain_core.embeddings import DeterministicFakeEmbedding
from langgraph_recommender.tools.catalog import open_catalog
from langgraph_recommender.tools.items import Item
import chromadb

items = [Item(str(number), f"Lamp {number}", "x" * 500) for number in range(700)]
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
for size in (int(sys.argv[2]), soft):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        print(len(open_catalog(items, home=Path(sys.argv[1]), embeddings=DeterministicFakeEmbedding(size=16))))
    except Exception as error:
        print(type(error).__name__, error)
"""


@posix
@pytest.mark.parametrize("size", [100_000, 500_000])
def test_a_disk_that_is_full_while_a_catalog_is_indexed(tmp_path: Path, size: int) -> None:
    command = [sys.executable, "-c", FULL_AT_FIRST, str(tmp_path), str(size)]
    first, second = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert first.startswith("IndexStateError")
    assert "Make room on the disk" in first
    assert second == "700"
