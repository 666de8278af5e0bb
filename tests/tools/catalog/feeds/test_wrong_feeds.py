"""Feeds with mistakes: each is named with file, row, field and cure, and nothing else is lost."""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from langgraph_recommender.tools.catalog import LoadedCatalog, load_items
from langgraph_recommender.tools.errors import CatalogError

NOW = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
GOOD = {
    "id": "A{n}",
    "title": "Mug {n}",
    "description": "A mug.",
    "link": "https://shop.example.com/{n}",
    "image_link": "https://cdn.example.com/{n}.jpg",
    "availability": "in_stock",
    "price": "1{n}.50 EUR",
    "brand": "Caffeo",
    "condition": "new",
}
ROWS = 9


def _row(number: int, **changes: str) -> dict[str, str]:
    return {name: value.format(n=number) for name, value in GOOD.items()} | changes


def _tsv(folder: Path, *changed: dict[str, str], rows: int = ROWS) -> Path:
    """A feed of good rows; the given ones stand at its beginning, from line 2 on."""
    written = [*(_row(number) | change for number, change in enumerate(changed)), *map(_row, range(len(changed), rows))]
    header = list(dict.fromkeys(name for row in written for name in row))
    lines = ["\t".join(header), *("\t".join(row.get(name, "") for name in header) for row in written)]
    path = folder / "feed.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _rss(folder: Path, *items: str, before: str = "") -> Path:
    body = "\n".join(f"<item>\n{item}\n</item>" for item in items)
    path = folder / "feed.xml"
    root = '<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">'
    path.write_text(f'<?xml version="1.0"?>\n{before}{root}\n<channel>\n{body}\n</channel>\n</rss>\n', encoding="utf-8")
    return path


def _item(number: int, **changes: str) -> str:
    return "".join(f"<g:{name}>{value}</g:{name}>" for name, value in _row(number, **changes).items())


def _problems(loaded: LoadedCatalog) -> list[tuple[int, str]]:
    return [(problem.row, problem.field) for problem in loaded.problems]


@pytest.mark.parametrize(
    ("change", "field", "reason", "kept"),
    [
        ({"id": ""}, "id", "give every product an id", False),
        ({"title": ""}, "title", "give every product a title", False),
        ({"price": "12.50"}, "price", "has no currency; the item has no price; write 12.50 EUR", True),
        ({"price": "EUR"}, "price", "a currency without an amount; write it as 19.99 EUR", True),
        ({"price": "free"}, "price", "is not an amount of money; write it as 19.99 USD", True),
        ({"price": "12.50 GBP"}, "price", "12.50 GBP is not in EUR as most prices are; it is kept as price_gbp", True),
        ({"availability": "perhaps"}, "availability", "write in_stock, out_of_stock, preorder or backorder", True),
        ({"gtin": "4006381333930"}, "gtin", "its check digit should be 1; it is kept", True),
        ({"gtin": "4.00638E+12"}, "gtin", "format the column as text", True),
        ({"sale_price": "99 EUR"}, "sale_price", "is above the price", True),
        ({"sale_price": "5 USD"}, "sale_price", "another currency than the price", True),
        (
            {"sale_price": "5 EUR", "sale_price_effective_date": "soon"},
            "sale_price_effective_date",
            "'soon' is no period; the sale price is not used; write 2026-11-01/2026-11-30",
            True,
        ),
        ({"product_review_rating": "good"}, "product_review_rating", "'good' is not a number", True),
        ({"quantity": "many"}, "quantity", "'many' is not a number", True),
        ({"expiration_date": "2026-01-31"}, "expiration_date", "expired on 2026-01-31", False),
    ],
    ids=lambda value: "" if not isinstance(value, dict) else "-".join(value) + "-" + "-".join(value.values()),
)
def test_a_mistake_is_named_and_costs_nothing_else(
    tmp_path: Path, change: dict[str, str], field: str, reason: str, kept: bool
) -> None:
    loaded = load_items(_tsv(tmp_path, {}, change), now=NOW)
    assert _problems(loaded) == [(3, field)]
    assert loaded.problems[0].file.endswith("feed.tsv")
    assert reason in loaded.problems[0].reason
    assert len(loaded.items) == ROWS - (not kept)
    others = [item for item in loaded.items if item.id != "A1"]
    assert len(others) == ROWS - 1
    assert all(item.facets["price"] == 10.5 + int(item.id[1:]) for item in others)


