"""Filters that nothing meets, impossible numbers, catalogs of one or of alike items: what `recommender search` says."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Run


def test_a_filter_on_a_facet_that_is_not_there(run: Run, shop: Path) -> None:
    run("search", "lamp", "--catalog", shop, "--where", "prise<5").refused("'prise'", "Did you mean 'price'?")
    run("search", "lamp", "--catalog", shop, "--where", "zzz=1").refused("no facet 'zzz'", "Facets: brand, kind, price")


@pytest.mark.parametrize(
    ("where", "alone", "nearest", "fitting"),
    [
        ("price<5", {"price < 5": 0}, "price <= 9", 1),
        ("price<15 and brand=Holt", {"price < 15": 1, "brand = Holt": 3}, "price <= 48 and brand = Holt", 1),
        ("brand=Holt and brand=Lumo", {"brand = Holt": 3, "brand = Lumo": 2}, "brand = Holt", 3),
        ("brand=Nobody", {"brand = Nobody": 0}, "", 6),
        ("price>30 and price<20", {"price > 30": 4, "price < 20": 1}, "price > 30 and price <= 35", 1),
        (
            "price<0 and brand=Nobody and kind=lamp",
            {"price < 0": 0, "brand = Nobody": 0, "kind = lamp": 3},
            "kind = lamp",
            3,
        ),
        ("brand=Nobody and kind=Nothing", {"brand = Nobody": 0, "kind = Nothing": 0}, "", 6),
    ],
)
def test_a_filter_that_nothing_meets(
    run: Run, shop: Path, where: str, alone: dict[str, int], nearest: str, fitting: int
) -> None:
    found = run("search", "lamp", "--catalog", shop, "--where", where, "--json")
    assert (found.code, found.json["fitting"], found.json["hits"]) == (0, 0, [])
    assert found.json["nothing"] == {"conditions": alone, "nearest": nearest, "fitting": fitting}
    said = run("search", "lamp", "--catalog", shop, "--where", where)
    assert (said.code, said.err) == (0, "")
    assert "0 of 6 items fit" in said.out
    assert (f"--where '{nearest}', {fitting} item" if nearest else f"no filter, {fitting} items") in said.out
    again = run("search", "lamp", "--catalog", shop, "--where", nearest, "--json").json
    assert again["fitting"] == fitting


def test_what_is_in_the_way_of_both_conditions(run: Run, shop: Path) -> None:
    said = run("search", "", "--catalog", shop, "--where", "brand=Holt and brand=Lumo").out
    assert "brand = Holt (3), brand = Lumo (2). No item meets all of them." in said


def test_a_value_that_no_item_has(run: Run, shop: Path) -> None:
    assert "Did you mean 'Lumo'?" in run("search", "", "--catalog", shop, "--where", "brand=Luno").out
    assert "No item has brand 'Zyx'." in run("search", "", "--catalog", shop, "--where", "brand=Zyx").out


@pytest.mark.parametrize("k", ["0", "-3", "many"])
def test_a_number_of_results_that_is_none(run: Run, shop: Path, k: str) -> None:
    refused = run("search", "lamp", "--catalog", shop, "-k", k)
    assert (refused.code, refused.out) == (2, "")
    assert "'-k'" in refused.err
    assert "Traceback" not in refused.err


def test_more_results_than_items(run: Run, shop: Path) -> None:
    assert len(run("search", "lamp", "--catalog", shop, "-k", "100000", "--json").json["hits"]) == 6
    some = run("search", "lamp", "--catalog", shop, "-k", "100000", "--where", "price<40", "--json").json
    assert {hit["id"] for hit in some["hits"]} == {"1", "2", "6"}


def test_a_catalog_of_one_item(run: Run, tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("id,title,price\n1,Blue lamp,20\n")
    for query in ("blue lamp", "", "zzz", "台灯"):
        found = run("search", query, "--catalog", "one.csv", "--explain", "--json").json
        assert [hit["id"] for hit in found["hits"]] == ["1"]
    assert run("search", "lamp", "--catalog", "one.csv", "--where", "price<5", "--json").json["nothing"]["fitting"] == 1


def test_a_catalog_of_items_that_read_the_same(run: Run, tmp_path: Path) -> None:
    rows = [f"{number},Lamp,{number}" for number in range(1, 31)]
    (tmp_path / "same.csv").write_text("\n".join(["id,title,price", *rows]))
    for query in ("lamp", "", "zzz"):
        hits = run("search", query, "--catalog", "same.csv", "-k", "5", "--json").json["hits"]
        assert [hit["id"] for hit in hits] == ["1", "2", "3", "4", "5"]
    dear = run("search", "lamp", "--catalog", "same.csv", "--where", "price>=30", "--json").json
    assert [hit["id"] for hit in dear["hits"]] == ["30"]


def test_how_items_were_found_and_what_their_scores_are_made_of(run: Run, shop: Path) -> None:
    said = run("search", "red lamp", "--catalog", shop, "--where", "price<100", "--explain").out
    assert "gather (exact): 5 of 6 items fit" in said
    assert "Compared in full: 5." in said
    for part in ("dense", "lexical", "title", "score"):
        assert part in said
    found = run("search", "red lamp", "--catalog", shop, "--where", "price<100", "--json").json
    assert found["plan"] | {"reason": ""} == {
        "strategy": "gather",
        "reason": "",
        "rows": 6,
        "fitting": 5,
        "compared": 5,
        "exact": True,
    }
    for hit in found["hits"]:
        assert hit["score"] == pytest.approx(sum(hit["parts"].values()))
    nothing = run("search", "lamp", "--catalog", shop, "--where", "price<1", "--explain").out
    assert "none (exact): no item meets the filter" in nothing
