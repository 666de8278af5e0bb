"""What is recognised as a feed, what is not, and what a schema file changes."""

import datetime
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from langgraph_recommender.tools.catalog import load_items
from langgraph_recommender.tools.catalog.reading.feeds.formats import Shape, recognise
from langgraph_recommender.tools.catalog.reading.readers import read_file, read_rows

from .shops import ENGLISH
from .writers import WRITERS

FORMATS = {"google": "google", "openai": "openai", "agentic": "agentic_commerce", "linked": "schema_org",
           "shopify.csv": "shopify_csv", "shopify_new": "shopify_csv", "shopify.json": "shopify_json"}  # fmt: skip


@pytest.mark.parametrize("name", WRITERS)
def test_a_feed_is_known_by_its_shape_not_its_name(tmp_path: Path, name: str) -> None:
    suffix = name[name.rindex(".") :]
    path = tmp_path / f"x{'.csv' if suffix in ('.tsv', '.txt', '.xml') else suffix}"
    path.write_text(WRITERS[name](ENGLISH, "USD"), encoding="utf-8")
    form = recognise(Shape.of(read_file(path).rows))
    assert form is not None
    assert form.name == next(found for beginning, found in FORMATS.items() if name.startswith(beginning))


@pytest.mark.parametrize("name", [one for one in WRITERS if not one.startswith("linked.")])
@pytest.mark.parametrize("called", ["export", "feed.download", "feed.php"])
def test_a_feed_whose_name_tells_nothing(tmp_path: Path, name: str, called: str) -> None:
    path = tmp_path / called
    path.write_text(WRITERS[name](ENGLISH, "USD"), encoding="utf-8")
    assert len(load_items(path).items) == sum(one.listed for one in ENGLISH)


@pytest.mark.parametrize(
    "row",
    [
        {"id": "1", "title": "Mug", "price": 5.0, "brand": "Acme", "condition": "new", "availability": "yes"},
        {"id": "1", "title": "Dune", "link": "https://a.example", "author": "Frank Herbert", "rating": 4.5},
        {"handle": "@mug", "title": "A post", "likes": 3, "tags": "a,b"},
        {"item_id": "1", "title": "Mug", "price": 5.0},
        {"name": "Mug", "offers": 3},
        {"编号": "1", "标题": "杯子", "价格": 5},
        {"id": 1, "title": "Mug", "variants": ["red", "blue"], "vendor": "Acme"},
    ],
)
def test_a_table_of_the_shops_own_is_no_feed(row: dict[str, Any]) -> None:
    assert recognise(Shape.of(read_rows([row, row]).rows)) is None


def test_rows_in_memory_are_recognised_too() -> None:
    rows = [json.loads(line) for line in WRITERS["openai.jsonl"](ENGLISH, "USD").splitlines()]
    assert load_items(rows).items[0].facets["price"] == 19.99


def test_parquet(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in WRITERS["openai.jsonl"](ENGLISH, "USD").splitlines()]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "feed.parquet")
    tee = load_items(tmp_path / "feed.parquet").items[0]
    assert (tee.facets["price"], tee.facets["color"]) == (19.99, ("Red", "Navy"))


def test_a_sale_between_two_dates() -> None:
    row = {"item_id": "1", "title": "Mug", "url": "https://a.example", "image_url": "https://a.example/1.jpg",
           "availability": "in_stock", "price": "9 EUR", "sale_price": "7 EUR", "sale_price_start_date": "2026-11-01",
           "sale_price_end_date": "2026-11-30"}  # fmt: skip
    for day, price in ((1, 9.0), (21, 7.0)):
        now = datetime.datetime(2026, 12 if day == 1 else 11, day, tzinfo=datetime.UTC)
        assert load_items([row], now=now).items[0].facets["price"] == price


def test_a_schema_file_changes_what_was_recognised(tmp_path: Path) -> None:
    feed, schema = tmp_path / "a.csv", tmp_path / "s.yaml"
    feed.write_text(WRITERS["shopify.csv"](ENGLISH, "USD"), encoding="utf-8")
    schema.write_text("noun: {en: thing, zh: 东西}\nfacets:\n  price: {unit: EUR}\n  department: null\n")
    loaded = load_items(feed, schema)
    units = {facet.name: facet.unit for facet in loaded.schema.facets}
    assert units["price"] == "EUR"
    assert "department" not in units
    assert loaded.schema.noun["en"] == "thing"
    assert loaded.items[0].title == "Organic Cotton T-Shirt"


def test_a_schema_file_that_names_columns_reads_the_file_as_it_stands(tmp_path: Path) -> None:
    feed, schema = tmp_path / "a.tsv", tmp_path / "s.yaml"
    feed.write_text(WRITERS["google.tsv"](ENGLISH, "USD"), encoding="utf-8")
    schema.write_text("id: id\ntitle: title\nfacets:\n  - {name: brand, kind: categorical}\n")
    loaded = load_items(feed, schema)
    assert len(loaded.items) == sum(len(one.variants) for one in ENGLISH if one.listed)
    assert loaded.items[0].facets == {"brand": "Fernwood"}


def test_json_lines_in_a_json_file(tmp_path: Path) -> None:
    path = tmp_path / "feed.json"
    path.write_text(WRITERS["openai.jsonl"](ENGLISH, "USD"), encoding="utf-8")
    assert len(load_items(path).items) == sum(one.listed for one in ENGLISH)


def test_columns_of_the_shops_own_become_facets(tmp_path: Path) -> None:
    path = tmp_path / "feed.tsv"
    head, *lines = WRITERS["google.tsv"](ENGLISH, "USD").splitlines()
    wattage = [f"{line}\t{40 + number % 3} W" for number, line in enumerate(lines)]
    path.write_text("\n".join([f"{head}\tpower", *wattage]), encoding="utf-8")
    loaded = load_items(path)
    power = loaded.schema.facet("power")
    assert power is not None
    assert (power.kind, power.unit, loaded.items[0].facets["power"]) == ("numeric", "W", 40.0)


@pytest.mark.parametrize(
    ("titles", "title"),
    [
        (("Cotton Shirt - Red / M", "Cotton Shirt - Red / L"), "Cotton Shirt"),
        (("Cotton Shirt, Red, size M", "Cotton Shirt, Red, size L"), "Cotton Shirt"),
        (("Cotton Shirt (Red, M)", "Cotton Shirt (Red, L)"), "Cotton Shirt"),
        (("Cotton Shirt", "Cotton Shirt"), "Cotton Shirt"),
        (("Cotton Shirt in red, new", "Cotton Shirt in red, old"), "Cotton Shirt in red"),
        (("Red M", "Red L"), "Red"),
    ],
)
def test_the_title_of_a_group_has_no_options(tmp_path: Path, titles: tuple[str, str], title: str) -> None:
    path = tmp_path / "feed.jsonl"
    rows = [
        {"item_id": f"s{size}", "group_id": "s", "title": one, "url": "https://a.example", "image_url": "https://a.example/1.jpg",
         "availability": "in_stock", "price": "5 EUR", "color": "Red", "size": size}
        for one, size in zip(titles, "ML", strict=True)
    ]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, rows)))
    (item,) = load_items(path).items
    assert (item.id, item.title) == ("s", title)