def test_a_price_in_another_currency_is_a_facet_of_its_own(tmp_path: Path) -> None:
    loaded = load_items(_tsv(tmp_path, {}, {"price": "12.50 GBP"}, {"price": "1300 JPY"}), now=NOW)
    by_id = {item.id: item.facets for item in loaded.items}
    assert by_id["A1"].get("price") is None
    assert (by_id["A1"]["price_gbp"], by_id["A2"]["price_jpy"]) == (12.5, 1300.0)
    units = {facet.name: facet.unit for facet in loaded.schema.facets}
    assert (units["price"], units["price_gbp"], units["price_jpy"]) == ("EUR", "GBP", "JPY")


def test_no_currency_at_all_is_said_once(tmp_path: Path) -> None:
    loaded = load_items(_tsv(tmp_path, *({"price": f"{n}.00"} for n in range(1, ROWS + 1))), now=NOW)
    assert _problems(loaded) == [(0, "price")]
    assert [item.facets["price"] for item in loaded.items] == [float(n) for n in range(1, ROWS + 1)]


def test_an_id_that_is_used_twice(tmp_path: Path) -> None:
    loaded = load_items(_tsv(tmp_path, {}, {}, {"id": "A0"}), now=NOW)
    assert _problems(loaded) == [(4, "id")]
    assert "already used by row 2" in loaded.problems[0].reason
    assert [item.title for item in loaded.items][:2] == ["Mug 0", "Mug 1"]


def test_columns_that_are_shifted(tmp_path: Path) -> None:
    shifted = {"image_link": "in_stock", "availability": "11.50 EUR", "price": "https://shop.example.com/1"}
    loaded = load_items(_tsv(tmp_path, {}, shifted), now=NOW)
    assert _problems(loaded) == [(3, "")]
    assert "columns are shifted" in loaded.problems[0].reason
    assert "availability holds '11.50 EUR'" in loaded.problems[0].reason
    assert len(loaded.items) == ROWS - 1


def test_a_row_with_too_many_cells(tmp_path: Path) -> None:
    path = _tsv(tmp_path)
    lines = path.read_text().splitlines()
    lines[3] += "\tone\tmore"
    path.write_text("\n".join(lines))
    loaded = load_items(path, now=NOW)
    assert _problems(loaded) == [(4, "")]
    assert len(loaded.items) == ROWS - 1


def test_several_columns_of_one_name_where_the_format_has_them(tmp_path: Path) -> None:
    path = tmp_path / "feed.tsv"
    path.write_text(
        "id\ttitle\timage_link\tavailability\tprice\tcondition\tshipping\tshipping\n"
        "1\tMug\thttps://a.example/1.jpg\tin_stock\t5 EUR\tnew\tDE:::4 EUR\tFR:::9 EUR\n"
        "2\tCup\thttps://a.example/2.jpg\tin_stock\t6 EUR\tnew\tDE:::4 EUR\t\n"
    )
    assert len(load_items(path, now=NOW).items) == 2
    path.write_text(path.read_text().replace("condition", "title", 1))
    with pytest.raises(CatalogError, match="column 'title' occurs twice"):
        load_items(path, now=NOW)


def test_only_a_header(tmp_path: Path) -> None:
    path = tmp_path / "feed.tsv"
    path.write_text("\t".join(GOOD) + "\n")
    with pytest.raises(CatalogError, match=r"feed\.tsv: the catalog has no rows"):
        load_items(path, now=NOW)


