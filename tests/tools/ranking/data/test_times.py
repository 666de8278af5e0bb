"""Times of interactions: however a file writes a moment, it is read as that moment, or its row is named."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langgraph_recommender.tools.ranking.data import delimited
from langgraph_recommender.tools.ranking.data.blocks import blocks
from langgraph_recommender.tools.ranking.data.model import Interactions
from langgraph_recommender.tools.ranking.data.reading import read_interactions
from langgraph_recommender.tools.ranking.data.report import ReadReport
from langgraph_recommender.tools.ranking.data.times import Times, seconds_of_dates

NOW = datetime(2026, 3, 1, tzinfo=UTC)
NOVEMBER = datetime(2023, 11, 14, tzinfo=UTC).timestamp()
MOMENTS = st.datetimes(datetime(1974, 1, 1), datetime(2100, 12, 31)).map(lambda one: one.replace(microsecond=0))
WAYS = {
    "seconds": lambda one: f"{one.timestamp():.0f}",
    "as a float": lambda one: f"{one.timestamp():.1f}",
    "milliseconds": lambda one: f"{one.timestamp() * 1e3:.0f}",
    "microseconds": lambda one: f"{one.timestamp() * 1e6:.0f}",
    "nanoseconds": lambda one: f"{one.timestamp():.0f}000000000",
    "ISO": lambda one: one.isoformat(),
    "ISO without a zone": lambda one: f"{one:%Y-%m-%d %H:%M:%S}",
    "ISO elsewhere": lambda one: (one + timedelta(hours=2)).replace(tzinfo=None).isoformat() + "+02:00",
    "Z": lambda one: f"{one:%Y-%m-%dT%H:%M:%S}Z",
}


def read(path: Path) -> tuple[Interactions, ReadReport]:
    report = ReadReport()
    return read_interactions(path, now=NOW, report=report), report


def named(report: ReadReport) -> list[str]:
    return sorted(f"{one.row} {one.field}: {one.reason}" for kind in report.left_out.values() for one in kind.first)


@pytest.mark.parametrize("way", WAYS)
@given(moments=st.lists(MOMENTS, min_size=1, max_size=20))
@settings(max_examples=20, deadline=None)
def test_moments_are_read_as_they_are_written(way: str, moments: list[datetime]) -> None:
    aware = [one.replace(tzinfo=UTC) for one in moments]
    found = Times().seconds(pa.array([WAYS[way](one).encode() for one in aware], pa.binary()))
    assert found.tolist() == [one.timestamp() for one in aware]


@given(moments=st.lists(st.tuples(MOMENTS, st.sampled_from(sorted(WAYS))), min_size=2, max_size=20))
@settings(max_examples=40, deadline=None)
def test_a_column_may_write_them_in_several_ways(moments: list[tuple[datetime, str]]) -> None:
    aware = [(one.replace(tzinfo=UTC), way) for one, way in moments]
    found = Times().seconds(pa.array([WAYS[way](one) for one, way in aware]))
    assert found.tolist() == [one.timestamp() for one, _ in aware]


@given(days=st.lists(st.dates(date(1900, 1, 1), date(2100, 12, 31)), min_size=1, max_size=20))
def test_whole_numbers_that_are_dates_are_days(days: list[date]) -> None:
    midnights = [datetime(one.year, one.month, one.day, tzinfo=UTC).timestamp() for one in days]
    whole = [int(f"{one:%Y%m%d}") for one in days]
    for column in (pa.array(whole), pa.array(list(map(float, whole))), pa.array(list(map(str, whole)))):
        assert Times().seconds(column).tolist() == midnights


@given(number=st.integers(0, 30_000_000))
def test_only_days_of_the_calendar_are_dates(number: int) -> None:
    try:
        day = datetime.strptime(f"{number:08}", "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        expected = np.inf
    else:
        expected = day.timestamp() if 1900 <= day.year <= 2100 else np.inf
    assert seconds_of_dates(np.array([float(number)])).tolist() == [expected]


def test_numbers_that_count_something_are_no_dates() -> None:
    """Twenty million seconds and more after an event, as some data sets count."""
    counted = np.arange(20_000_000, 20_040_000, 7)
    assert (Times().seconds(pa.array(counted)) == counted).all()


def test_a_date_that_is_none_is_named_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("user,item,date\nu,a,20231114\nu,b,20231345\nu,c,20230229\nu,d,20240229\nu,e,0\n")
    found, report = read(path)
    assert [found.items.item_ids[row] for row in found.rows] == ["a", "d"]
    assert found.times[0] == NOVEMBER
    assert named(report) == [
        "3 date: not a time: '20231345'",
        "4 date: not a time: '20230229'",
        "6 date: not a time: '0'",
    ]


def test_the_first_rows_decide_for_a_file_of_several_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    rows = [f"u,i{number},{20_231_101 + number % 28}" for number in range(40)]
    path.write_text("\n".join(["user,item,date", *rows, "u,x,20231199", "u,y,soon", "u,z,20231114"]))
    monkeypatch.setattr(delimited, "blocks", lambda path, progress: blocks(path, progress, size=64))
    found, report = read(path)
    assert len(found) == 41
    assert found.times.min() == datetime(2023, 11, 1, tzinfo=UTC).timestamp()
    assert named(report) == ["42 date: not a time: '20231199'", "43 date: not a time: 'soon'"]


def test_dates_in_parquet_and_json(tmp_path: Path) -> None:
    pq.write_table(pa.table({"user": ["u"], "item": ["a"], "date": pa.array([20231114])}), tmp_path / "a.parquet")
    (tmp_path / "a.jsonl").write_text('{"user": "u", "item": "a", "date": 20231114}\n')
    assert [read(tmp_path / name)[0].times.tolist() for name in ("a.parquet", "a.jsonl")] == [[NOVEMBER]] * 2
