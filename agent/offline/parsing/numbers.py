"""Numbers in digits and words, English and Chinese: 1,200, 5k, two grand, 1.5万, 五千, 一千二."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_SMALL = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    word: 10 * n
    for n, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2)
}
_SCALES = {"hundred": 100, "thousand": 1e3, "grand": 1e3, "k": 1e3, "million": 1e6, "mil": 1e6, "billion": 1e9}
_ONES = _SMALL | _TENS | {"dozen": 12}
_DIGIT = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_CHINESE_SCALES = {"十": 10, "百": 100, "千": 1000, "k": 1000, "万": 10_000, "w": 10_000, "亿": 100_000_000}

_LONGEST, _HUGE = 16, 1e15
"""Digits from which a number is as good as without end, and what stands for it."""
_ONE = "|".join(sorted(_ONES, key=len, reverse=True))
_SCALE = "hundreds?|thousands?|grand|million|mil|billion"
_LEAD = rf"(?:half a|a couple(?: of)?|couple(?: of)?|a few|an?|{_ONE})"
_WORDS = re.compile(
    rf"(?<![a-z0-9])(?:{_LEAD}[ -](?:and a half )?(?:{_SCALE})|(?:{_ONE}))"
    rf"(?:[ -](?:and )?(?:{_ONE}|{_SCALE}))*(?![a-z0-9])"
)
_DIGITS = re.compile(
    r"(?<![a-z0-9.])(\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:((?: ?(?:k|mil|grand)| (?:{_SCALE})|w)(?![a-z0-9]))|( ?[十百千万亿]+))?"
)
_CHINESE = re.compile(r"[零〇一二两三四五六七八九十百千万亿]*[零〇一二两三四五六七八九十百千万亿]|半")


class Number(NamedTuple):
    """A number in the text: offsets, value, and whether it was written with digits."""

    start: int
    end: int
    value: float
    digits: bool


def find_numbers(text: str) -> list[Number]:
    """Every number of a folded text, left to right, without overlaps."""
    found: list[Number] = []
    for number in sorted((*_digits(text), *_words(text), *_chinese(text)), key=lambda one: (one.start, -one.end)):
        if not found or number.start >= found[-1].end:
            found.append(number)
    return found


def _digits(text: str) -> Iterator[Number]:
    for match in _DIGITS.finditer(text):
        value = float(match.group(1).replace(",", "")) if len(match.group(1)) < _LONGEST else _HUGE
        scale = (match.group(2) or match.group(3) or "").strip()
        for part in [scale] if scale.isascii() else scale:
            value *= _SCALES.get(part.removesuffix("s")) or _CHINESE_SCALES.get(part, 1)
        yield Number(match.start(), match.end(), min(value, _HUGE), digits=True)


def _words(text: str) -> Iterator[Number]:
    for match in _WORDS.finditer(text):
        yield Number(match.start(), match.end(), english_value(match.group()), digits=False)


def english_value(phrase: str) -> float:
    """The value of a number in English words.

    >>> english_value("two thousand five hundred"), english_value("a couple hundred"), english_value("half a million")
    (2500.0, 200.0, 500000.0)
    """
    total, current = 0.0, 0.0
    for word in re.split(r"[ -]+", phrase):
        single = word.removesuffix("s")
        if word in _ONES:
            current += _ONES[word]
        elif single in _SCALES:
            current = (current or 1) * _SCALES[single]
            if _SCALES[single] >= 1000:
                total, current = total + current, 0.0
        else:
            current += {"half": 0.5, "couple": 2.0, "few": 3.0}.get(word, 0.0)
    return total + current


def _chinese(text: str) -> Iterator[Number]:
    for match in _CHINESE.finditer(text):
        value = chinese_value(match.group())
        if value is not None:
            yield Number(match.start(), match.end(), value, digits=False)


def chinese_value(phrase: str) -> float | None:
    """The value of a number in Chinese characters; a digit after a scale stands for the next lower one.

    >>> chinese_value("一千二"), chinese_value("一百零五"), chinese_value("两万五"), chinese_value("二〇一〇")
    (1200.0, 105.0, 25000.0, 2010.0)
    """
    if phrase == "半":
        return 0.5
    if all(letter in _DIGIT for letter in phrase):
        return float("".join(str(_DIGIT[letter]) for letter in phrase)) if len(phrase) < 10 else None
    total, section, digit, last, zero = 0.0, 0.0, 0.0, 1, False
    for letter in phrase:
        if letter in _DIGIT:
            digit, zero = float(_DIGIT[letter]), zero or letter in "零〇"
            continue
        scale = _CHINESE_SCALES[letter]
        if scale >= 10_000:
            total, section = (total + section + digit) * scale, 0.0
        else:
            section += (digit or (1.0 if scale == 10 or not section else 0.0)) * scale
        digit, last, zero = 0.0, scale, False
    shorthand = last / 10 if last >= 100 and phrase[-1] in _DIGIT and not zero else 1
    return total + section + digit * shorthand
