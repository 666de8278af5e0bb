import json
from pathlib import Path

import pytest
from langgraph_recommender.agent.cli import main

ROWS = """id,title,brand,price
1,Blue lamp,Lumo,$20
2,Red lamp,Lumo,35
3,Oak desk,Holt,240
4,Pine shelf,Holt,cheap
5,Tin box,Holt,9
"""


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RECOMMENDER_HOME", str(tmp_path / "home"))
    path = tmp_path / "shop.csv"
    path.write_text(ROWS)
    return path


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main(list(arguments))
    out, err = capsys.readouterr()
    return int(end.value.code or 0), out, err


def test_index_lists_items_problems_and_schema(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = _run(capsys, "index", str(shop))
    assert code == 0
    assert "5 items in" in out
    assert f"1 problem in {shop}:" in out
    assert "row 5, price: 'cheap' is not a number" in out
    assert "brand" in out


def test_index_in_json(shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text('{"facets": {"price": {"unit": "EUR"}}}')
    code, out, err = _run(
        capsys, "index", str(shop), "--schema", str(schema), "--out", str(tmp_path / "made"), "--json"
    )
    summary = json.loads(out)
    assert (code, err) == (0, "")
    assert summary["items"] == 5
    assert [(problem["row"], problem["field"]) for problem in summary["problems"]] == [(5, "price")]
    assert {facet["name"]: facet["unit"] for facet in summary["schema"]["facets"]} == {"brand": "", "price": "EUR"}
    assert (tmp_path / "made" / "manifest.json").is_file()


def test_search_a_file_with_a_filter(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--catalog", str(shop), "--where", "price<100 and brand = Lumo", "-k", "1", "--json")
    code, out, _ = _run(capsys, "search", "red lamp", *arguments)
    found = json.loads(out)
    assert code == 0
    assert found["fitting"] == 2
    assert [hit["id"] for hit in found["hits"]] == ["2"]
    assert found["hits"][0]["score"] == pytest.approx(sum(found["hits"][0]["parts"].values()))


def test_search_an_index_directory_as_a_table(shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run(capsys, "index", str(shop), "--out", str(tmp_path / "made"), "--json")
    code, out, _ = _run(capsys, "search", "desk", "--catalog", str(tmp_path / "made"))
    assert code == 0
    assert "Oak desk" in out
    assert "5 of 5 items fit" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("index", "nothing.csv"), "nothing.csv: no such file"),
        (("search", "x", "--catalog", "bokos"), "Did you mean 'books'"),
        (("search", "x", "--catalog", "shop.csv", "--where", "prise<5"), "price"),
    ],
)
def test_errors_end_with_code_2_and_no_traceback(
    shop: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(shop.parent)
    code, _, err = _run(capsys, *arguments)
    assert code == 2
    assert message in err
    assert "Traceback" not in err
