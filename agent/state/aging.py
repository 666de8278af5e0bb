"""How old a thread is: the ids of checkpoints begin with the time they were made at."""

from __future__ import annotations

from datetime import datetime

_GREGORIAN_OFFSET = 0x01B21DD213814000
"""100 ns between the start of the Gregorian calendar, from which UUIDs count, and 1970."""


def first_id_of(moment: datetime) -> str:
    """The smallest checkpoint id of that moment, a version 6 UUID (RFC 9562); ids sort by their time."""
    ticks = int(moment.timestamp() * 10_000_000) + _GREGORIAN_OFFSET
    return f"{ticks >> 28:08x}-{ticks >> 12 & 0xFFFF:04x}-6{ticks & 0xFFF:03x}-8000-000000000000"
