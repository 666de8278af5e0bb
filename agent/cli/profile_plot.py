"""A profile drawn: what somebody likes and does not like, and how strongly it still counts."""

from __future__ import annotations

from datetime import datetime

from rich.table import Table
from rich.text import Text

from ...tools.items import Language
from ...tools.profile.fade import age_in_days, faded
from ...tools.profile.model import Preference, UserProfile

MOST = 20
WIDTH = 16
"""Cells of a bar for the weight 1."""
_HEADINGS: dict[Language, tuple[str, str, str, str]] = {
    "en": ("", "does not like", "likes", "weight now, and days since"),
    "zh": ("", "不喜欢", "喜欢", "现在的权重，距今天数"),
}


def plotted(known: UserProfile, now: datetime, language: Language) -> Table:
    """The strongest preferences, a row each: dislikes grow to the left, likes to the right, as they weigh now."""
    table = Table(box=None, pad_edge=False)
    named, against, liking, weighing = _HEADINGS[language]
    table.add_column(named)
    table.add_column(against, justify="right", min_width=WIDTH)
    table.add_column(liking, min_width=WIDTH)
    table.add_column(weighing)
    for one in faded(known, now)[:MOST]:
        table.add_row(*_row(one, now))
    return table


def _row(one: Preference, now: datetime) -> tuple[Text, Text, Text, Text]:
    bar = "█" * max(1, round(abs(one.weight) * WIDTH))
    left, right = ("", bar) if one.weight >= 0 else (bar, "")
    days = round(age_in_days(one.time, now))
    return Text(one.value), Text(left, style="red"), Text(right, style="green"), Text(f"{one.weight:+.2f}  {days} d")
