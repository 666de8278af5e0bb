"""Currencies and units: how people write them, and how they are shown in each language."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from ..items import Facet, FacetRole, Language
from ..normalize import normalize


@dataclass(frozen=True, slots=True)
class _Currency:
    symbol: str
    chinese: str
    words: tuple[str, ...]


_CURRENCIES = {
    "USD": _Currency("$", "美元", ("$", "us$", "usd", "dollar", "dollars", "buck", "bucks", "美元", "美金", "刀")),
    "CNY": _Currency("¥", "元", ("¥", "cny", "rmb", "yuan", "元", "块", "块钱", "人民币")),
    "EUR": _Currency("€", "欧元", ("€", "eur", "euro", "euros", "欧元")),
    "GBP": _Currency("£", "英镑", ("£", "gbp", "pound", "pounds", "英镑")),
    "JPY": _Currency("¥", "日元", ("¥", "jpy", "yen", "日元")),
    "HKD": _Currency("HK$", "港元", ("$", "hk$", "hkd", "港元", "港币")),
    "TWD": _Currency("NT$", "新台币", ("$", "nt$", "twd", "台币", "新台币")),
    "KRW": _Currency("₩", "韩元", ("₩", "krw", "won", "韩元")),
    "INR": _Currency("₹", "卢比", ("₹", "inr", "rupee", "rupees", "rs", "卢比")),
    "CAD": _Currency("CA$", "加元", ("$", "ca$", "cad", "加元")),
    "AUD": _Currency("A$", "澳元", ("$", "a$", "aud", "澳元")),
}

_UNIT_WORDS: tuple[tuple[str, ...], ...] = (
    ("minutes", "minute", "min", "mins", "分钟", "分"),
    ("hours", "hour", "h", "hr", "hrs", "小时"),
    ("days", "day", "天", "日"),
    ("year", "years", "yr", "yrs", "年", "岁"),
    ("g", "gram", "grams", "克"),
    ("kg", "kilogram", "kilograms", "kilo", "kilos", "公斤", "千克"),
    ("lb", "lbs", "磅"),
    ("oz", "ounce", "ounces", "盎司"),
    ("cm", "centimetre", "centimetres", "centimeter", "centimeters", "厘米"),
    ("mm", "millimetre", "millimetres", "millimeter", "millimeters", "毫米"),
    ("m", "metre", "metres", "meter", "meters", "米"),
    ("km", "kilometre", "kilometres", "kilometer", "kilometers", "公里", "千米"),
    ("inch", "inches", "in", '"', "英寸"),
    ("pages", "page", "页"),
    ("stars", "star", "星"),
    ("points", "point", "分"),
    ("%", "percent", "百分比"),
    ("kcal", "calories", "cal", "千卡", "卡"),
)
_CHINESE_UNITS = {"year": "年"}
_SCALES = {"k": 1e3, "thousand": 1e3, "千": 1e3, "万": 1e4, "m": 1e6, "million": 1e6, "亿": 1e8}
_QUANTITY = re.compile(
    r"(?P<before>[^\d.+-]*?)\s*(?P<number>[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:e[+-]?\d+)?)\s*(?P<after>\D*)"
)


def parse_quantity(text: str, unit: str) -> float | None:
    """A number as people write it, in the unit of the facet: `500`, `1,299.50`, `$5k`, `90 min`, `3万元`.

    None when it is not a finite number, or is in another unit: amounts are never converted.
    """
    found = _QUANTITY.fullmatch(normalize(text))
    if found is None or not any(map(str.isdigit, found["number"])):
        return None
    accepted = unit_words(unit)
    scale, after = _scale(found["after"].strip(), accepted)
    if any(word and word not in accepted for word in (found["before"].strip(), after)):
        return None
    number = float(found["number"].replace(",", "")) * scale
    return number if math.isfinite(number) else None


def show_number(number: float, facet: Facet | None, language: Language) -> str:
    """A number with its unit: `$1,299.50`, `1299.5美元`, `90 minutes`, `90分钟`; years have neither commas nor unit."""
    if facet is None:
        return _digits(number, grouped=True)
    if is_year(facet):
        return _digits(number) + ("年" if language == "zh" else "")
    currency = _CURRENCIES.get(facet.unit.upper())
    if language == "zh":
        return _digits(number) + (currency.chinese if currency else _chinese_unit(facet.unit))
    if currency:
        cents = not float(number).is_integer()
        return currency.symbol + (f"{number:,.2f}" if cents else f"{number:,.0f}")
    if not facet.unit:
        return _digits(number, grouped=True)
    return _digits(number, grouped=True) + ("" if facet.unit == "%" else " ") + facet.unit


def is_year(facet: Facet) -> bool:
    """True for a facet that says when something appeared, as a year or a date."""
    return facet.role is FacetRole.DATE


def unit_note(facet: Facet) -> str:
    """` in USD`, ` in minutes`, or nothing."""
    return f" in {facet.unit}" if facet.unit else ""


def unit_words(unit: str) -> frozenset[str]:
    """Everything people write for a unit or currency: for "USD" `$`, `dollars`, 美元; nothing for none."""
    if not unit:
        return frozenset()
    currency = _CURRENCIES.get(unit.upper())
    if currency:
        return frozenset(normalize(word) for word in currency.words)
    return frozenset((normalize(unit), *_same_unit(unit)))


def currency_words() -> frozenset[str]:
    """Everything people write for any currency."""
    return frozenset(normalize(word) for one in _CURRENCIES.values() for word in one.words)


def plain_units() -> frozenset[str]:
    """Words that mean a unit or currency wherever they follow a number; not those as short as `m` or `in`."""
    return frozenset(
        currency_words() | {word for words in _UNIT_WORDS for word in words if len(word) > 2 or word > "一"}
    )


def _same_unit(unit: str) -> tuple[str, ...]:
    return next((words for words in _UNIT_WORDS if normalize(unit) in words), ())


def _scale(after: str, accepted: frozenset[str]) -> tuple[float, str]:
    if after in accepted:
        return 1.0, after
    for word in sorted(_SCALES, key=len, reverse=True):
        rest = after.removeprefix(word)
        if rest != after and (not rest or rest.strip() in accepted):
            return _SCALES[word], rest.strip()
    return 1.0, after


def _digits(number: float, *, grouped: bool = False) -> str:
    if float(number).is_integer():
        return f"{number:,.0f}" if grouped else f"{number:.0f}"
    text = f"{number:,.4f}" if grouped else f"{number:.4f}"
    return text.rstrip("0").rstrip(".")


def _chinese_unit(unit: str) -> str:
    words = _same_unit(unit)
    if not words:
        return unit
    return _CHINESE_UNITS.get(words[0]) or next((word for word in words if not word.isascii()), unit)
