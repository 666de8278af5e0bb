import gzip
import json
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from langgraph_recommender.tools.catalog import LoadedCatalog, load_items

ROWS: list[dict[str, Any]] = [
    {"id": "1", "title": "Blue lamp", "price": 20.0, "brand": "Lumo"},
    {"id": "2", "title": "Red lamp", "price": 35.5, "brand": "Lumo"},
    {"id": "3", "title": "Oak desk", "price": 240.0, "brand": "Holt"},
]


def _csv(delimiter: str) -> str:
    lines = [list(ROWS[0]), *(list(map(str, row.values())) for row in ROWS)]
    return "".join(delimiter.join(line) + "\r\n" for line in lines)


def _written(folder: Path, name: str) -> Path:
    path = folder / name
    match name:
        case "a.parquet":
            pq.write_table(pa.Table.from_pylist(ROWS), path)
        case "a.csv":
            path.write_text(_csv(","), encoding="utf-8-sig")
        case "semicolons.csv":
            path.write_text(_csv(";"), encoding="utf-8")
        case "a.tsv":
            path.write_text(_csv("\t"), encoding="utf-16")
        case "a.json":
            path.write_text(json.dumps(ROWS))
        case "a.json.gz":
            path.write_bytes(gzip.compress(json.dumps({"total": 3, "products": ROWS}).encode()))
        case "a.jsonl":
            path.write_text("\n\n".join(map(json.dumps, ROWS)) + "\n")
        case _:
            path.write_bytes(gzip.compress("\n".join(map(json.dumps, ROWS)).encode()))
    return path


def _check(loaded: LoadedCatalog) -> None:
    assert [item.id for item in loaded.items] == ["1", "2", "3"]
    assert loaded.items[1].title == "Red lamp"
    assert loaded.items[1].facets == {"price": 35.5, "brand": "Lumo"}
    assert loaded.problems == ()


@pytest.mark.parametrize(
    "name",
    ["a.csv", "semicolons.csv", "a.tsv", "a.json", "a.json.gz", "a.jsonl", "a.jsonl.gz", "a.parquet"],
)
def test_every_format_gives_the_same_items(tmp_path: Path, name: str) -> None:
    _check(load_items(_written(tmp_path, name)))


@pytest.mark.parametrize("frame", [pd.DataFrame(ROWS), pl.DataFrame(ROWS), ROWS], ids=["pandas", "polars", "list"])
def test_frames_and_lists_give_the_same_items(frame: Any) -> None:
    _check(load_items(frame))


def test_missing_values_of_a_frame_are_missing_facets() -> None:
    frame = pd.DataFrame([*ROWS, {"id": "4", "title": "Plain stool", "price": None, "brand": None}])
    loaded = load_items(frame)
    assert loaded.items[3].facets == {}
    assert loaded.problems == ()


def test_dates_of_a_frame_are_iso() -> None:
    frame = pd.DataFrame({"title": ["A", "B"], "released": pd.to_datetime(["2024-01-02", None])})
    assert [item.facets for item in load_items(frame).items] == [{"released": "2024-01-02"}, {}]


def test_quoted_line_breaks_keep_row_numbers_right(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,title,price\n1,"two\nlines",5\n2,b,cheap\n3,c,6\n4,d,7\n5,e,8\n')
    loaded = load_items(path)
    assert loaded.items[0].title == "two\nlines"
    assert [(problem.row, problem.field) for problem in loaded.problems] == [(4, "price")]


def test_chinese_files_of_older_systems(tmp_path: Path) -> None:
    path = tmp_path / "菜单.csv"
    path.write_bytes("名称,价格\n宫保鸡丁,38\n麻婆豆腐,26\n".encode("gb18030"))
    loaded = load_items(path)
    assert [item.title for item in loaded.items] == ["宫保鸡丁", "麻婆豆腐"]
    assert loaded.schema.language == "zh"


def test_nested_rows_load_through_paths(tmp_path: Path) -> None:
    rows = {"shop": {"goods": [{"sku": "a", "name": "Desk", "size": {"width": 120}, "reviews": [{"stars": 5}]},
                               {"sku": "b", "name": "Shelf", "size": {"width": 80}, "reviews": []}]}}  # fmt: skip
    path = tmp_path / "a.json"
    path.write_text(json.dumps(rows))
    schema = tmp_path / "schema.yaml"
    schema.write_text(
        "records: shop.goods\nid: sku\ntitle: name\n"
        "facets:\n  - {name: width, kind: numeric, column: size.width, unit: cm}\n"
        "  - {name: stars, kind: multi, column: reviews.stars}\n"
    )
    loaded = load_items(path, schema)
    assert loaded.items[0].facets == {"width": 120.0, "stars": ("5",)}
    assert loaded.items[1].facets == {"width": 80.0}


def test_pairs_of_name_and_facts_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    pairs = [
        ["全聚德", {"人均消费": 186, "推荐菜": ["烤鸭"]}],
        ["海底捞", {"人均消费": 110, "推荐菜": ["火锅", "虾滑"]}],
    ]
    path.write_text(json.dumps(pairs, ensure_ascii=False))
    loaded = load_items(path)
    assert [item.id for item in loaded.items] == ["全聚德", "海底捞"]
    assert loaded.items[1].facets["推荐菜"] == ("火锅", "虾滑")
    facet = loaded.schema.facet("人均消费")
    assert facet is not None
    assert (facet.role, facet.unit) == ("price", "CNY")


def test_a_list_among_objects_is_listed_and_makes_no_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": 1, "title": "A"}\n[1, 2]\n{"id": 2, "title": "B"}\n7\n{"id": 3, "title": "C"}\n')
    loaded = load_items(path)
    assert [item.title for item in loaded.items] == ["A", "B", "C"]
    assert [problem.row for problem in loaded.problems] == [2, 4]
    assert loaded.schema.facets == ()
