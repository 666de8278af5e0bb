from pathlib import Path
from typing import Any

import pytest
from langgraph_recommender.tools.catalog import load_items
from langgraph_recommender.tools.catalog.reading.inference import infer_from_items
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, FacetRole, Item

SHOP: list[dict[str, Any]] = [
    {
        "sku": f"S{number}",
        "Product Name": f"Chair {number}",
        "description": "A chair that stands on four legs, " * 3 + str(number),
        "price_usd": 10.5 * number,
        "brandName": ["Holt", "Lumo", "Arne"][number % 3],
        "tags": ["wood|round", "metal", "wood|square"][number % 3],
        "in_stock": number % 2 == 0,
        "release_date": f"2024-03-{number % 28 + 1:02d}",
        "year": 2000 + number % 20,
        "ratings_count": number * 7,
        "stars": 1 + number % 5,
        "weight (kg)": f"{number} kg",
        "url": f"https://shop.example/{number}",
        "photo": f"https://shop.example/{number}.jpg",
        "is_sponsored": number % 9 == 0,
        "checksum": f"{number:032x}",
        "warehouse": "north",
    }
    for number in range(1, 60)
]


def kinds_of(rows: list[dict[str, Any]]) -> dict[str, str]:
    return {facet.name: facet.kind for facet in load_items(rows).schema.facets}


@pytest.fixture(scope="module")
def shop() -> CatalogSchema:
    return load_items(SHOP).schema


def test_id_title_text_and_image(shop: CatalogSchema) -> None:
    assert (shop.id, shop.title, shop.text, shop.image) == ("sku", "Product Name", ("description",), "photo")


@pytest.mark.parametrize(
    ("name", "kind", "role", "unit"),
    [
        ("price_usd", FacetKind.NUMERIC, FacetRole.PRICE, "USD"),
        ("brand_name", FacetKind.CATEGORICAL, FacetRole.BRAND, ""),
        ("tags", FacetKind.MULTI, None, ""),
        ("in_stock", FacetKind.BOOLEAN, FacetRole.STOCK, ""),
        ("release_date", FacetKind.DATE, FacetRole.DATE, ""),
        ("year", FacetKind.NUMERIC, FacetRole.DATE, "year"),
        ("ratings_count", FacetKind.NUMERIC, FacetRole.POPULARITY, ""),
        ("stars", FacetKind.NUMERIC, FacetRole.RATING, ""),
        ("weight_kg", FacetKind.NUMERIC, None, "kg"),
        ("is_sponsored", FacetKind.BOOLEAN, FacetRole.SPONSORED, ""),
    ],
)
def test_kinds_roles_and_units(shop: CatalogSchema, name: str, kind: str, role: str | None, unit: str) -> None:
    facet = shop.facet(name)
    assert facet is not None
    assert (facet.kind, facet.role, facet.unit) == (kind, role, unit)


def test_columns_that_tell_nothing_are_no_facets(shop: CatalogSchema) -> None:
    assert not {"url", "checksum", "warehouse", "photo", "sku"} & {facet.name for facet in shop.facets}


def test_facets_have_names_in_both_languages(shop: CatalogSchema) -> None:
    price = shop.by_role(FacetRole.PRICE)
    assert price is not None
    assert price.names["en"] == ("price", "price usd", "cost", "budget")
    assert price.names["zh"] == ("价格", "价钱", "预算")


def test_delimited_strings_become_tuples() -> None:
    assert load_items(SHOP).items[1].facets["tags"] == ("wood", "square")


def test_a_chinese_catalog() -> None:
    rows = [
        {
            "编号": n,
            "书名": f"第{n}本书",
            "作者": "余华" if n % 2 else "莫言",
            "价格": f"¥{n}0",
            "类型": "小说、历史" if n % 2 else "小说",
            "出版日期": f"201{n % 10}年5月",
            "简介": f"一个人和他周围的人在一个小镇上度过的漫长岁月与平凡故事{n}",
        }
        for n in range(1, 30)
    ]
    schema = load_items(rows).schema
    assert (schema.id, schema.title, schema.text, schema.language) == ("编号", "书名", ("简介",), "zh")
    found = {facet.name: (facet.kind, facet.role, facet.unit) for facet in schema.facets}
    assert found == {
        "作者": (FacetKind.CATEGORICAL, FacetRole.CREATOR, ""),
        "价格": (FacetKind.NUMERIC, FacetRole.PRICE, "CNY"),
        "类型": (FacetKind.MULTI, FacetRole.CATEGORY, ""),
        "出版日期": (FacetKind.DATE, FacetRole.DATE, ""),
    }


def test_sentences_are_not_split_into_values() -> None:
    rows = [{"title": f"t{n}", "note": f"Well, this is number {n}, and it is fine, really"} for n in range(30)]
    schema = load_items(rows).schema
    assert schema.facet("note") is None
    assert schema.text == ("note",)


def test_items_made_by_a_program_have_a_schema_too() -> None:
    items = [
        Item("1", "A", facets={"price": 3.0, "tags": ("x", "y"), "new": True, "maker": "Holt", "since": "2024-01-02"}),
        Item("2", "B", facets={"price": 4.0}),
    ]
    schema = infer_from_items(items)
    kinds = {facet.name: facet.kind for facet in schema.facets}
    assert kinds == {"price": "numeric", "tags": "multi", "new": "boolean", "maker": "categorical", "since": "date"}
    assert schema.by_role(FacetRole.PRICE) == schema.facet("price")


