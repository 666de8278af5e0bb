"""Trade item numbers, and whether their check digit is right."""

from __future__ import annotations

import re

_LENGTHS = (8, 12, 13, 14)
_ROUNDED = re.compile(r"^\d(?:\.\d+)?[eE]\+?\d+$")


def wrong_with_gtin(text: str) -> str:
    """What is wrong with a GTIN (GS1 General Specifications, 7.9: check digit); empty when it is right.

    >>> wrong_with_gtin("4006381333931")
    ''
    >>> wrong_with_gtin("4006381333930")
    'its check digit should be 1'
    """
    digits = re.sub(r"[\s-]", "", text)
    if _ROUNDED.match(digits):
        return "a spreadsheet has rounded it; format the column as text and export again"
    if not digits.isdigit() or len(digits) not in _LENGTHS:
        return "a GTIN has 8, 12, 13 or 14 digits"
    right = check_digit(digits[:-1])
    return "" if int(digits[-1]) == right else f"its check digit should be {right}"


def check_digit(digits: str) -> int:
    """The GS1 check digit: from the right, digits weigh 3 and 1 by turns.

    >>> check_digit("400638133393")
    1
    """
    weighted = sum(int(digit) * (1 if at % 2 else 3) for at, digit in enumerate(reversed(digits)))
    return -weighted % 10
