"""The relevance benchmark: its data right and wrong, its probes, and how weights are chosen."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from langgraph_recommender.evals.benches import Options, find_bench
from langgraph_recommender.evals.benches.judged import judged_folder, open_products, read_judgments
from langgraph_recommender.evals.benches.probing import Probe, hits_of
from langgraph_recommender.evals.benches.weighing import best, cross_validated
from langgraph_recommender.tools.errors import CatalogError, SettingsError

PRODUCTS = [
    {"id": "1", "title": "Acme laptop", "short_description": "Thin.", "supplier": "Acme", "ean": ["0095205603217"]},
    {"id": "2", "title": "Sleeve for laptop", "supplier": "Bag Co", "ean": []},
    {"id": "3", "title": "Desk lamp", "supplier": "Acme"},
]
JUDGED = "query,docid,rating\nlaptop,1,3\nlaptop,2,0\nlamp,3,2\nnothing,1,0\n"


def folder(path: Path, judged: str = JUDGED) -> Path:
    with ZipFile(path / "1.json.zip", "w") as archive:
        archive.writestr("1.json", json.dumps(PRODUCTS))
        archive.writestr("__MACOSX/1.json", "not json")
    (path / "judgments_dev.csv").write_text(judged, encoding="utf-8")
    return path


def test_products_and_judgments_are_read(tmp_path: Path) -> None:
    (judged,) = read_judgments(folder(tmp_path))
    assert judged.answerable == ["laptop", "lamp"]
    catalog = open_products(tmp_path, tmp_path / "home")
    assert [item.title for item in catalog.items()] == [one["title"] for one in PRODUCTS]
    assert catalog.item("1").facets == {"brand": "Acme", "ean": ("0095205603217",)}


@pytest.mark.parametrize("row", ["laptop,1,good", "laptop,1", "laptop"])
def test_a_wrong_judgment_is_named_with_file_and_row(row: str, tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"judgments_dev\.csv, row 6"):
        read_judgments(folder(tmp_path, f"{JUDGED}{row}\n"))


def test_a_damaged_archive_is_named(tmp_path: Path) -> None:
    (folder(tmp_path) / "1.json.zip").write_bytes(b"PK nonsense")
    with pytest.raises(CatalogError, match=r"1\.json\.zip"):
        open_products(tmp_path, tmp_path / "home")


@pytest.mark.parametrize("data", [None, Path("nowhere")])
def test_without_data_the_cure_is_named(data: Path | None) -> None:
    with pytest.raises(SettingsError, match="--data"):
        judged_folder(data)
    with pytest.raises(SettingsError, match="--data"):
        find_bench("relevance").run(Options(data=data), lambda _done, _all: None)


def test_hits_count_the_first_and_the_first_five() -> None:
    probes = [Probe("g", "c", "a", frozenset("1")), Probe("g", "c", "b", frozenset("2"))]
    orders = {"a": ["1", "2"], "b": ["3", "4", "5", "6", "2"]}
    found = hits_of(probes, lambda probe: orders[probe.say])
    assert (found.first, found.five) == (0.5, 1.0)
    assert hits_of(probes, lambda _: []).five == 0.0


def test_weights_are_judged_on_queries_that_they_were_not_chosen_on() -> None:
    luck = np.zeros((2, 14, 2))
    luck[0] = 0.5
    luck[1, 0] = 1.0
    assert best(luck) == 0
    assert cross_validated(luck, 1) == (0.5, 0.5)
    good = np.stack([np.full((14, 2), 0.5), np.full((14, 2), 0.9)])
    assert cross_validated(good, 1) == pytest.approx((0.9, 0.9))
