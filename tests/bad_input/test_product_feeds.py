"""A shop's product feed on the command line: right, with mistakes, and no feed at all."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from .conftest import Run

NAMES = (
    "id",
    "title",
    "link",
    "image_link",
    "availability",
    "price",
    "gtin",
    "item_group_id",
    "color",
    "size",
    "product_type",
)
SHIRTS = "Apparel > Shirts"
ENGLISH = (
    ("t-s", "Cotton Tee - Red / S", "in_stock", "18.00 USD", "4000000000013", "tee", "Red", "S", SHIRTS),
    ("t-m", "Cotton Tee - Red / M", "in_stock", "18.00 USD", "4000000000020", "tee", "Red", "M", SHIRTS),
    ("o-m", "Oxford Shirt - Red / M", "in_stock", "55.00 USD", "4000000000037", "oxford", "Red", "M", SHIRTS),
    ("f-m", "Flannel Shirt - Green / M", "in_stock", "24.00 USD", "4000000000044", "flannel", "Green", "M", SHIRTS),
    ("l-l", "Linen Shirt - Red / L", "in_stock", "26.00 USD", "4000000000051", "linen", "Red", "L", SHIRTS),
    ("m-1", "Stoneware Mug", "out_of_stock", "9.00 USD", "4000000000068", "", "Red", "", "Home > Mugs"),
    ("m-2", "Enamel Mug", "in_stock", "12.00 USD", "4000000000075", "", "White", "", "Home > Mugs"),
)
CHINESE = (
    ("t-s", "纯棉短袖 - 红色 / S", "有货", "79 CNY", "4000000000013", "tee", "红色", "S", "服饰 > T恤"),
    ("t-m", "纯棉短袖 - 红色 / M", "有货", "79 CNY", "4000000000020", "tee", "红色", "M", "服饰 > T恤"),
    ("p-m", "冰丝短袖 - 红色 / M", "有货", "159 CNY", "4000000000037", "ice", "红色", "M", "服饰 > T恤"),
    ("w-l", "印花短袖 - 白色 / L", "有货", "69 CNY", "4000000000044", "print", "白色", "L", "服饰 > T恤"),
    ("k-1", "不锈钢水壶", "缺货", "99 CNY", "4000000000051", "", "", "", "家居 > 水壶"),
    ("k-2", "玻璃水壶", "有货", "49 CNY", "4000000000068", "", "", "", "家居 > 水壶"),
)
TRANSLATED = dict(zip(("title", "availability", "price"), ("标题", "库存状况", "价格"), strict=True))


def _rows(goods: tuple[tuple[str, ...], ...]) -> list[dict[str, str]]:
    pictures = ("https://a.example/p", "https://a.example/p.jpg")
    return [dict(zip(NAMES, (one[0], one[1], *pictures, *one[2:]), strict=True)) for one in goods]


def _tsv(path: Path, goods: tuple[tuple[str, ...], ...], names: dict[str, str] | None = None) -> str:
    head = "\t".join((names or {}).get(name, name) for name in NAMES)
    path.write_text("\n".join([head, *("\t".join(row.values()) for row in _rows(goods))]), encoding="utf-8")
    return path.name


def _xml(path: Path, goods: tuple[tuple[str, ...], ...]) -> str:
    items = ["".join(f"<g:{name}>{escape(value)}</g:{name}>" for name, value in row.items()) for row in _rows(goods)]
    body = "\n".join(f"<item>{item}</item>" for item in items)
    root = '<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">'
    path.write_text(f'<?xml version="1.0"?>\n{root}<channel>\n{body}\n</channel></rss>', encoding="utf-8")
    return path.name


def test_index_and_search(run: Run, tmp_path: Path) -> None:
    feed = _tsv(tmp_path / "feed.tsv", ENGLISH)
    done = run("index", feed, "--json").json
    assert (done["items"], done["problems"]) == (6, [])
    cheap = run("search", "mug", "--catalog", feed, "--where", "price<50 and in stock", "--json").json
    assert {hit["id"] for hit in cheap["hits"]} == {"tee", "flannel", "linen", "m-2"}
    assert cheap["hits"][0]["id"] == "m-2"
    (hit, *_) = run("search", "4000000000020", "--catalog", feed, "--json").json["hits"]
    assert (hit["id"], hit["title"]) == ("tee", "Cotton Tee")


@pytest.mark.parametrize(
    ("goods", "names", "said", "found"),
    [
        (ENGLISH, None, "a red shirt under 30 in size M", "tee"),
        (CHINESE, TRANSLATED, "想要一件100元以下的红色T恤，M码", "tee"),
    ],
    ids=["en", "zh"],
)
def test_a_conversation(
    run: Run, tmp_path: Path, goods: tuple[tuple[str, ...], ...], names: dict[str, str] | None, said: str, found: str
) -> None:
    feeds = [_tsv(tmp_path / "feed.tsv", goods, names)] + ([] if names else [_xml(tmp_path / "feed.xml", goods)])
    for feed in feeds:
        (turn,) = run("chat", "--catalog", feed, "--json", said).turns
        assert [one["id"] for one in turn["recommendations"]] == [found]


def test_mistakes_are_listed_and_the_rest_is_sold(run: Run, tmp_path: Path) -> None:
    wrong = [list(one) for one in ENGLISH]
    wrong[0][3], wrong[1][4], wrong[2][2], wrong[3][0], wrong[4][3] = "18", "4000000000021", "maybe", "", "26 EUR"
    feed = _tsv(tmp_path / "feed.tsv", tuple(map(tuple, wrong)))
    done = run("index", feed, "--json").json
    assert [(one["row"], one["field"]) for one in done["problems"]] == [
        (2, "price"), (3, "gtin"), (4, "availability"), (5, "id"), (6, "price"),
    ]  # fmt: skip
    assert done["items"] == 6
    shown = run("index", feed)
    assert "row 2, price: 18 has no currency; the item has no price; write 18.00 USD" in shown.out
    assert run("search", "", "--catalog", feed, "--where", "price < 100", "--json").json["fitting"] == 5
    assert "kept as a variant of 'flannel'" in shown.out


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xml", '<?xml version="1.0"?>\n<rss><channel>\n<item><title>a & b</title></item>', ("row 3", "&amp;")),
        (
            "b.xml",
            '<!DOCTYPE r [<!ENTITY a "b">]>\n<rss><item><id>&a;</id></item></rss>',
            ("row 1", "entity 'a'", "DOCTYPE"),
        ),
        ("c.xml", "<urlset><url/></urlset>", ("without items", "<urlset>", "<item>")),
        (
            "d.jsonld",
            '{"@context": "https://schema.org", "@type": "Organization"}',
            ("no schema.org Product", "Organization"),
        ),
        (
            "e.html",
            "<!doctype html><html>Please sign in</html>",
            ("HTML page without linked data", "application/ld+json"),
        ),
        ("f.tsv", "\t".join(NAMES), ("no rows",)),
        (
            "g.jsonl",
            '{"item_id": "1", "title": "Mug", "url": "u", "image_url": "i", "is_eligible_search": false}',
            ("row 1",),
        ),
    ],
)
def test_what_is_no_feed_is_refused(run: Run, tmp_path: Path, name: str, content: str, words: tuple[str, ...]) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    run("index", name).refused(name, *words)