def test_a_feed_of_which_nothing_is_for_sale(tmp_path: Path) -> None:
    path = tmp_path / "feed.jsonl"
    row = {"item_id": "1", "title": "Mug", "url": "https://a.example", "image_url": "https://a.example/1.jpg",
           "availability": "in_stock", "price": "5 EUR", "is_eligible_search": False}  # fmt: skip
    path.write_text(json.dumps(row))
    with pytest.raises(CatalogError, match=r"no product of the feed can be used.*row 1, is_eligible_search"):
        load_items(path, now=NOW)


def test_western_bytes_are_refused(tmp_path: Path) -> None:
    path = _tsv(tmp_path, {"title": "Grüne Tasse"})
    path.write_bytes(path.read_text().encode("latin-1"))
    with pytest.raises(CatalogError, match=r"feed\.tsv, row 2: neither UTF-8 nor GB 18030.*Save the file as UTF-8"):
        load_items(path, now=NOW)


def test_two_languages_in_one_feed(tmp_path: Path) -> None:
    loaded = load_items(_tsv(tmp_path, {"title": "青瓷马克杯", "description": "手工烧制"}), now=NOW)
    assert (loaded.problems, loaded.schema.language) == ((), "en")
    assert (loaded.items[0].title, loaded.items[0].text) == ("青瓷马克杯", "手工烧制")


@pytest.mark.parametrize(
    ("period", "price", "before"),
    [
        ("2026-11-01T00:00Z/2026-11-30T23:59Z", 5.0, 11.5),
        ("2026-10-01/2026-10-31", 11.5, None),
        ("2026-12-24/2026-12-31", 11.5, None),
        ("", 5.0, 11.5),
    ],
)
def test_a_sale_holds_while_its_period_lasts(tmp_path: Path, period: str, price: float, before: float | None) -> None:
    change = {"sale_price": "5.00 EUR", "sale_price_effective_date": period}
    facets = load_items(_tsv(tmp_path, {}, change), now=NOW).items[1].facets
    assert (facets["price"], facets.get("list_price")) == (price, before)


def test_preorder_is_not_in_stock(tmp_path: Path) -> None:
    loaded = load_items(_tsv(tmp_path, {"availability": "preorder"}, {"availability": "out of stock"}), now=NOW)
    assert [item.facets["in_stock"] for item in loaded.items[:3]] == [False, False, True]
    assert [item.facets["availability"] for item in loaded.items[:3]] == ["preorder", "out of stock", "in stock"]


def test_broken_xml_names_the_line(tmp_path: Path) -> None:
    path = _rss(tmp_path, _item(1), _item(2, title="Salt & Pepper"))
    with pytest.raises(CatalogError, match=r"feed\.xml, row 8: broken XML \(not well-formed.*write & as &amp;"):
        load_items(path, now=NOW)


def test_xml_that_ends_too_early(tmp_path: Path) -> None:
    path = _rss(tmp_path, _item(1), _item(2))
    path.write_text(path.read_text()[:-40])
    with pytest.raises(CatalogError, match=r"feed\.xml, row \d+: broken XML"):
        load_items(path, now=NOW)


def test_named_characters_of_html_are_read_in_xml(tmp_path: Path) -> None:
    loaded = load_items(_rss(tmp_path, _item(1, title="Caf&eacute;&nbsp;cup"), _item(2)), now=NOW)
    assert loaded.items[0].title == "Café cup"


def test_an_unknown_entity_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"feed\.xml, row 8: broken XML \(undefined entity &nosuch;\)"):
        load_items(_rss(tmp_path, _item(1), _item(2, title="a &nosuch; b")), now=NOW)


BOMB = "<!DOCTYPE rss [\n" + "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">\n' for n in range(10)
) + "]>\n"  # fmt: skip


