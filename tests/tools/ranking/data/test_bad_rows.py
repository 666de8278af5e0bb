"""Rows and files that cannot be used: each is named, and the rest is read."""

import gzip
import json
from datetime import timedelta
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from langgraph_recommender.tools.errors import LogError
from langgraph_recommender.tools.ranking.data import delimited
from langgraph_recommender.tools.ranking.data.blocks import blocks
from langgraph_recommender.tools.ranking.data.model import ItemTable

from .written import MOMENT, NOW, events, problems, read, write


def test_every_bad_row_is_named_with_its_field_and_the_rest_is_read(tmp_path: Path) -> None:
    later = (NOW + timedelta(days=2)).isoformat()
    text = (
        "user,item,rating,time\n,1,5,1\nu,,5,1\nu,1,five,1\nu,1,,1\nu,1,NaN,1\nu,1,5,soon\n"
        f"u,1,5,{later}\nu,1\n\nu,9,5,1\nu,1,5,1\nu,1,5,\nu,1,inf,2\n"
    )
    found, report = read(write(tmp_path / "a.csv", text), ["1", "2"])
    assert events(found) == [("u", "1", 1.0)]
    assert (report.rows, report.unusable) == (12, 11)
    assert problems(report) == sorted(
        [
            "2 user: missing",
            "3 item: missing",
            "4 rating: not a number: 'five'",
            "5 rating: missing",
            "6 rating: not a number: 'NaN'",
            "7 time: not a time: 'soon'",
            f"8 time: lies in the future: {later!r}",
            "9 : not a row of the table: '2 cells under 4 columns'",
            "11 item: not in the catalog: '9'",
            "13 time: no time, where other rows have one",
            "14 rating: not a number: 'inf'",
        ]
    )


def test_a_quote_that_is_never_closed_costs_its_own_row_only(tmp_path: Path) -> None:
    found, report = read(write(tmp_path / "a.csv", 'user,item\nu,a\n"u,b\nu,c\nu,"d"\n'))
    assert [item for _, item, _ in events(found)] == ["a", "c", "d"]
    assert problems(report) == ["3 : not a row of the table: 'unexpected end of data'"]


def test_cells_over_several_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [f'u{number},"so\n\n""good"", {number}",i{number}' for number in range(40)]
    path = write(tmp_path / "a.csv", "\n".join(["user,text,item", *rows, 'u,"x\ny",unknown']))
    for size in (64, 4_000_000):
        monkeypatch.setattr(delimited, "blocks", partial(blocks, size=size))
        found, report = read(path, [f"i{number}" for number in range(40)])
        assert (len(found), report.rows) == (40, 41)
        assert problems(report) == ["122 item: not in the catalog: 'unknown'"]


def test_broken_json_costs_its_own_row_only(tmp_path: Path) -> None:
    lines = ['{"user": "u", "item": "a"}', '{"user": "u", "it', "[1]", "", '{"user": "u", "item": null}', "{}"]
    found, report = read(write(tmp_path / "a.jsonl", "\n".join([*lines, '{"user": "u", "item": "\\ud800"}'])))
    assert [item for _, item, _ in events(found)] == ["a"]
    assert [one.split(":")[0] for one in problems(report)] == ["2 ", "3 ", "5 item", "7 item"]
    assert report.rows == 5


def test_ids_that_are_not_utf8_are_named(tmp_path: Path) -> None:
    found, report = read(write(tmp_path / "a.csv", b"user,item\nu,a\nu,\xff\xfe\n\xe9,a\n"))
    assert [item for _, item, _ in events(found)] == ["a"]
    assert problems(report) == ["3 item: not UTF-8", "4 user: not UTF-8"]


