"""`recommender index` on files that cannot be used, or not wholly: file, row, field, cure; what is good is kept."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from .conftest import Done, Run

ROWS = [{"id": number, "title": f"Lamp {number}", "price": number, "kind": "lamp"} for number in range(1, 31)]


def _lines(*changed: tuple[int, str]) -> str:
    lines = [json.dumps(row) for row in ROWS]
    for number, line in changed:
        lines[number - 1] = line
    return "\n".join(lines)


def _problems(done: Done) -> list[tuple[int, str]]:
    assert done.code == 0
    assert all(problem["file"] and problem["reason"] for problem in done.json["problems"])
    return [(problem["row"], problem["field"]) for problem in done.json["problems"]]


def test_a_missing_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lamps.csv").write_text("id,title\n1,a\n")
    (tmp_path / "lamps.txt").write_text("no catalog")
    run("index", "lmps.csv").refused("lmps.csv: no such file. Did you mean 'lamps.csv'?")
    run("chat", "--catalog", "lmps.csv", "hello").refused("lmps.csv: no such file. Did you mean 'lamps.csv'?")
    run("index", tmp_path).refused("a directory, not a file", "--catalog")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", "id,title\n1,tea\n2,café crème brûlée\n".encode("latin-1"), ("row 3", "neither UTF-8 nor", "Save")),
        ("a.jsonl", b'{"id": 1, "title": "caf\xe9 cr\xe8me"}', ("row 1", "neither UTF-8 nor", "Save")),
        ("a.csv", "id,title\n1,tea\n".encode("utf-16")[:-1], ("UTF-16", "Save")),
        ("a.csv", b"", ("the file is empty", "at least one row")),
        ("a.csv", b"id,title\n", ("no rows", "at least one row")),
        ("a.json", b"[]", ("no rows", "at least one row")),
        ("a.jsonl", b"\n\n", ("empty", "at least one row")),
        ("a.csv", b"price,weight\n1,2\n3,4\n", ("no column can be a title", "`title`", "price, weight")),
        ("a.csv", b"id,title,title\n1,a,b\n", ("row 1", "'title' occurs twice", "own name")),
        ("a.json", b'[\n{"title": "a"},\n{"title": }\n]', ("row 3", "broken JSON", ".jsonl")),
        ("a.json", b'{"shop": "x", "n": 1}', ("no list of rows", "records")),
        ("a.json", b"[" * 100_000, ("a.json", "nested")),
        ("a.parquet", b"PAR1 no", ("not a Parquet file", "again")),
        ("a.csv.gz", gzip.compress(b"id,title\n1,a\n")[:-9], ("cannot be read", "Check the file")),
        ("a.xlsx", b"x", ("unknown kind of catalog file '.xlsx'", ".csv")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_of_which_nothing_can_be_used(
    run: Run, tmp_path: Path, name: str, content: bytes, words: tuple[str, ...]
) -> None:
    (tmp_path / name).write_bytes(content)
    run("index", name).refused(name, *words)
    assert (tmp_path / name).read_bytes() == content


def test_broken_json_on_line_17(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(_lines((17, '{"id": 17, "title": "Lam')))
    done = run("index", "a.jsonl", "--json")
    assert _problems(done) == [(17, "")]
    assert done.json["items"] == 29
    told = run("index", "a.jsonl")
    assert "1 problem in a.jsonl:" in told.out
    assert "row 17, the row: broken JSON" in told.out


def test_duplicate_and_missing_ids(run: Run, tmp_path: Path) -> None:
    rows = (9, '{"id": 3, "title": "Twice"}'), (10, '{"title": "None"}'), (11, '{"id": "  ", "title": "Blank"}')
    (tmp_path / "a.jsonl").write_text(_lines(*rows))
    done = run("index", "a.jsonl", "--json")
    assert _problems(done) == [(9, "id"), (10, "id"), (11, "id")]
    assert "already used by row 3" in done.json["problems"][0]["reason"]
    assert done.json["items"] == 27
    (hit, *_) = run("search", "Lamp 3", "--catalog", "a.jsonl", "-k", 1, "--json").json["hits"]
    assert (hit["id"], hit["title"]) == ("3", "Lamp 3")


def test_numbers_that_are_none(run: Run, tmp_path: Path) -> None:
    wrong = {2: '"N/A"', 3: "NaN", 4: "Infinity", 5: '"ask in the shop"', 6: "null", 7: '"$1,299.00"', 8: "[1, 2]"}
    rows = [(n, f'{{"id": {n}, "title": "Lamp {n}", "price": {value}, "kind": "lamp"}}') for n, value in wrong.items()]
    (tmp_path / "a.jsonl").write_text(_lines(*rows))
    done = run("index", "a.jsonl", "--json")
    assert _problems(done) == [(2, "price"), (4, "price"), (5, "price"), (8, "price")]
    assert "'ask in the shop' is not a number; the item has no price" in done.json["problems"][2]["reason"]
    assert done.json["items"] == 30
    found = run("search", "", "--catalog", "a.jsonl", "--where", "price > 1000", "--json").json
    assert [hit["id"] for hit in found["hits"]] == ["7"]
    assert run("search", "", "--catalog", "a.jsonl", "--where", "price >= 0", "--json").json["fitting"] == 24


def test_a_text_of_a_million_characters(run: Run, tmp_path: Path) -> None:
    long = json.dumps({"id": 2, "title": "Lamp 2", "description": "a warm light " * 77_000, "kind": "lamp"})
    (tmp_path / "a.jsonl").write_text(_lines((2, long), (3, '{"id": 3, "title": "Lamp 3", "description": "small"}')))
    done = run("index", "a.jsonl", "--json")
    assert _problems(done) == [(2, "description")]
    assert "are kept, the first" in done.json["problems"][0]["reason"]
    (turn,) = run("chat", "--catalog", "a.jsonl", "--json", "a lamp with a warm light").turns
    assert turn["recommendations"][0]["id"] == "2"
    assert len(turn["reply"]) < 5_000


def test_control_characters_in_a_file_do_not_reach_the_terminal(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        _lines((2, '{"id": 2, "title": "Red\\u001b[31m\\u0007 lantern", "kind": "lamp"}'))
    )
    assert run("index", "a.jsonl", "--json").json["items"] == 30
    for done in (run("search", "lantern", "--catalog", "a.jsonl"), run("chat", "--catalog", "a.jsonl", "red lantern")):
        assert "lantern" in done.out
        assert not {"\x1b", "\x07"} & set(done.out)


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (None, ("s.yaml: no such file",)),
        ("titel: title", ("s.yaml", "unknown key titel", "'title'")),
        ("facets: {price: {kind: numbr}}", ("s.yaml", "facets.price", "'numeric'")),
        ("title: nmae", ("a.csv", "'nmae'", "no row has it", "'name'")),
        ("a: [", ("s.yaml", "cannot be parsed")),
        ("- x", ("s.yaml", "mapping")),
    ],
)
def test_a_schema_file_that_is_wrong(run: Run, tmp_path: Path, schema: str | None, words: tuple[str, ...]) -> None:
    (tmp_path / "a.csv").write_text("id,name,price\n1,Lamp,3\n2,Desk,4\n")
    if schema is not None:
        (tmp_path / "s.yaml").write_text(schema)
    run("index", "a.csv", "--schema", "s.yaml").refused(*words)