def test_two_columns_with_one_name_stay_apart() -> None:
    rows = [{"title": f"t{n}", "a": {"width": n}, "a_width": n + 1} for n in range(5)]
    columns = [(facet.name, facet.column) for facet in load_items(rows).schema.facets]
    assert columns == [("a_width", "a.width"), ("a_width_2", "a_width")]


def test_a_schema_may_be_given_whole(tmp_path: Path) -> None:
    schema = CatalogSchema(title="name", id="", facets=(Facet(name="cost", column="p", kind=FacetKind.NUMERIC),))
    assert load_items([{"name": "A", "p": "5"}], schema).items == (Item("1", "A", "", {"cost": 5.0}),)


def test_an_id_goes_by_its_own_words_when_every_row_has_another() -> None:
    tracks = [{"artistId": f"A{number % 3}", "trackId": f"T{number}", "title": f"Song {number}"} for number in range(9)]
    assert load_items(tracks).schema.id == "trackId"
    assert load_items([{**tracks[0], "title": "Song 9"}, *tracks]).schema.id == ""


def test_a_nested_name_is_called_by_what_it_names() -> None:
    rows = [
        {"title": f"Course {number}", "provider": {"name": "AB"[number % 2], "score": number % 5}}
        for number in range(30)
    ]
    facets = {facet.name: facet.names["en"] for facet in load_items(rows).schema.facets}
    assert facets["provider_name"][0] == "provider"
    assert facets["provider_score"][0] == "provider score"


def test_lengths_of_songs_are_minutes() -> None:
    rows = [{"title": f"Song {n}", "duration": f"{n % 8 + 1}:{n:02d}"} for n in range(30)]
    loaded = load_items([*rows, {"title": "Suite", "duration": "1:02:30"}, {"title": "Lost", "duration": "long"}])
    facet = loaded.schema.facet("duration")
    assert facet is not None
    assert (facet.kind, facet.unit) == (FacetKind.NUMERIC, "minutes")
    assert [loaded.items[at].facets.get("duration") for at in (15, 30, 31)] == [8.25, 62.5, None]
    assert [problem.row for problem in loaded.problems] == [32]


def test_lengths_that_may_be_hours_are_left_as_they_are() -> None:
    loaded = load_items([{"title": f"Film {n}", "runtime": f"{n % 2 + 1}:{n:02d}"} for n in range(30)])
    facet = loaded.schema.facet("runtime")
    assert facet is None or facet.kind is FacetKind.CATEGORICAL


def test_numbers_that_stand_for_a_product_are_searched_for() -> None:
    rows = [
        {"id": str(n), "title": f"Lamp {n}", "EAN": f"40063813{n:05d}", "mpn": [f"L-{n}", f"M-{n}"], "phone": "555"}
        for n in range(30)
    ]
    schema = load_items(rows).schema
    ean, mpn = schema.facet("ean"), schema.facet("mpn")
    assert ean is not None
    assert mpn is not None
    assert (ean.kind, ean.role, ean.askable) == (FacetKind.CATEGORICAL, FacetRole.IDENTIFIER, False)
    assert (mpn.kind, mpn.role) == (FacetKind.MULTI, FacetRole.IDENTIFIER)
    assert schema.facet("phone") is None


@pytest.mark.parametrize(("former", "asked"), [("list_price", "price"), ("MSRP", "sale price"), ("原价", "现价")])
def test_the_price_is_the_one_that_is_asked(former: str, asked: str) -> None:
    rows = [{"id": str(n), "title": f"Lamp {n}", former: n * 12.5, asked: n * 10.0} for n in range(1, 30)]
    by_role = [one for one in load_items(rows).schema.facets if one.role is FacetRole.PRICE]
    assert [one.column or one.name for one in by_role] == [asked]


def test_a_former_price_alone_is_the_price() -> None:
    rows = [{"id": str(n), "title": f"Lamp {n}", "list_price": n * 12.5} for n in range(1, 30)]
    price = load_items(rows).schema.by_role(FacetRole.PRICE)
    assert price is not None
    assert price.name == "list_price"


def test_one_odd_answer_among_many_does_not_hide_the_stock() -> None:
    rows = [{"title": f"t{n}", "in_stock": n % 2 == 0, "is_new": n % 2} for n in range(20)]
    rows[3] |= {"in_stock": "maybe", "is_new": 2}
    loaded = load_items(rows)
    assert loaded.schema.by_role(FacetRole.STOCK) == loaded.schema.facet("in_stock")
    assert [(one.row, one.field) for one in loaded.problems] == [(4, "in_stock")]
    assert kinds_of(rows)["is_new"] == "numeric"


def test_a_third_answer_in_many_rows_is_a_category() -> None:
    rows = [{"title": f"t{n}", "vegan": ("yes", "no", "partly")[n % 3]} for n in range(30)]
    assert kinds_of(rows) == {"vegan": "categorical"}


def test_a_unit_in_the_name_of_a_column_is_not_spoken() -> None:
    rows = [{"title": f"t{n}", "price_usd": n + 0.5, "dimensions": {"width cm": n}, "weight_kg": n} for n in range(9)]
    facets = load_items(rows).schema.facets
    assert [facet.names["en"][0] for facet in facets] == ["price", "width", "weight"]
    assert all(facet.names["en"][1].endswith((" usd", " cm", " kg")) for facet in facets)


def test_two_columns_that_differ_in_the_unit_keep_it() -> None:
    rows = [{"title": f"t{n}", "width_cm": n, "width_inch": n / 2.54} for n in range(9)]
    assert [facet.names["en"][0] for facet in load_items(rows).schema.facets] == ["width cm", "width inch"]
