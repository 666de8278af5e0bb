"""Interactions from files: every usual layout gives the same events, and every bad row is named."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langgraph_recommender.tools.errors import LogError
from langgraph_recommender.tools.ranking.data import delimited
from langgraph_recommender.tools.ranking.data.blocks import blocks
from langgraph_recommender.tools.ranking.data.model import Interactions, ItemTable
from langgraph_recommender.tools.ranking.data.reading import read_interactions
from langgraph_recommender.tools.ranking.data.report import ReadReport, summary
from langgraph_recommender.tools.ranking.data.splits import leave_one_out, time_split

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MOMENT = 1_700_000_000
"""2023-11-14T22:13:20Z"""


def write(path: Path, text: str | bytes) -> Path:
    data = text if isinstance(text, bytes) else text.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def read(path: Path, items: ItemTable | list[str] | set[str] | None = None) -> tuple[Interactions, ReadReport]:
    report = ReadReport()
    return read_interactions(path, items, now=NOW, report=report), report


def events(found: Interactions) -> list[tuple[str, str, float]]:
    """(user, item, weight) of each."""
    ids = zip(found.users.tolist(), found.rows.tolist(), found.weights.tolist(), strict=True)
    return [(found.user_ids[user], found.items.item_ids[row], round(weight, 3)) for user, row, weight in ids]


def problems(report: ReadReport) -> list[str]:
    return sorted(f"{one.row} {one.field}: {one.reason}" for kind in report.left_out.values() for one in kind.first)


RATED = [("1", "10", 1.0), ("2", "11", -0.5)]
ROWS = [
    {"user": 1, "item": 10, "rating": 5, "time": MOMENT},
    {"user": 2, "item": 11, "rating": 2, "time": MOMENT},
]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", f"user,item,rating,time\n1,10,5,{MOMENT}\n2,11,2,{MOMENT}\n"),
        ("a.csv.gz", f"user,item,rating,time\n1,10,5,{MOMENT}\n2,11,2,{MOMENT}\n"),
        ("a.csv", f"userId;movieId;rating;timestamp\n 1 ;10;5.0;{MOMENT}\n\n2;11;2.0;{MOMENT}000"),
        ("a.csv", f'\ufeff"User ID","t","Item_ID","Stars","Date"\r\n1,"a, b",10,5,{MOMENT}\r\n2,c,"11",2,1.7e9\r\n'),
        ("a.tsv", "user\titem\trating\ttime\n1\t10\t5\t2023-11-14T22:13:20\n2\t11\t2\t2023-11-14 22:13:20.000\n"),
        ("a.csv", "user,item,rating,time\n1,10,5,2023-11-14 22:13:20 UTC\n2,11,2,2023-11-14 22:13:20 UTC\n"),
        ("a.csv", "user,item,rating,time\n1,10,5,2023-11-14T22:13:20Z\n2,11,2,2023-11-15T00:13:20+02:00\n"),
        ("a.csv", f"user,item,rating,time\n1,10,5,{MOMENT}000\n2,11,2,2023-11-14T22:13:20\n"),
        ("a.csv", f"user,item,rating,time\r1,10,5,{MOMENT}\r2,11,2,{MOMENT}\r"),
        ("a.csv", f"user,item,rating,time\n1,10,5,{MOMENT}\n2,11,2,{MOMENT}\n".encode("utf-16")),
        ("a.inter", "user_id:token\titem_id:token\trating:float\ttimestamp:float\n1\t10\t5\t1.7e9\n2\t11\t2\t1.7e9"),
        ("a.jsonl", "\n".join(json.dumps(row) for row in ROWS)),
        ("a.jsonl.gz", "\n\n".join(json.dumps(row) for row in ROWS) + "\n"),
        ("a.jsonl", "\n".join(json.dumps(row | {"item": str(row["item"])}) for row in ROWS)),
        ("a.json", "\n".join(json.dumps(row | {"item": float(row["item"]), "title": None}) for row in ROWS)),
        ("a.json", "\n".join(json.dumps(row | {"rating": str(row["rating"]) + ".0"}) for row in ROWS)),
    ],
)  # fmt: skip
def test_every_layout_gives_the_same_events(tmp_path: Path, name: str, text: str | bytes) -> None:
    found, report = read(write(tmp_path / name, text))
    assert events(found) == RATED
    assert found.times.tolist() == [MOMENT, MOMENT]
    assert found.ratings is not None
    assert found.ratings.tolist() == [5.0, 2.0]
    assert (report.rows, report.duplicates, report.left_out, report.scale) == (2, 0, {}, (1.0, 5.0))


@pytest.mark.parametrize(
    "columns",
    [
        {"user": pa.array([1, 2]), "item": pa.array([10, 11]), "time": pa.array([MOMENT, MOMENT])},
        {"user": pa.array([1.0, 2.0]), "item": pa.array(["10", "11"]), "time": pa.array([MOMENT * 1e3] * 2)},
        {
            "user": pa.array(["1", "2"]).dictionary_encode(),
            "item": pa.array(["10", "11"], pa.large_string()),
            "time": pa.array([MOMENT, MOMENT], pa.timestamp("s")),
        },
        {
            "user": pa.array([b"1", b"2"]),
            "item": pa.array([10, 11], pa.int8()),
            "time": pa.array([MOMENT * 10**9] * 2, pa.timestamp("ns", "Asia/Tokyo")),
        },
    ],
)
@pytest.mark.parametrize("rating", [pa.array([5, 2]), pa.array([5.0, 2.0], pa.float32()), pa.array(["5", "2"])])
def test_parquet_of_any_type(tmp_path: Path, columns: dict[str, pa.Array], rating: pa.Array) -> None:
    pq.write_table(pa.table(columns | {"rating": rating, "other": pa.array([None, None])}), tmp_path / "a.parquet")
    found, _ = read(tmp_path / "a.parquet")
    assert (events(found), found.times.tolist()) == (RATED, [MOMENT, MOMENT])


def test_kinds_have_their_weights(tmp_path: Path) -> None:
    text = "user,item,event_type\nu,a,view\nu,b,Cart\nu,c,purchase\nu,d,like\nu,e,skip\nu,f,dislike\nu,g,read\n"
    found, _ = read(write(tmp_path / "a.csv", text))
    assert [weight for _, _, weight in events(found)] == [0.2, 0.5, 1.0, 1.0, -0.2, -1.0, 0.3]
    assert found.ratings is None


def test_without_rating_or_kind_every_event_is_plain(tmp_path: Path) -> None:
    found, _ = read(write(tmp_path / "a.csv", "user,item\nu,b\nu,a\n"))
    assert events(found) == [("u", "b", 1.0), ("u", "a", 1.0)]
    assert np.isnan(found.times).all()


def test_a_rating_counts_before_a_kind(tmp_path: Path) -> None:
    text = "user,item,rating,kind\nu,a,1,view\nu,b,,purchase\nu,c,5,teleport\nu,d,3,\nu,e,,\n"
    found, report = read(write(tmp_path / "a.csv", text))
    assert events(found) == [("u", "a", -1.0), ("u", "b", 1.0), ("u", "c", 1.0), ("u", "d", 0.3)]
    assert problems(report) == ["6 rating: missing"]


def test_a_list_without_header(tmp_path: Path) -> None:
    found, _ = read(write(tmp_path / "a.txt", "2 5\n1 7\n1 5\n"))
    assert events(found) == [("1", "7", 1.0), ("1", "5", 1.0), ("2", "5", 1.0)]


def test_events_are_sorted_by_user_time_and_row(tmp_path: Path) -> None:
    text = "user,item,time\nb,x,3\na,x,2\nb,y,1\na,z,2\na,y,1\nb,z,3\n"
    found, _ = read(write(tmp_path / "a.csv", text))
    assert [(user, item) for user, item, _ in events(found)] == [
        ("a", "y"),
        ("a", "x"),
        ("a", "z"),
        ("b", "y"),
        ("b", "x"),
        ("b", "z"),
    ]


SHUFFLED = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), min_size=9, max_size=30).flatmap(
    lambda pairs: st.permutations([f"u{user},i{item},{time}" for time, (user, item) in enumerate(pairs)])
)


@given(rows=SHUFFLED)
@settings(max_examples=25, deadline=None)
def test_the_order_of_the_file_does_not_count_where_times_differ(
    tmp_path_factory: pytest.TempPathFactory, rows: list[str]
) -> None:
    path = tmp_path_factory.mktemp("interactions") / "a.csv"
    one, _ = read(write(path, "\n".join(["user,item,time", *rows])))
    other, _ = read(write(path, "\n".join(["user,item,time", *sorted(rows)])))
    assert one.digest() == other.digest()
    for way in (leave_one_out, partial(time_split, validation_share=0.3, test_share=0.3)):
        assert way(one).digest() == way(other).digest()


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


def test_progress_goes_from_nothing_to_all(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "user,item\n" + "u,a\n" * 10)
    seen: list[tuple[int, int]] = []
    read_interactions(path, now=NOW, report=ReadReport(), progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (path.stat().st_size, path.stat().st_size)


def test_the_summary_says_what_was_read_and_what_was_left_out(tmp_path: Path) -> None:
    text = "user,item,rating,time\nu,a,5,86400\nu,b,1,172800\nu,b,1,172800\nv,a,4,259200\nv,x,4,259200\nv,y,4,1\n"
    path = write(tmp_path / "a.csv", text)
    found, report = read(path, ["a", "b", "c"])
    assert summary(found, report) == [
        f"3 events of 2 users with 2 items, 1970-01-02 to 1970-01-04; hash {found.digest()}.",
        "Columns: 'user' as user, 'item' as item, 'rating' as rating, 'time' as time.",
        "Ratings judged on the scale 1 to 5.",
        "Users with one event, trained on and not held out: 1.",
        "Rows that repeat another, dropped: 1.",
        f"2 of 6 rows left out (not in the catalog), the first: {path}, row 6, item: not in the catalog: 'x'.",
    ]


NAMED = "Columns: 'userId' as user, 'Item' as item, 'Stars' as rating; left alone: 'price', 'text'."


def test_columns_are_named_and_those_that_were_left_alone_too(tmp_path: Path) -> None:
    row = {"price": 3, "userId": "u", "text": "", "Item": "a", "Stars": 4}
    write(tmp_path / "a.csv", "price;userId;text;Item;Stars\n3;u;;a;4\n")
    write(tmp_path / "a.jsonl", json.dumps(row))
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "a.parquet")
    for name in ("a.csv", "a.jsonl", "a.parquet"):
        found, report = read(tmp_path / name)
        assert NAMED in summary(found, report)
        assert report.as_data()["left_alone"] == ["price", "text"]
        assert report.as_data()["columns"] == {"user": "userId", "item": "Item", "rating": "Stars"}


def test_of_many_columns_the_first_are_named_and_of_two_alike_the_first_is_read(tmp_path: Path) -> None:
    names = ["user", "item", "item", "x" * 10_000, *(f"c{number}" for number in range(900))]
    text = f"{','.join(names)}\nu,a,b{',' * 901}\n"
    found, report = read(write(tmp_path / "a.csv", text))
    assert events(found) == [("u", "a", 1.0)]
    named = next(line for line in summary(found, report) if line.startswith("Columns"))
    assert named.startswith(f"Columns: 'user' as user, 'item' as item; left alone: 'item', '{'x' * 40}…', 'c0', ")
    assert named.endswith("'c9' and 890 more.")


def test_a_list_without_a_header_has_no_columns_to_name(tmp_path: Path) -> None:
    found, report = read(write(tmp_path / "a.txt", "1 5\n"))
    assert not [line for line in summary(found, report) if line.startswith("Columns")]


@pytest.mark.parametrize(
    ("row", "reason", "cure"),
    [
        (b"\xe9ric,1,1", "row 3, user: not UTF-8", "Save the file as UTF-8."),
        (b"u,1,14/11/2023", "row 3, time: not a time: '14/11/2023'", "Write times as 2023-11-14T22:13:20Z"),
    ],
)
def test_a_cure_is_told_with_the_rows_and_with_a_file_of_such_rows(
    tmp_path: Path, row: bytes, reason: str, cure: str
) -> None:
    found, report = read(write(tmp_path / "a.csv", b"user,item,time\nu,1,1\n" + row))
    assert (reason in summary(found, report)[-1], cure in summary(found, report)[-1]) == (True, True)
    with pytest.raises(LogError, match=rf"none of its 1 rows can be used.*row 2.*{cure}"):
        read(write(tmp_path / "b.csv", b"user,item,time\n" + row))


def test_counts_go_on_where_problems_are_no_longer_kept(tmp_path: Path) -> None:
    found, report = read(write(tmp_path / "a.csv", "user,item\nu,a\n" + "u,x\n" * 500), ["a"])
    assert (len(found), report.unusable, len(problems(report))) == (1, 500, 10)
