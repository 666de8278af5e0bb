"""The pictures of a catalog: found beside its file, kept beside its index, made again when they change."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from langgraph_recommender.tools.catalog import Catalog, SearchRequest, open_catalog
from langgraph_recommender.tools.catalog.opening import index_directory
from langgraph_recommender.tools.catalog.pictures.kept import FILE
from langgraph_recommender.tools.constraints import parse_filter
from langgraph_recommender.tools.errors import SettingsError
from langgraph_recommender.tools.items import Item

Paint = Callable[..., bytes]


class Counting:
    """Passes on to another encoder and counts the pictures."""

    def __init__(self, inner) -> None:
        self.inner, self.count = inner, 0
        self.model_id, self.dimension, self.alike = inner.model_id, inner.dimension, inner.alike

    def encode(self, pictures: Sequence[np.ndarray]) -> np.ndarray:
        self.count += len(pictures)
        return self.inner.encode(pictures)


@pytest.fixture
def shop(shop_file: Path, tmp_path: Path, colour_names) -> Catalog:
    return open_catalog(shop_file, home=tmp_path / "home", pictures=colour_names)


def hits(catalog: Catalog, picture: bytes, query: str = "", where: str = "", k: int = 3) -> list[str]:
    request = SearchRequest(query, parse_filter(where, catalog.schema) if where else (), k=k)
    return [one.item_id for one in catalog.search_picture(catalog.read_picture(picture), request).hits]


def test_a_picture_finds_what_looks_like_it_within_the_filter(shop: Catalog, paint: Paint) -> None:
    assert hits(shop, paint("green"))[0] == "g"
    assert hits(shop, paint("green", "JPEG", size=(300, 200)))[0] == "g"
    assert "g" not in hits(shop, paint("green"), where="price<10", k=7)


def test_words_and_picture_add_up_by_name(shop: Catalog, paint: Paint) -> None:
    request = SearchRequest("plate", k=7)
    found = shop.search_picture(shop.read_picture(paint("red")), request).hits
    assert {found[0].item_id, found[1].item_id} == {"r", "b"}
    parts = {one.item_id: one.parts for one in found}
    assert parts["r"]["image"] > 1
    assert "image" not in parts["plain"]
    assert all(one.score == pytest.approx(sum(one.parts.values())) for one in found)


def test_bad_pictures_are_listed_and_their_items_stay_searchable(shop: Catalog) -> None:
    found = shop.index_pictures()
    assert found.count == 3
    reasons = {one.item_id: one.reason for one in found.problems}
    assert set(reasons) == {"gone", "text", "net"}
    assert "no such file" in reasons["gone"]
    assert "a text, not a picture" in reasons["text"]
    assert "not fetched" in reasons["net"]
    assert shop.search(SearchRequest("jug")).hits[0].item_id == "text"


def test_vectors_are_kept_and_only_what_changed_is_encoded_again(
    shop_file: Path, tmp_path: Path, paint: Paint, colour_names
) -> None:
    def opened() -> tuple[Catalog, Counting]:
        counting = Counting(colour_names)
        return open_catalog(shop_file, home=tmp_path / "home", pictures=counting), counting

    first, counted = opened()
    vectors = first.index_pictures().vectors
    assert counted.count == 3
    again, counted = opened()
    assert np.array_equal(again.index_pictures().vectors, vectors)
    assert counted.count == 0
    changed = shop_file.parent / "pictures" / "red.png"
    changed.write_bytes(paint("yellow"))
    os.utime(changed, ns=(1, 1))
    assert again.index_pictures().vectors[0].argmax() != vectors[0].argmax()
    assert counted.count == 1
    changed.unlink()
    assert {one.item_id for one in opened()[0].index_pictures().problems} == {"r", "gone", "text", "net"}


def test_a_damaged_or_foreign_file_of_vectors_is_made_again(shop_file: Path, tmp_path: Path, colour_names) -> None:
    catalog = open_catalog(shop_file, home=tmp_path / "home", pictures=colour_names)
    vectors = catalog.index_pictures().vectors
    kept = index_directory(shop_file, tmp_path / "home") / FILE
    whole = kept.read_bytes()
    for content in (b"", whole[: len(whole) // 2], b"PK\3\4nonsense"):
        kept.write_bytes(content)
        again = open_catalog(shop_file, home=tmp_path / "home", pictures=colour_names)
        assert np.array_equal(again.index_pictures().vectors, vectors)
    other = Counting(colour_names)
    other.model_id = "another"
    open_catalog(shop_file, home=tmp_path / "home", pictures=other).index_pictures()
    assert other.count == 3


def test_an_index_directory_finds_its_pictures_from_anywhere(
    shop_file: Path, tmp_path: Path, paint: Paint, colour_names, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_catalog(shop_file, home=tmp_path / "home").close()
    monkeypatch.chdir(tmp_path)
    catalog = open_catalog(index_directory(shop_file, tmp_path / "home"), pictures=colour_names)
    assert hits(catalog, paint("blue"))[0] == "b"


def test_data_uris_absolute_paths_and_file_addresses(tmp_path: Path, paint: Paint, colour_names) -> None:
    path = tmp_path / "green one.png"
    path.write_bytes(paint("green"))
    uri = f"data:image/png;base64,{base64.b64encode(paint('red')).decode()}"
    items = [
        Item("uri", "a", image=uri),
        Item("path", "b", image=str(path)),
        Item("file", "c", image=path.as_uri()),
        Item("bad", "d", image="data:image/png;base64,@@@"),
    ]
    catalog = open_catalog(items, pictures=colour_names)
    found = catalog.index_pictures()
    assert [row.any() for row in found.vectors] == [True, True, True, False]
    assert [one.item_id for one in found.problems] == ["bad"]
    assert hits(catalog, paint("red"), k=1) == ["uri"]


def test_a_change_of_the_catalog_shows(shop: Catalog, paint: Paint) -> None:
    assert hits(shop, paint("yellow"), k=1) != ["y"]
    uri = f"data:image/png;base64,{base64.b64encode(paint('yellow')).decode()}"
    shop.upsert([Item("y", "Tray", facets={"price": 9.0}, image=uri)])
    assert hits(shop, paint("yellow"), k=1) == ["y"]
    shop.delete(["y"])
    assert "y" not in hits(shop, paint("yellow"), k=7)


def test_words_find_pictures_with_an_encoder_that_reads_them(tmp_path: Path, paint: Paint, colour_names) -> None:
    for colour in ("red", "green", "blue"):
        (tmp_path / colour).write_bytes(paint(colour))
    mugs = [Item(colour, "Mug", image=str(tmp_path / colour)) for colour in ("red", "green", "blue")]
    catalog = open_catalog(mugs, pictures=colour_names)
    found = catalog.search(SearchRequest("a blue mug", k=3)).hits
    assert found[0].item_id == "blue"
    assert found[0].parts["image"] > 1
    assert all("image" not in one.parts for one in catalog.search(SearchRequest("mug", k=3)).hits)
    assert open_catalog(mugs).search(SearchRequest("a blue mug", k=3)).hits[0].item_id == "red"


def test_a_catalog_of_one_and_identical_pictures(paint: Paint, colour_names) -> None:
    uri = f"data:image/png;base64,{base64.b64encode(paint('red')).decode()}"
    one = open_catalog([Item("1", "only", image=uri)], pictures=colour_names)
    assert hits(one, paint("blue")) == ["1"]
    same = open_catalog([Item(str(n), f"item {n}", image=uri) for n in range(4)], pictures=colour_names)
    assert hits(same, paint("red"), k=4) == ["0", "1", "2", "3"]


def test_groceries_find_their_own_pictures(groceries: Catalog) -> None:
    folder = groceries.gallery.folder
    assert folder is not None
    assert groceries.index_pictures().count == 81
    for item in list(groceries.items())[::9]:
        found = groceries.search_picture(groceries.read_picture(folder / str(item.image)), SearchRequest(k=1))
        assert found.hits[0].item_id == item.id


def test_without_the_extra_the_cure_is_named(shop_file: Path, tmp_path: Path, paint: Paint, monkeypatch) -> None:
    monkeypatch.setattr("langgraph_recommender.tools.catalog.pictures.gallery.installed", lambda: False)
    catalog = open_catalog(shop_file, home=tmp_path / "home")
    assert not catalog.gallery.usable
    for ask in (lambda: catalog.read_picture(paint("red")), catalog.index_pictures):
        with pytest.raises(SettingsError, match=r"langgraph-recommender\[images\]"):
            ask()
    assert catalog.search(SearchRequest("mug")).hits
