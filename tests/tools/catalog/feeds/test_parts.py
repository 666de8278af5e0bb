"""Amounts, availability, identifiers and marked-up texts, each by itself."""

import datetime
from typing import Any

import pytest
from langgraph_recommender.tools.catalog.reading.feeds.availability import read_availability
from langgraph_recommender.tools.catalog.reading.feeds.identifiers import wrong_with_gtin
from langgraph_recommender.tools.catalog.reading.feeds.money import Money, Unreadable, covers, read_money
from langgraph_recommender.tools.catalog.reading.feeds.plaintext import plain_text

NOW = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("value", "amount", "currency"),
    [
        ("79.99 USD", 79.99, "USD"),
        ("USD 79.99", 79.99, "USD"),
        ("79.99USD", 79.99, "USD"),
        ("$79.99", 79.99, "USD"),
        ("79,99 EUR", 79.99, "EUR"),
        ("1.299,00 EUR", 1299.0, "EUR"),
        ("1.299 EUR", 1299.0, "EUR"),
        ("1,299.00 usd", 1299.0, "USD"),
        ("12.500 KWD", 12.5, "KWD"),
        ("¥199", 199.0, "CNY"),
        ("199元", 199.0, "CNY"),
        ("人民币199", 199.0, "CNY"),
        ("HK$ 88", 88.0, "HKD"),
        ("R$ 20,00", 20.0, "BRL"),
        ("Rs.500", 500.0, "INR"),
        (".99 USD", 0.99, "USD"),
        ("12.00", 12.0, ""),
        (19.5, 19.5, ""),
        ({"amount": 1999, "currency": "USD"}, 19.99, "USD"),
        ({"amount": 5000, "currency": "JPY"}, 5000.0, "JPY"),
        ({"amount": "19.99", "currency": "EUR"}, 19.99, "EUR"),
    ],
)
def test_amounts(value: Any, amount: float, currency: str) -> None:
    assert read_money(value) == Money(amount, currency)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("free", "is not an amount of money"),
        ("USD", "is a currency without an amount; write it as 19.99 USD"),
        ("-3 USD", "below zero"),
        ("12 XXX", "names no ISO 4217 currency"),
        ("100 kr", "names no ISO 4217 currency"),
        ("10 to 20 USD", "is not an amount of money"),
        ("https://shop.example.com/1", "names no ISO 4217 currency"),
        ({"currency": "USD"}, "is not an amount"),
        ({"amount": -5, "currency": "USD"}, "below zero"),
        ("9" * 400 + " USD", "is not an amount of money"),
        ("9" * 13 + " USD", "above any price"),
    ],
)
def test_what_is_no_amount(value: Any, reason: str) -> None:
    found = read_money(value)
    assert isinstance(found, Unreadable)
    assert reason in found.reason


def test_a_currency_may_stand_in_a_field_of_its_own() -> None:
    assert read_money("5", "eur") == Money(5.0, "EUR")
    assert read_money("$5", "CAD") == Money(5.0, "CAD")
    assert read_money("5 USD", "CAD") == Money(5.0, "USD")
    assert isinstance(read_money("5", "gold"), Unreadable)


@pytest.mark.parametrize(
    ("period", "inside"),
    [
        ("2026-11-01T13:00-0800/2026-11-30T15:30-0800", True),
        ("2026-11-01/2026-11-21", True),
        ("2026-11-01/2026-11-20", False),
        ("2026-12-01/2026-12-20", False),
        ("2026-11-01/", True),
        ("/2026-11-20T00:00Z", False),
        ("November", None),
        ("2026-11-01", None),
    ],
)
def test_periods(period: str, inside: bool | None) -> None:
    assert covers(period, NOW) is inside


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("in_stock", "in stock"),
        ("In stock", "in stock"),
        (True, "in stock"),
        ("https://schema.org/OutOfStock", "out of stock"),
        ("http://schema.org/SoldOut", "out of stock"),
        ("pre_order", "preorder"),
        ("backorder", "backorder"),
        ("有货", "in stock"),
        ("缺货", "out of stock"),
        ("maybe", None),
    ],
)
def test_availability(word: object, state: str | None) -> None:
    assert read_availability(word) == state


@pytest.mark.parametrize("right", ["4006381333931", "96385074", "036000291452", "00012345600012", "978-0-306-40615-7"])
def test_right_identifiers(right: str) -> None:
    assert wrong_with_gtin(right) == ""


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("4006381333930", "check digit should be 1"),
        ("123", "8, 12, 13 or 14 digits"),
        ("ABCDEFGH", "8, 12, 13 or 14 digits"),
        ("4.00638E+12", "spreadsheet"),
    ],
)
def test_wrong_identifiers(wrong: str, reason: str) -> None:
    assert reason in wrong_with_gtin(wrong)


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        (
            "<p>Soft &amp; warm</p><ul><li>100% wool</li><li>by <b>hand</b></li></ul>",
            "Soft & warm\n- 100% wool\n- by hand",
        ),
        ("<style>p {}</style><script>x()</script><!-- no -->yes", "yes"),
        ("one<br/>two&nbsp;three", "one\ntwo three"),
        ("&lt;p&gt;escaped twice&lt;/p&gt;", "escaped twice"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("R&D", "R&D"),
        ("<p>never closed <b>at all", "never closed at all"),
    ],
)
def test_marked_up_text(marked: str, plain: str) -> None:
    assert plain_text(marked) == plain
