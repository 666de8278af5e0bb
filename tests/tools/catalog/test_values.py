import datetime
import math

import pytest
from langgraph_recommender.tools.catalog.reading.values import (
    as_text,
    delimiter_of,
    is_missing,
    parse_boolean,
    parse_date,
    parse_number,
    unit_of,
)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("3", 3), (" 3.50 ", 3.5), ("$1,299.00", 1299), ("1.299,50 €", 1299.5), ("12 pcs", 12), ("¥99", 99),
        ("99元", 99), ("3.5万", 35000), ("-4", -4), ("1,299", 1299), ("12,5", 12.5), ("1 000 000", 1000000),
        (".5", 0.5), (7, 7), (7.25, 7.25), ("10%", 10), ("US$ 20", 20),
    ],
)  # fmt: skip
def test_numbers_are_read_with_their_units(written: object, number: float) -> None:
    assert parse_number(written) == pytest.approx(number)


@pytest.mark.parametrize(
    "written",
    [
        "N/A",
        "free",
        "",
        "1-3",
        "5 or 6",
        "2 for 3",
        math.nan,
        math.inf,
        True,
        "1.2.3.4",
        "call 555 now",
        "9" * 400,
        10**400,
    ],
)
def test_what_is_no_number_stays_none(written: object) -> None:
    assert parse_number(written) is None


@pytest.mark.parametrize(
    ("written", "unit"), [("$5", "USD"), ("5 €", "EUR"), ("￥5", "CNY"), ("5元", "CNY"), ("5 kg", "kg"), ("5", "")]
)
def test_the_unit_is_read_from_the_value(written: str, unit: str) -> None:
    assert unit_of(written) == unit


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2024-03-05", "2024-03-05"), ("2024/3/5", "2024-03-05"), ("2024年3月5日", "2024-03-05"),
        ("2024年3月", "2024-03"),
        ("1999", "1999"), ("5 March 2024", "2024-03-05"), ("March 5, 2024", "2024-03-05"), ("Mar 2024", "2024-03-01"),
        ("2025-04-30T09:41:02.053Z", "2025-04-30"), (datetime.date(2024, 3, 5), "2024-03-05"),
        (datetime.datetime(2024, 3, 5, 1, 2), "2024-03-05"), ("2024-13-01", None), ("soon", None),
    ],
)  # fmt: skip
def test_dates_become_iso(written: object, date: str | None) -> None:
    assert parse_date(written) == date


@pytest.mark.parametrize(
    ("written", "truth"),
    [("yes", True), ("是", True), (1, True), ("FALSE", False), ("否", False), (0.0, False), ("maybe", None)],
)  # fmt: skip
def test_booleans_in_both_languages(written: object, truth: bool | None) -> None:
    assert parse_boolean(written) is truth


def test_missing_marks() -> None:
    assert all(map(is_missing, [None, math.nan, "", " N/A ", "null", "暂无", [], [None, ""]]))
    assert not any(map(is_missing, [0, False, "0", "none of it", ["x"]]))


def test_text_has_no_invisible_characters() -> None:
    assert as_text("\ufefftwo\u200b words\x07 ") == "two words"
    assert as_text([1.0, "b", None]) == "1, b"


def test_the_most_common_delimiter_wins() -> None:
    assert delimiter_of(["a|b", "c|d, e", "f"]) == "|"
    assert delimiter_of(["川菜、火锅", "粤菜"]) == "、"
    assert delimiter_of(["one", "two"]) == ""
