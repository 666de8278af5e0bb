"""The words of a catalog on disk: the same results with and without them, and never those of other items."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from langgraph_recommender.tools.catalog import Catalog, SearchRequest, open_catalog
from langgraph_recommender.tools.catalog.search.wordfile import FILE
from langgraph_recommender.tools.items import Item

from .conftest import CountingEmbeddings, Rows

ROWS: Rows = [("1", "Blue lamp", "20"), ("2", "红色台灯", "35"), ("3", "Oak desk", "240"), ("4", "Lamp oil", "8")]
QUERIES = ("lamp", "台灯", "blue lampe", "oak", "nothing known", "")


@pytest.fixture
def reopen(tmp_path: Path, write_shop: Callable[[Rows], Path], counting: CountingEmbeddings) -> Callable[[], Catalog]:
    path = write_shop(ROWS)
    return lambda: open_catalog(path, home=tmp_path, embeddings=counting)


def _results(catalog: Catalog) -> list[object]:
    return [catalog.search(SearchRequest(query)).hits for query in QUERIES]


def _file(catalog: Catalog) -> Path:
    assert catalog.directory
    return catalog.directory / FILE


def test_words_read_from_disk_give_the_same_results(reopen: Callable[[], Catalog]) -> None:
    built = reopen()
    results = _results(built)
    written = _file(built).read_bytes()
    assert _results(reopen()) == results
    assert _file(built).read_bytes() == written


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 nonsense", None])
def test_a_damaged_file_is_made_anew(damage: bytes | None, reopen: Callable[[], Catalog]) -> None:
    built = reopen()
    results, path = _results(built), _file(built)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    assert _results(reopen()) == results
    assert path.read_bytes() == whole


def test_a_changed_byte_is_noticed(reopen: Callable[[], Catalog]) -> None:
    built = reopen()
    results, path = _results(built), _file(built)
    with np.load(path) as kept:
        place = path.read_bytes().index(kept["scores"].tobytes())
    with path.open("r+b") as file:
        file.seek(place)
        file.write(b"\xff")
    assert _results(reopen()) == results


def test_the_words_of_other_items_are_not_used(reopen: Callable[[], Catalog], counting: CountingEmbeddings) -> None:
    built = reopen()
    results, path = _results(built), _file(built)
    shelf = [Item(str(row), f"Pine shelf {row}") for row in range(1, 5)]
    other = open_catalog(shelf, home=path.parents[2] / "other", embeddings=counting)
    other.search(SearchRequest("shelf"))
    path.write_bytes(_file(other).read_bytes())
    assert _results(reopen()) == results


def test_a_change_leaves_no_words_of_the_former_items(reopen: Callable[[], Catalog]) -> None:
    catalog = reopen()
    catalog.search(SearchRequest("lamp"))
    catalog.upsert([Item("5", "Brass lantern", facets={"price": 60.0})])
    assert catalog.search(SearchRequest("lantern", k=1)).hits[0].item_id == "5"
    catalog.delete(["5"])
    assert [hit.parts.get("lexical") for hit in reopen().search(SearchRequest("lantern")).hits] == [None] * 4


def test_a_directory_that_cannot_be_written_is_no_obstacle(reopen: Callable[[], Catalog]) -> None:
    built = reopen()
    assert built.directory
    (built.directory / FILE).mkdir()
    assert _results(built) == _results(reopen())
    assert [path.name for path in built.directory.iterdir() if FILE in path.name] == [FILE]


def test_warming_up_embeds_and_keeps_the_words_before_the_first_search(
    reopen: Callable[[], Catalog], counting: CountingEmbeddings
) -> None:
    warmed = reopen()
    warmed.warm()
    written = _file(warmed).stat().st_mtime_ns
    assert counting.texts
    assert _results(warmed) == _results(reopen())
    assert _file(warmed).stat().st_mtime_ns == written


def test_an_empty_catalog_can_be_warmed_up(counting: CountingEmbeddings) -> None:
    catalog = open_catalog([Item("1", "Lamp")], embeddings=counting)
    catalog.delete(["1"])
    catalog.warm()
    assert catalog.search(SearchRequest("lamp")).hits == ()
