"""From what a source file holds to the value of a facet."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Sequence

from ...items import Facet, FacetKind, FacetValue
from ...normalize import normalize

MISSING = frozenset(
    {"", "n/a", "na", "nan", "null", "none", "-", "--", "?", "unknown", "无", "暂无", "未知", "nil", "#n/a"}
)
_LONGEST_MISSING = max(map(len, MISSING))
MINUTES = "minutes"
DELIMITERS = ("|", ";", "；", "、", ",", "，", "/")
CURRENCIES = {"$": "USD", "us$": "USD", "usd": "USD", "€": "EUR", "eur": "EUR", "£": "GBP", "gbp": "GBP", "¥": "CNY",
              "￥": "CNY", "元": "CNY", "rmb": "CNY", "cny": "CNY", "人民币": "CNY", "jpy": "JPY", "円": "JPY",
              "₹": "INR", "inr": "INR", "hk$": "HKD", "hkd": "HKD"}  # fmt: skip
_NUMBER = re.compile(
    r"^(?P<before>[^\d\s+.-]{0,4})\s*(?P<sign>[+-]?)\s*(?P<digits>\d[\d.,' ]*|\.\d+)"
    r"\s*(?P<scale>[万亿]?)\s*(?P<after>[^\d]{0,14})$"
)
_CLOCK = re.compile(r"^(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)$")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2060\ufeff]")
_UNIT_WORDS = 2
_SCALE = {"": 1.0, "万": 1e4, "亿": 1e8}
_TRUE = frozenset({"true", "yes", "y", "t", "1", "是", "有", "√"})
_FALSE = frozenset({"false", "no", "n", "f", "0", "否", "没有", "×"})
_DATE = re.compile(r"^(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?月?)?(?:[T ].*)?年?$")
_WRITTEN_DATES = ("%d %B %Y", "%B %d, %Y", "%d %b %Y", "%b %d, %Y", "%m/%d/%Y", "%d.%m.%Y", "%b %Y", "%B %Y")


def is_missing(value: object) -> bool:
    """Whether the source says that there is no value: null, NaN, empty, "N/A", "暂无"."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return True
    if isinstance(value, (list, tuple)):
        return all(is_missing(part) for part in value)
    return isinstance(value, str) and len(short := value.strip()) <= _LONGEST_MISSING and normalize(short) in MISSING


def parse_number(value: object) -> float | None:
    """3, "3", "$1,299.00", "12 pcs", "1.299,50 €", "3.5万" -> a finite number; anything else -> None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return _finite(value)
    found = _NUMBER.match(str(value).strip())
    if not found or normalize(found["before"]) not in ("", *CURRENCIES) or len(found["after"].split()) > _UNIT_WORDS:
        return None
    digits = _decimal_point(found["digits"].replace(" ", "").replace("'", ""))
    if digits is None:
        return None
    sign = -1 if found["sign"] == "-" else 1
    return _finite(sign * float(digits) * _SCALE[found["scale"]])


def _finite(number: float) -> float | None:
    """The number as a float; None for one that no float holds."""
    try:
        return float(number) if math.isfinite(number) else None
    except OverflowError:
        return None


def parse_clock(value: object) -> float | None:
    """Minutes of a written length, to two places: "4:44" is minutes and seconds, "1:02:03" begins with hours."""
    found = _CLOCK.match(str(value).strip())
    if not found:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return round(60 * hours + minutes + seconds / 60, 2)


def unit_of(value: object) -> str:
    """The currency code or unit word written beside a number; empty when there is none."""
    found = _NUMBER.match(str(value).strip())
    if not found:
        return ""
    before, after = normalize(found["before"]), normalize(found["after"])
    return CURRENCIES.get(before) or CURRENCIES.get(after) or after


def parse_date(value: object) -> str | None:
    """An ISO date (or year, or year and month) from the usual spellings; None when it is none."""
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()[:10]
    text = str(value).strip()
    found = _DATE.match(text)
    if found:
        return _iso([int(part) for part in found.groups() if part])
    for form in _WRITTEN_DATES:
        try:
            return datetime.datetime.strptime(text, form).date().isoformat()
        except ValueError:
            continue
    return None


def parse_boolean(value: object) -> bool | None:
    """True and false in the usual spellings of both languages; None when it is neither."""
    if isinstance(value, bool):
        return value
    word = normalize(str(value).removesuffix(".0"))
    return True if word in _TRUE else False if word in _FALSE else None


def as_text(value: object) -> str:
    """A value as text: lists joined by commas, whole floats without their point, no invisible characters."""
    if isinstance(value, (list, tuple)):
        return ", ".join(as_text(part) for part in value if not is_missing(part))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    return _INVISIBLE.sub("", str(value)).strip()


def delimiter_of(values: Sequence[str]) -> str:
    """The delimiter that a column of delimiter-separated strings uses; empty when it uses none."""
    counts = {mark: sum(mark in value for value in values) for mark in DELIMITERS}
    best = max(DELIMITERS, key=lambda mark: counts[mark])
    return best if counts[best] else ""


def convert(value: object, facet: Facet, delimiter: str = "") -> FacetValue | None:
    """The facet's value, or None when the source value is not one of its kind."""
    match facet.kind:
        case FacetKind.NUMERIC:
            number = parse_number(_single(value))
            return parse_clock(_single(value)) if number is None and facet.unit == MINUTES else number
        case FacetKind.DATE:
            return parse_date(_single(value))
        case FacetKind.BOOLEAN:
            return parse_boolean(_single(value))
        case FacetKind.MULTI:
            return _parts(value, delimiter) or None
        case FacetKind.CATEGORICAL:
            return as_text(value) or None


def _single(value: object) -> object:
    return value[0] if isinstance(value, (list, tuple)) and len(value) == 1 else value


def _parts(value: object, delimiter: str) -> tuple[str, ...]:
    if isinstance(value, (list, tuple)):
        parts = [as_text(part) for part in value if not is_missing(part)]
    else:
        text = as_text(value)
        parts = [part.strip() for part in text.split(delimiter)] if delimiter else [text]
    return tuple(dict.fromkeys(part for part in parts if part))


def _decimal_point(digits: str) -> str | None:
    """One reading of thousands separators and decimal marks, or None when there is none."""
    if "," in digits and "." in digits:
        comma_is_decimal = digits.rfind(",") > digits.rfind(".")
        digits = digits.replace(".", "").replace(",", ".") if comma_is_decimal else digits.replace(",", "")
    elif "," in digits:
        head, _, tail = digits.rpartition(",")
        digits = f"{head}.{tail}" if "," not in head and len(tail) in (1, 2) else digits.replace(",", "")
    return digits if re.fullmatch(r"\d*\.?\d*", digits) and digits.strip(".") else None


def _iso(parts: list[int]) -> str | None:
    try:
        datetime.date(*[*parts, 1, 1][:3])
    except ValueError:
        return None
    return "-".join([f"{parts[0]:04d}", *[f"{part:02d}" for part in parts[1:]]])
