"""Interactions from files: every usual layout gives the same events, and every bad row is named."""

import json
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langgraph_recommender.tools.errors import LogError
from langgraph_recommender.tools.ranking.data.reading import read_interactions
from langgraph_recommender.tools.ranking.data.report import ReadReport, summary
from langgraph_recommender.tools.ranking.data.splits import leave_one_out, time_split

from .written import MOMENT, NOW, events, problems, read, write

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
