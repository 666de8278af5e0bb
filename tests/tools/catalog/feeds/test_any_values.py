"""Whatever stands in the fields of a feed, it is read, or refused with a reason."""

import datetime
import json
import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from langgraph_recommender.tools.catalog import load_items
from langgraph_recommender.tools.errors import CatalogError

from .shops import ENGLISH
from .writers import WRITERS

NOW = datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC)
ODD: tuple[Any, ...] = (
    *(None, "", " ", 0, -1, 1e308, True, [], {}, [[]], [None], [{}], {"name": {}}, {"@id": "#a"}, {"amount": None}),
    *(
        "null",
        "\u0000",
        "=cmd|' /C calc'!A0",
        "<b>",
        "&amp;amp;",
        "9" * 400,
        "a" * 5000,
        "٣",
        "１２．５０ USD",
        "∞ USD",
    ),
    *("NaN USD", "1e5 USD", "12 USD EUR", "https://", "//", ">", " > > ", "-", "￥", "\U0001f600", "in_stock"),
    "2026-13-45/2026-01-01",
)
DOCUMENTS = ("openai.jsonl", "agentic.jsonl", "shopify.json", "linked.jsonld")


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inner for place in _places(one, (*path, key)))]


def _put(document: Any, path: tuple[Any, ...], value: Any) -> None:
    *way, last = path
    for key in way:
        document = document[key]
    document[last] = value


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("name", DOCUMENTS)
def test_odd_values_in_a_document(tmp_path: Path, name: str, seed: int) -> None:
    choose = random.Random(seed)
    written = WRITERS[name](ENGLISH, "USD")
    rows = [json.loads(line) for line in written.splitlines()] if name.endswith("l") else json.loads(written)
    for _ in range(12):
        places = [place for place in _places(rows) if place]
        _put(rows, choose.choice(places), choose.choice(ODD))
    path = tmp_path / name
    path.write_text("\n".join(map(json.dumps, rows)) if name.endswith("l") else json.dumps(rows), encoding="utf-8")
    _is_read_or_refused(path)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("name", [name for name in WRITERS if name.endswith((".csv", ".tsv", ".txt"))])
def test_odd_values_in_a_table(tmp_path: Path, name: str, seed: int) -> None:
    choose = random.Random(seed)
    mark = "," if name.endswith(".csv") else "\t"
    head, *lines = WRITERS[name](ENGLISH, "USD").splitlines()
    for _ in range(12):
        place = choose.randrange(len(lines))
        cells = lines[place].split(mark)
        cells[choose.randrange(len(cells))] = str(choose.choice(ODD)).encode("utf-8", "replace").decode()
        lines[place] = mark.join(cells)
    path = tmp_path / name
    path.write_text("\n".join([head, *lines]), encoding="utf-8")
    _is_read_or_refused(path)


def _is_read_or_refused(path: Path) -> None:
    with suppress(CatalogError):
        loaded = load_items(path, now=NOW)
        assert all(item.id and item.title for item in loaded.items)
        prices = [item.facets.get("price") for item in loaded.items]
        assert all(price is None or (isinstance(price, float) and 0 <= price < 1e12) for price in prices)
