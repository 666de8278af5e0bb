"""Why rows cannot be used, and what to do about it where that does not go without saying."""

from __future__ import annotations

from ...profile.lines import Problems

NOT_IN_CATALOG = "not in the catalog"
NOT_UTF8 = "not UTF-8"
NOT_A_TIME = "not a time"
FUTURE = "lies in the future"

_TIMES = "Write times as 2023-11-14T22:13:20Z, 2023-11-14, 20231114 or seconds since 1970."
_CURES = {NOT_UTF8: "Save the file as UTF-8.", NOT_A_TIME: _TIMES, FUTURE: _TIMES}


def cure_of(found: Problems) -> str:
    """What to do about problems of one reason; empty when nothing need be said."""
    first = found.first[0].reason
    return next((cure for reason, cure in _CURES.items() if first.startswith(reason)), "")
