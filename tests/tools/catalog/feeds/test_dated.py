"""A sale ends without a change of the file: a feed with dates is read again on another day."""

from pathlib import Path

import pytest
from langgraph_recommender.tools.catalog import opening
from langgraph_recommender.tools.catalog.opening import file_source

ROW = "1\tMug\thttps://a.example/1.jpg\tin_stock\t5 EUR\tnew"
HEAD = "id\ttitle\timage_link\tavailability\tprice\tcondition"


@pytest.mark.parametrize(
    ("column", "value", "daily"),
    [
        ("sale_price_effective_date", "2026-11-01/2026-11-30", True),
        ("sale price effective date", "", True),
        ("expiration_date", "2026-12-31", True),
        ("促销价有效期", "", True),
        ("color", "red", False),
    ],
)
def test_a_stamp_changes_with_the_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, column: str, value: str, daily: bool
) -> None:
    feed = tmp_path / "feed.tsv"
    feed.write_text(f"{HEAD}\t{column}\n{ROW}\t{value}\n", encoding="utf-8")
    stamps = []
    for day in (b"2026-11-30", b"2026-11-30", b"2026-12-01"):
        monkeypatch.setattr(opening, "today", lambda day=day: day)
        stamps.append(file_source(feed).stamp)
    assert stamps[0] == stamps[1]
    assert (stamps[1] != stamps[2]) is daily
