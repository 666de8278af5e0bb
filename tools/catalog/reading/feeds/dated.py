"""Feeds whose prices hold for a time: they are read again every day."""

from __future__ import annotations

import datetime
from functools import cache

from .formats import known_formats

_DATED_PARTS = ("sale_period", "sale_from", "sale_until", "expires")


def is_dated(data: bytes) -> bool:
    """Whether a file has a field that says until when a price or a product holds."""
    return any(name in data for name in _names())


def today() -> bytes:
    """The day in UTC, for the stamp of a file that reads differently tomorrow."""
    return datetime.datetime.now(datetime.UTC).date().isoformat().encode()


@cache
def _names() -> tuple[bytes, ...]:
    """The fields of that use, as they are written with underscores, with spaces, and in Chinese."""
    named = {path for form in known_formats() for part in _DATED_PARTS for path in form.fields.get(part, ())}
    return tuple(one.encode() for path in sorted(named) for one in dict.fromkeys((path, path.replace("_", " "))))