def test_a_row_that_is_too_short_and_not_utf8_at_that(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    found, report = read(write(tmp_path / "a.csv", b"user,item\nu,a\n\x81\nu,b\n"))
    assert len(found) == 2
    assert problems(report) == ["3 : not a row of the table: '1 cells under 2 columns'"]
    assert capfd.readouterr().err == ""


def test_times_out_of_range_are_no_times(tmp_path: Path) -> None:
    rows = "u,a,-99999999999999\nu,b,1e400\nu,c,9999-12-31T00:00:00Z\nu,d,2020-13-01\nu,e,0\n"
    found, report = read(write(tmp_path / "a.csv", "user,item,time\n" + rows))
    assert events(found) == [("u", "e", 1.0)]
    assert [one.split(": '")[0] for one in problems(report)] == [
        "2 time: not a time",
        "3 time: not a time",
        "4 time: lies in the future",
        "5 time: not a time",
    ]


def test_parquet_times_of_every_unit(tmp_path: Path) -> None:
    for unit, count in (("s", MOMENT), ("ms", MOMENT * 1000), ("us", MOMENT * 10**6), ("ns", MOMENT * 10**9)):
        times = pa.array([count, 2**63 // (1 if unit == "ns" else 1001) - 1, None], pa.timestamp(unit))
        pq.write_table(pa.table({"user": [1, 1, 1], "item": ["a", "b", "c"], "time": times}), tmp_path / "a.parquet")
        found, report = read(tmp_path / "a.parquet")
        assert found.times.tolist() == [MOMENT]
        assert list(report.left_out) == ["lies in the future", "no time, where other rows have one"]


def test_a_column_of_lists_is_no_column_of_ids(tmp_path: Path) -> None:
    pq.write_table(pa.table({"user": ["u"], "item": [["a", "b"]]}), tmp_path / "a.parquet")
    with pytest.raises(LogError, match=r"column 'item' holds list<.*an event a row"):
        read(tmp_path / "a.parquet")


def test_of_two_columns_of_one_name_neither_is_guessed(tmp_path: Path) -> None:
    columns = [pa.array(["u"]), pa.array(["a"]), pa.array(["v"])]
    pq.write_table(pa.Table.from_arrays(columns, names=["user", "item", "user"]), tmp_path / "a.parquet")
    with pytest.raises(LogError, match=r"a\.parquet: two columns are called 'user'"):
        read(tmp_path / "a.parquet")


def test_a_nested_value_costs_its_own_row_only(tmp_path: Path) -> None:
    rows = [{"user": "u", "item": "a"}, {"user": "u", "item": ["b"]}, {"user": {"id": "v"}, "item": "c"}]
    found, report = read(write(tmp_path / "a.jsonl", "\n".join(map(json.dumps, rows))))
    assert (events(found), report.rows) == ([("u", "a", 1.0)], 3)
    assert [line.split(":")[0] for line in problems(report)] == ["2 item", "3 user"]


def test_chinese_columns_and_kinds(tmp_path: Path) -> None:
    text = "用户ID,商品,行为,时间\n张三,三体,购买,2023-11-14\n张三,流浪地球,浏览,20231115\n"
    found, report = read(write(tmp_path / "a.csv", text))
    assert events(found) == [("张三", "三体", 1.0), ("张三", "流浪地球", 0.2)]
    assert report.columns == {"user": "用户ID", "item": "商品", "kind": "行为", "time": "时间"}
    (rated,) = events(read(write(tmp_path / "b.csv", "用户,商品,评分\n张三,三体,5\n"))[0])
    assert rated == ("张三", "三体", 1.0)


def test_ids_of_any_length_and_any_script(tmp_path: Path) -> None:
    users = ["👩‍🚀", "x" * 10_000, "ｗｉｄｅ", "עברית"]
    path = write(tmp_path / "a.csv", "user,item\n" + "".join(f"{user},🍕\n" for user in users))
    found, report = read(path)
    assert (set(found.user_ids), report.left_out) == (set(users), {})


def test_chinese_ids_in_another_encoding(tmp_path: Path) -> None:
    text = "user,item\n" + "".join(f"用户{number},三体第{number}部\n" for number in range(9))
    one, _ = read(write(tmp_path / "a.csv", text))
    other, _ = read(write(tmp_path / "b.csv", text.encode("gb18030")))
    assert one.digest() == other.digest()
    assert one.user_ids[0] == "用户0"


@pytest.mark.parametrize("time", ["", ",1"])
def test_exact_repeats_are_dropped_and_counted(tmp_path: Path, time: str) -> None:
    header, rows = (
        "user,item,rating" + (",time" if time else ""),
        ["u,a,5", "u,b,5", "u,a,5", "u,a,4", "v,a,5", "u,a,5"],
    )
    found, report = read(write(tmp_path / "a.csv", "\n".join([header, *(row + time for row in rows)])))
    assert events(found) == [("u", "a", 1.0), ("u", "b", 1.0), ("u", "a", 0.5), ("v", "a", 1.0)]
    assert report.duplicates == 2


def test_the_same_pair_at_another_time_is_no_repeat(tmp_path: Path) -> None:
    found, report = read(write(tmp_path / "a.csv", "user,item,time\nu,a,1\nu,a,2\nu,a,1\n"))
    assert (len(found), report.duplicates) == (2, 1)


def test_the_items_that_exist_keep_their_order(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "user,item\nu,c\nu,a\n")
    table = ItemTable(("c", "b", "a"))
    assert read(path, table)[0].items is table
    assert read(path, ["c", "b", "a"])[0].rows.tolist() == [0, 2]
    assert read(path, {"c", "b", "a"})[0].items.item_ids == ("a", "b", "c")
    assert read(path)[0].items.item_ids == ("a", "c")


def test_users_without_a_usable_row_are_nobody(tmp_path: Path) -> None:
    found, _ = read(write(tmp_path / "a.csv", "user,item\nu,a\nv,b\n"), ["a"])
    assert found.user_ids == ("u",)


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.csv", "", "empty"),
        ("a.csv", "user,item\n", "no rows"),
        ("a.csv", "\n\n", "empty"),
        ("a.csv", "who,what\nu,1\n", "no column for the user or the item among who, what.*Name the columns user"),
        ("a.csv", "user,rating\nu,1\n", "no column for the item among user, rating"),
        ("a.csv", "usr_id,rating,iitem\nu,1,2\n", "among usr_id, .* Is 'usr_id' the user.*'iitem' the item"),
        ("a.csv", "user,item,type\nu,1,book\n", "row 2, type: unknown kind: 'book'.*needs another name"),
        ("a.csv", "user,item,rating\nu,1,5000\n", "goes up to 5000, which is no scale of ratings"),
        ("a.csv", "user,item,rating\nu,1,good\nu,2,b\n", "none of its 2 rows can be used.*row 2, rating: not a number"),
        ("a.csv.gz", b"user,item\n1,2\n", "cannot be read.*damaged"),
        ("a.jsonl", "", "empty"),
        ("a.jsonl", "[1]\n[2]", "no JSON object in it"),
        ("a.jsonl", '{"who": 1}', "no column for the user or the item among who"),
        ("a.csv", b"us\xe9r,item\nu,1\n", "row 1: not UTF-8.*no column for the user.*Save the file as UTF-8"),
        ("a.jsonl", '{"user": {"id": 1}, "item": "a"}\n', "row 1, user: a list or an object, not one value"),
        ("a.parquet", "PAR", "not a Parquet file"),
        ("a.xlsx", "x", "unknown kind"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_used(tmp_path: Path, name: str, text: str | bytes, reason: str) -> None:
    data = text if isinstance(text, bytes) else text.encode()
    (tmp_path / name).write_bytes(data)
    with pytest.raises(LogError, match=f"{name}.*{reason}"):
        read(tmp_path / name)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="no such file"):
        read(tmp_path / "a.parquet")
    with pytest.raises(LogError, match="no such file"):
        read(tmp_path / "a.csv")


def test_a_file_of_another_catalog(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "user,item\nu,1\nu,2\n")
    with pytest.raises(LogError, match=r"none of its 2 rows.*row 2, item: not in the catalog: '1'.*such as 'b1', 'b2'"):
        read(path, ["b1", "b2"])


@pytest.mark.parametrize("cut", [40, 4000])
def test_gz_files_that_are_cut_off(tmp_path: Path, cut: int) -> None:
    rows = "".join(f"u{number * 7919 % 1009},i{number * 104729 % 10007}\n" for number in range(5000))
    whole = gzip.compress(("user,item\n" + rows).encode())
    path = tmp_path / "a.csv.gz"
    path.write_bytes(whole[:-cut])
    with pytest.raises(LogError, match="cut off"):
        read(path)


def test_parquet_damaged_in_the_middle(tmp_path: Path) -> None:
    users = [f"u{number * 7919 % 100_003}" for number in range(50_000)]
    pq.write_table(pa.table({"user": users, "item": users}), tmp_path / "a.parquet", row_group_size=10_000)
    data = bytearray((tmp_path / "a.parquet").read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2000] = bytes(2000)
    (tmp_path / "a.parquet").write_bytes(bytes(data))
    with pytest.raises(LogError, match="not a Parquet file"):
        read(tmp_path / "a.parquet")
