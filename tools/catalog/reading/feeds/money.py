"""Amounts of money as feeds write them: "19.99 USD", "$19.99", {"amount": 1999, "currency": "USD"}."""

from __future__ import annotations

import datetime
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
        return Unreadable(f"{text!r} {what}; write it as 19.99 {code if code in _digits() else 'USD'}")
    marks = [mark for mark in (found["before"].strip(), found["after"].strip()) if mark]
    codes = {_code_of(mark) for mark in marks or [str(currency or "").strip()] if mark}
    unknown = next((mark for mark in marks if _code_of(mark) not in _digits()), "")
    if unknown or len(codes) > 1:
        return Unreadable(f"{text!r} names no ISO 4217 currency; write it as 19.99 USD")
    return _amount(text, found["number"], next(iter(codes), ""))


def _amount(text: str, digits: str, code: str) -> Money | Unreadable:
    digits = re.sub(r"[\s\u00a0]", "", digits)
    if code and _digits().get(code, 2) < 3 and _THOUSANDS.fullmatch(digits):
        digits = digits.replace(".", "")
    amount = parse_number(digits)
    if amount is None:
        return Unreadable(f"{text!r} is not an amount of money; write it as 19.99 {code or 'USD'}")
    return Money(amount, code) if amount >= 0 else Unreadable(f"{text!r} is below zero; write what is to be paid")


def _read_object(value: Mapping[str, object]) -> Money | Unreadable:
    """Whole numbers are minor units, as the Agentic Commerce Protocol has them; 19.99 and "19.99" are not."""
    amount, currency = value.get("amount", value.get("value")), value.get("currency")
    code = str(currency or "").upper()
    if isinstance(amount, int) and not isinstance(amount, bool) and code in _digits():
        return Money(amount / 10 ** _digits()[code], code) if amount >= 0 else Unreadable(f"{amount} is below zero")
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
