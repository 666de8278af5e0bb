"""Whether a product can be had, in the words of any shop."""

from __future__ import annotations

import re
from functools import cache

from ....normalize import normalize
from .formats import read_table

IN_STOCK, OUT_OF_STOCK, BACKORDER = "in stock", "out of stock", "backorder"
UNKNOWN = "unknown"
_ADDRESS = re.compile(r"^https?://schema\.org/")
_JOINTS = re.compile(r"[\s_-]+")


def read_availability(value: object) -> str | None:
    """`in stock`, `out of stock`, `preorder`, `backorder` or `unknown`; None for any other word.

    >>> read_availability("https://schema.org/PreOrder")
    'preorder'
    """
    return _states().get(_JOINTS.sub("", _ADDRESS.sub("", normalize(str(value)))))


@cache
def _states() -> dict[str, str]:
    return {word: state for state, words in read_table("availability.yaml").items() for word in words}
