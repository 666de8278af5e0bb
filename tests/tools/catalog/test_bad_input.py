"""What cannot be used is named with file, row and field, and nothing else is lost."""

import json
from pathlib import Path

import pytest
from langgraph_recommender.tools.catalog import load_items
from langgraph_recommender.tools.catalog.reading.loading import SEARCHED_CHARACTERS
from langgraph_recommender.tools.errors import CatalogError
from langgraph_recommender.tools.items import CatalogSchema


def _file(folder: Path, text: str, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_missing_file_names_its_nearest_neighbour(tmp_path: Path) -> None:
    _file(tmp_path, "title\na\n", "movies.csv")
    with pytest.raises(CatalogError, match=r"moveis\.csv: no such file\. Did you mean 'movies\.csv'"):
        load_items(tmp_path / "moveis.csv")


def test_western_bytes_are_not_taken_for_chinese(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("id,title\n1,tea\n2,café crème brûlée\n3,été naïve\n".encode("latin-1"))
    with pytest.raises(CatalogError, match=r"a\.csv, row 3: .*UTF-8"):
        load_items(path)


@pytest.mark.parametrize(
    ("name", "text"), [("a.csv", ""), ("a.csv", "id,title\n"), ("a.json", "[]"), ("a.jsonl", "\n \n"), ("a.json", "  ")]
)
def test_an_empty_catalog_is_an_error(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(CatalogError, match=r"empty|no rows") as error:
        load_items(_file(tmp_path, text, name))
    assert error.value.cure


def test_an_unknown_kind_of_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"unknown kind of catalog file '\.xlsx'"):
        load_items(_file(tmp_path, "x", "a.xlsx"))


def test_duplicate_and_missing_ids_are_listed(tmp_path: Path) -> None:
    loaded = load_items(_file(tmp_path, "id,title\n1,a\n1,b\n,c\n2,d\n3,e\n4,f\n5,g\n6,h\n"))
    assert [item.title for item in loaded.items] == ["a", "d", "e", "f", "g", "h"]
    assert [(problem.row, problem.field) for problem in loaded.problems] == [(3, "id"), (4, "id")]
    assert "already used by row 2" in loaded.problems[0].reason


def test_rows_without_an_id_column_are_numbered(tmp_path: Path) -> None:
    loaded = load_items(_file(tmp_path, "title,price\na,1\nb,2\n"))
    assert [item.id for item in loaded.items] == ["2", "3"]


def test_no_title_and_no_text_column(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"a\.csv: no column can be a title or a text.*Columns: price, weight"):
        load_items(_file(tmp_path, "price,weight\n1,2\n3,4\n"))


def test_words_in_a_price_are_listed_and_the_row_is_kept(tmp_path: Path) -> None:
    text = 'id,title,price\n1,a,"$1,299.00"\n2,b,N/A\n3,c,free\n4,d,12 pcs\n5,e,7\n6,f,\n7,g,9\n'
    loaded = load_items(_file(tmp_path, text))
    assert [item.facets.get("price") for item in loaded.items] == [1299, None, None, 12, 7, None, 9]
    assert [(problem.row, problem.field) for problem in loaded.problems] == [(3, "price"), (4, "price")]
    assert "'free' is not a number" in loaded.problems[1].reason


def test_nan_is_no_value(tmp_path: Path) -> None:
    rows = [("1", "NaN"), ("2", "Infinity"), ("3", "4")]
    text = "\n".join(f'{{"id": {number}, "title": "t{number}", "price": {price}}}' for number, price in rows)
    loaded = load_items(_file(tmp_path, text, "a.jsonl"))
    assert [item.facets for item in loaded.items] == [{}, {}, {"price": 4.0}]
    assert [problem.row for problem in loaded.problems] == [2]


def test_a_very_long_text_is_kept_and_said(tmp_path: Path) -> None:
    long = "word " * 200_000
    loaded = load_items(_file(tmp_path, f"id,title,description\n1,a,{long}\n2,b,short one\n"))
    assert len(loaded.items[0].text) == len(long.strip())
    assert [(problem.row, problem.field) for problem in loaded.problems] == [(2, "description")]
    assert f"{SEARCHED_CHARACTERS:,} are searched" in loaded.problems[0].reason


def test_a_broken_line_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    lines = [json.dumps({"id": number, "title": f"item {number}"}) for number in range(1, 31)]
    lines[16] = lines[16][:-4]
    loaded = load_items(_file(tmp_path, "\n".join(lines), "a.jsonl"))
    assert len(loaded.items) == 29
    assert [problem.row for problem in loaded.problems] == [17]
    assert "broken JSON" in loaded.problems[0].reason


def test_a_number_that_no_machine_holds(tmp_path: Path) -> None:
    endless = "9" * 5_000
    lines = ['{"id": 1, "title": "a"}', f'{{"id": 2, "title": "b", "price": {endless}}}', '{"id": 3, "title": "c"}']
    loaded = load_items(_file(tmp_path, "\n".join(lines), "a.jsonl"))
    assert [problem.row for problem in loaded.problems] == [2]
    with pytest.raises(CatalogError, match=r"a\.json: broken JSON"):
        load_items(_file(tmp_path, f"[{','.join(lines)}]", "a.json"))


def test_a_broken_document_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"a\.json, row 3: broken JSON"):
        load_items(_file(tmp_path, '[\n{"title": "a"},\n{"title": }\n]', "a.json"))


def test_a_damaged_archive_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(b"\x1f\x8b\x08\x00broken")
    with pytest.raises(CatalogError, match="cannot be read"):
        load_items(path)


def test_a_damaged_parquet_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="not a Parquet file"):
        load_items(_file(tmp_path, "PAR1 no", "a.parquet"))


def test_rows_with_too_many_cells_are_listed(tmp_path: Path) -> None:
    loaded = load_items(_file(tmp_path, "id,title\n1,a\n2,b,c\n3,d\n"))
    assert [item.id for item in loaded.items] == ["1", "3"]
    assert (loaded.problems[0].row, loaded.problems[0].reason) == (3, "3 cells under 2 columns")


def test_a_column_that_occurs_twice_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="column 'title' occurs twice"):
        load_items(_file(tmp_path, "id,title,title\n1,a,b\n"))


def test_rows_that_are_no_objects_are_listed(tmp_path: Path) -> None:
    loaded = load_items(_file(tmp_path, '[{"id": 1, "title": "a"}, 7, null, {"id": 2, "title": "b"}]', "a.json"))
    assert [item.id for item in loaded.items] == ["1", "2"]
    assert [problem.row for problem in loaded.problems] == [2, 3]


def test_when_no_row_is_usable_the_first_problem_is_told() -> None:
    with pytest.raises(CatalogError, match=r"no row can be used\. First problem: catalog, row 1, id: no id"):
        load_items([{"title": "a"}, {"id": "1"}], CatalogSchema())


def test_control_characters_do_not_reach_the_title(tmp_path: Path) -> None:
    loaded = load_items([{"id": "1", "title": "a\x00b\x1b[31m"}, {"id": "2", "title": "c"}])
    assert loaded.items[0].title == "ab[31m"
