"""Amounts of money as feeds write them: "19.99 USD", "$19.99", {"amount": 1999, "currency": "USD"}."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ....normalize import normalize
from ..values import CURRENCIES, parse_number
from .formats import read_table

_AMOUNT = re.compile(r"(?P<before>[^\d+-]*?)(?P<number>[+-]?\s?(?:\d[\d.,' \u00a0]*|(?<![A-Za-z])\.\d+))(?P<after>\D*)")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
_CODE = re.compile(r"[A-Z]{3}")
_HIGHEST, _SHOWN = 1e12, 60
_ZONE = re.compile(r"([+-]\d{2}):?(\d{2})$")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency; the currency is empty when none is written."""

    amount: float
    currency: str = ""

    def __str__(self) -> str:
        return f"{self.amount:.2f} {self.currency}".strip()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why something is no amount of money, and what to write instead."""

    reason: str


def read_money(value: object, currency: object = None) -> Money | Unreadable:
    """The amount that a field holds; `currency` is what another field says of it."""
    if isinstance(value, Mapping):
        return _read_object(value)
    text = str(value).strip()
    found = _AMOUNT.fullmatch(text)
    if not found:
        code = _code_of(text)
        what = "is a currency without an amount" if code in _digits() else "is not an amount of money"
        return Unreadable(f"{text[:_SHOWN]!r} {what}; write it as 19.99 {code if code in _digits() else 'USD'}")
    code = _code_beside(found["before"].strip(), found["after"].strip(), str(currency or "").strip())
    if code is None:
        return Unreadable(f"{text[:_SHOWN]!r} names no ISO 4217 currency; write it as 19.99 USD")
    digits = re.sub(r"[\s\u00a0]", "", found["number"])
    thousands = code and _digits()[code] < 3 and _THOUSANDS.fullmatch(digits)
    return _bounded(parse_number(digits.replace(".", "") if thousands else digits), code, text)


def _code_beside(before: str, after: str, field: str) -> str | None:
    """The code that is written beside an amount, else in a field of its own; empty for none, None for no known one.

    A sign such as $ may stand for several currencies: there the field decides.
    """
    marks = [mark for mark in (before, after) if mark]
    known = {_code_of(mark) for mark in marks}
    own = _code_of(field) if field else ""
    if not all(code in _digits() for code in known) or len(known) > 1 or (own and own not in _digits()):
        return None
    signs = not any(_CODE.fullmatch(mark.upper()) for mark in marks)
    return own if own and signs else next(iter(known), "")


def _bounded(amount: float | None, code: str, text: str) -> Money | Unreadable:
    if amount is None:
        return Unreadable(f"{text[:_SHOWN]!r} is not an amount of money; write it as 19.99 {code or 'USD'}")
    if not 0 <= amount < _HIGHEST:
        side = "below zero" if amount < 0 else "above any price"
        return Unreadable(f"{text[:_SHOWN]!r} is {side}; write what is to be paid")
    return Money(amount, code)


def _read_object(value: Mapping[str, object]) -> Money | Unreadable:
    """Whole numbers are minor units, as the Agentic Commerce Protocol has them; 19.99 and "19.99" are not."""
    amount, currency = value.get("amount", value.get("value")), value.get("currency")
    code = str(currency or "").upper()
    if isinstance(amount, int) and not isinstance(amount, bool) and code in _digits():
        return _bounded(amount / 10 ** _digits()[code] if abs(amount) < _HIGHEST * 1e3 else math.inf, code, str(amount))
    return read_money(amount if amount is not None else "", currency)


def _code_of(mark: str) -> str:
    """The ISO code of a sign, word or code; the mark itself when it is none of these."""
    upper = mark.upper()
    return upper if _CODE.fullmatch(upper) else _signs().get(normalize(mark), mark)


@cache
def _signs() -> dict[str, str]:
    written = read_table("currencies.yaml")["signs"]
    return CURRENCIES | {normalize(sign): code for code, signs in written.items() for sign in signs}


@cache
def _digits() -> dict[str, int]:
    """Digits after the decimal point by currency."""
    return {code: digits for digits, codes in read_table("currencies.yaml")["digits"].items() for code in codes}


def covers(period: str, now: datetime.datetime) -> bool | None:
    """Whether a period `start/end` of ISO 8601 moments holds a moment; None when it is no such period.

    Either end may be missing; a moment without a zone is in UTC, and a day alone lasts until its end.
    """
    start, slash, end = period.partition("/")
    first, last = moment(start), moment(end, end_of_day=True)
    if not slash or (start.strip() and first is None) or (end.strip() and last is None):
        return None
    return (first is None or first <= now) and (last is None or now <= last)


def moment(text: str, *, end_of_day: bool = False) -> datetime.datetime | None:
    """An ISO 8601 moment, `2026-11-25T13:00-0800` or `2026-11-25`; None when it is none."""
    try:
        found = datetime.datetime.fromisoformat(_ZONE.sub(r"\1:\2", text.strip()))
    except ValueError:
        return None
    if end_of_day and len(text.strip()) <= len("2026-11-25"):
        found += datetime.timedelta(days=1, microseconds=-1)
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)