@pytest.mark.parametrize(
    "before",
    [
        BOMB,
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n',
        '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://x">]>',
    ],
    ids=["bomb", "file", "parameter"],
)
def test_entities_are_refused(tmp_path: Path, before: str) -> None:
    with pytest.raises(CatalogError, match=r"feed\.xml, row \d: the file defines the entity"):
        load_items(_rss(tmp_path, _item(1, title="&l9;&x;"), before=before), now=NOW)


def test_xml_that_is_no_feed(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text("<catalog><product><name>Mug</name></product></catalog>")
    with pytest.raises(CatalogError, match=r"without items of a product feed; its root is <catalog>"):
        load_items(path, now=NOW)


def test_xml_in_another_encoding(tmp_path: Path) -> None:
    path = _rss(tmp_path, _item(1, title="青瓷马克杯"), _item(2))
    text = path.read_text(encoding="utf-8").replace('version="1.0"?', 'version="1.0" encoding="gb2312"?', 1)
    path.write_bytes(text.encode("gb2312"))
    assert load_items(path, now=NOW).items[0].title == "青瓷马克杯"
    path.write_bytes(text.replace("gb2312", "utf-8").encode("gb2312"))
    with pytest.raises(CatalogError, match=r"feed\.xml, row 5: broken XML.*save it in the encoding that it declares"):
        load_items(path, now=NOW)


def _linked(folder: Path, document: Any, name: str = "a.jsonld") -> Path:
    path = folder / name
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_linked_data_without_a_product(tmp_path: Path) -> None:
    document = {"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, {"@type": "Organization"}]}
    with pytest.raises(CatalogError, match=r"no schema\.org Product.*types found: Organization, WebPage.*@type"):
        load_items(_linked(tmp_path, document), now=NOW)


def test_a_page_without_linked_data(tmp_path: Path) -> None:
    path = tmp_path / "feed.tsv"
    path.write_text("<!DOCTYPE html><html><body>Please sign in</body></html>")
    with pytest.raises(CatalogError, match="HTML page without linked data"):
        load_items(path, now=NOW)


def test_a_broken_block_of_a_page_costs_only_itself(tmp_path: Path) -> None:
    good = json.dumps({"@type": "Product", "name": "Mug", "sku": "m1", "offers": {"price": 5, "priceCurrency": "EUR"}})
    path = tmp_path / "a.html"
    block = '<script type="application/ld+json">\n{}\n</script>\n'
    path.write_text(f"<!doctype html><html>\n{block.format('{broken')}{block.format(good)}</html>")
    loaded = load_items(path, now=NOW)
    assert [item.id for item in loaded.items] == ["m1"]
    assert _problems(loaded) == [(3, "")]
    assert "broken linked data" in loaded.problems[0].reason


def test_a_broken_line_of_a_json_lines_feed(tmp_path: Path) -> None:
    row = {"item_id": "{n}", "title": "Mug {n}", "url": "https://a.example", "image_url": "https://a.example/1.jpg",
           "availability": "in_stock", "price": "5 EUR"}  # fmt: skip
    lines = [json.dumps(row).replace("{n}", str(n)) for n in range(5)]
    lines[2] = lines[2][:-9]
    path = tmp_path / "feed.jsonl"
    path.write_text("\n".join(lines))
    loaded = load_items(path, now=NOW)
    assert [item.id for item in loaded.items] == ["0", "1", "3", "4"]
    assert _problems(loaded) == [(3, "")]


def test_numbers_of_a_taxonomy_are_said_once(tmp_path: Path) -> None:
    loaded = load_items(_tsv(tmp_path, *({"google_product_category": "212"} for _ in range(ROWS))), now=NOW)
    assert _problems(loaded) == [(0, "google_product_category")]
    assert "write the path, or a product_type" in loaded.problems[0].reason
    assert loaded.schema.facet("category") is None
