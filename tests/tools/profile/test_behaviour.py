"""Behaviour files: ratings, views and purchases in any usual layout, and every problem named with its row."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from langgraph_recommender.tools.errors import LogError
from langgraph_recommender.tools.profile.behaviour import Behaviour, read_behaviour
from langgraph_recommender.tools.profile.lines import Problems
from langgraph_recommender.tools.profile.model import FeedbackKind
from langgraph_recommender.tools.profile.verdicts import judge

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LIKE, DISLIKE, SEEN, CHOSEN, VIEWED = (
    FeedbackKind.LIKE,
    FeedbackKind.DISLIKE,
    FeedbackKind.SEEN,
    FeedbackKind.CHOSEN,
    FeedbackKind.VIEWED,
)


def quiet(done: int, total: int) -> None:
    assert 0 <= done <= total


def read(path: Path) -> tuple[list[Behaviour], list[str]]:
    problems = Problems()
    rows = list(read_behaviour(path, problems, quiet, now=NOW))
    return rows, [f"{one.row} {one.field}: {one.reason}" for one in problems.first]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


RATINGS = [
    Behaviour(2, "1", "10", LIKE, 1.0, "5 of 5", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
    Behaviour(3, "2", "11", DISLIKE, 0.5, "2 of 5", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "user,item,rating,time\n1,10,5,1700000000\n2,11,2,1700000000\n"),
        ("a.csv", "userId;movieId;rating;timestamp\n1;10;5.0;1700000000\n2;11;2.0;1700000000"),
        ("a.tsv", "\ufeffUser ID\tItem_ID\tStars\tDate\r\n1\t10\t5\t2023-11-14T22:13:20\r\n2\t11\t2\t1700000000\r\n"),
        (
            "a.inter",
            "user_id:token\titem_id:token\trating:float\ttimestamp:float\n1\t10\t5\t1700000000\n2\t11\t2\t1.7e9\n",
        ),
    ],
)
def test_delimited_files(tmp_path: Path, name: str, text: str) -> None:
    assert read(write(tmp_path / name, text)) == (RATINGS, [])


def test_json_lines_and_parquet_give_the_same(tmp_path: Path) -> None:
    rows = [{"user": 1, "item": 10, "rating": 5, "time": 1.7e9}, {"user": 2, "item": 11, "rating": 2.0, "time": 1.7e9}]
    as_lines, _ = read(write(tmp_path / "a.jsonl", "\n".join(json.dumps(row) for row in rows)))
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    as_parquet, _ = read(tmp_path / "a.parquet")
    assert [one.row for one in as_lines] == [1, 2]
    assert as_lines == as_parquet
    assert [(one.user_id, one.item_id, one.kind, one.rated, one.time) for one in as_lines] == [
        (one.user_id, one.item_id, one.kind, one.rated, one.time) for one in RATINGS
    ]


def test_kinds_instead_of_ratings(tmp_path: Path) -> None:
    rows, problems = read(
        write(tmp_path / "a.csv", "user,item,event\nu,1,purchase\nu,2,View\nu,3,like\nu,4,teleport\nu,5,\n")
    )
    assert [one.kind for one in rows] == [CHOSEN, VIEWED, LIKE]
    assert [one.split("'")[0] for one in problems] == ["5 event: unknown kind ", "6 event: missing"]


def test_without_rating_or_kind_a_row_is_a_view(tmp_path: Path) -> None:
    rows, problems = read(write(tmp_path / "a.csv", "user,item\nu,1\n"))
    assert [(one.kind, one.time) for one in rows] == [(VIEWED, None)]
    assert problems == []


def test_every_problem_names_its_row_and_column_and_the_rest_is_read(tmp_path: Path) -> None:
    text = (
        "user,item,rating,time\n,1,5,1\nu,,5,1\nu,1,five,1\nu,1,,1\nu,1,NaN,1\nu,1,5,soon\nu,1,5,2031-01-01\n"
        'u,1\n"u,1,5,1\nu,1,5,1\n'
    )
    rows, problems = read(write(tmp_path / "a.csv", text))
    assert [one.row for one in rows] == [11]
    assert problems == [
        "2 user: missing",
        "3 item: missing",
        "4 rating: not a number: 'five'",
        "5 rating: missing",
        "6 rating: not a number: 'NaN'",
        "7 time: not a time: 'soon'",
        "8 time: lies in the future: 2031-01-01",
        "9 : 2 cells under 4 columns",
        "10 : 1 cells under 4 columns",
    ]


@pytest.mark.parametrize(
    ("rating", "scale", "verdict"),
    [
        (5, (1, 5), (LIKE, 1.0)),
        (4, (1, 5), (LIKE, 0.5)),
        (3, (1, 5), (SEEN, 1.0)),
        (2, (1, 5), (DISLIKE, 0.5)),
        (1, (1, 5), (DISLIKE, 1.0)),
        (0.5, (1, 5), (DISLIKE, 1.0)),
        (10, (1, 10), (LIKE, 1.0)),
        (1, (0, 1), (LIKE, 1.0)),
        (0, (0, 1), (DISLIKE, 1.0)),
    ],
)
def test_ratings_are_judged_on_their_scale(rating: float, scale: tuple[float, float], verdict: tuple) -> None:
    assert judge(rating, scale) == verdict


@pytest.mark.parametrize(("highest", "kind"), [("1", LIKE), ("5", LIKE), ("10", LIKE), ("100", LIKE)])
def test_the_scale_is_found_in_the_file(tmp_path: Path, highest: str, kind: FeedbackKind) -> None:
    rows, _ = read(write(tmp_path / "a.csv", f"user,item,rating\nu,1,{highest}\nu,2,0\n"))
    assert [(one.kind, one.strength) for one in rows] == [(LIKE, 1.0), (DISLIKE, 1.0)]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.csv", "", "empty"),
        ("a.csv", "user,item,rating\n", "no rows"),
        ("a.csv", "who,what\nu,1\n", "no column for the user or the item among who, what"),
        ("a.csv", "user,item,rating\nu,1,5000\n", "goes up to 5000, which is no scale of ratings"),
        ("a.jsonl", "[1]\n[2]", "no rows"),
        ("a.parquet", "PAR", "not a Parquet file"),
        ("a.xlsx", "x", "unknown kind of behaviour file"),
    ],
)
def test_files_that_cannot_be_used(tmp_path: Path, name: str, text: str, reason: str) -> None:
    with pytest.raises(LogError, match=reason):
        read(write(tmp_path / name, text))


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="no such file"):
        read(tmp_path / "gone.csv")
