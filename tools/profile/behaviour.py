"""Behaviour logs: rows of user, item and a rating or a kind, with or without a time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ..errors import LogError
from .lines import Problems, Progress, table_rows
from .logs import is_future, read_time
from .model import FeedbackKind

_COLUMNS = {
    "user": ("user", "userid", "uid", "customer", "customerid", "member", "memberid", "reviewerid"),
    "item": ("item", "itemid", "product", "productid", "book", "bookid", "movie", "movieid", "asin", "sku", "id"),
    "rating": ("rating", "score", "stars", "overall"),
    "kind": ("kind", "event", "eventtype", "action", "type", "behavior", "behaviour"),
    "time": ("time", "timestamp", "ts", "date", "datetime", "createdat", "unixreviewtime"),
}
_KINDS = {
    FeedbackKind.LIKE: ("like", "liked", "love", "favorite", "favourite", "wishlist", "bookmark", "save"),
    FeedbackKind.DISLIKE: ("dislike", "disliked", "hate", "thumbs_down", "return", "returned", "refund"),
    FeedbackKind.SEEN: (
        "seen",
        "read",
        "watch",
        "watched",
        "listen",
        "listened",
        "play",
        "played",
        "finish",
        "finished",
    ),
    FeedbackKind.NOT_NOW: ("not_now", "skip", "skipped", "dismiss", "dismissed"),
    FeedbackKind.CHOSEN: ("chosen", "purchase", "purchased", "buy", "bought", "order", "ordered", "book", "booked"),
    FeedbackKind.VIEWED: ("viewed", "view", "click", "clicked", "visit", "detail", "cart", "add_to_cart", "addtocart"),
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words}
_SCALES = ((0.0, 1.0), (1.0, 5.0), (1.0, 10.0), (0.0, 100.0))
_NEUTRAL = 0.25
"""A rating nearer to the middle of the scale than this share of half its width is neither a like nor a dislike."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One row: what a user did with an item."""

    row: int
    user_id: str
    item_id: str
    kind: FeedbackKind
    strength: float
    rated: str = ""
    """The rating as it was written and its scale ("4 of 5"); empty when it was no rating."""
    time: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Layout:
    columns: Mapping[str, str]
    scale: tuple[float, float]


def read_behaviour(path: Path, problems: Problems, progress: Progress, *, now: datetime) -> Iterator[Behaviour]:
    """The rows of a behaviour file, one at a time; a first pass finds the scale of the ratings.

    Without a column for a rating or a kind every row counts as a view, the weakest that can be said.

    Raises:
        LogError: the file is missing, unreadable or empty, or has no column for the user or the item.
    """
    layout = _layout(path, progress)
    for row, values in table_rows(path, problems, progress):
        named = {name: values.get(column) for name, column in layout.columns.items()}
        wrong = _problem(named, layout, now)
        if wrong:
            problems.add(path, row, *wrong)
        else:
            yield _behaviour(row, named, layout.scale)


def judge(rating: float, scale: tuple[float, float]) -> tuple[FeedbackKind, float]:
    """A rating as a like, a dislike or, near the middle of the scale, as seen; with a strength in [0, 1]."""
    low, high = scale
    centred = max(-1.0, min(1.0, (rating - (low + high) / 2) / ((high - low) / 2)))
    if abs(centred) < _NEUTRAL:
        return FeedbackKind.SEEN, 1.0
    return (FeedbackKind.LIKE if centred > 0 else FeedbackKind.DISLIKE), abs(centred)


def _layout(path: Path, progress: Progress) -> _Layout:
    columns: dict[str, str] = {}
    highest = 0.0
    for _, values in table_rows(path, Problems(), progress):
        columns = columns or _columns(path, values)
        rating = _number(values.get(columns.get("rating", "")))
        highest = max(highest, rating) if rating is not None else highest
    if not columns:
        raise LogError(f"{path}: no rows.", cure="Give at least one row of user, item and rating or kind.")
    return _Layout(columns, _scale(path, columns, highest))


def _scale(path: Path, columns: Mapping[str, str], highest: float) -> tuple[float, float]:
    """The narrowest usual scale that holds the highest rating."""
    fitting = [scale for scale in _SCALES if highest <= scale[1]]
    if fitting:
        return fitting[0]
    raise LogError(
        f"{path}: column {columns['rating']!r} goes up to {highest:g}, which is no scale of ratings.",
        cure="Counts are not ratings: leave the column out, or give a column `kind` (viewed, chosen, like, ...).",
    )


def _columns(path: Path, values: Mapping[str, Any]) -> dict[str, str]:
    plain = {name.casefold().replace("_", "").replace(" ", ""): name for name in values}
    found = {name: plain[word] for name, words in _COLUMNS.items() if (word := _first(words, plain))}
    missing = [name for name in ("user", "item") if name not in found]
    if missing:
        raise LogError(
            f"{path}: no column for the {' or the '.join(missing)} among {', '.join(values)}.",
            cure="Name the columns user, item, rating or kind, and time.",
        )
    return found


def _first(words: tuple[str, ...], plain: Mapping[str, str]) -> str:
    return next((word for word in words if word in plain), "")


def _problem(named: Mapping[str, Any], layout: _Layout, now: datetime) -> tuple[str, str] | None:
    """(column, reason) of what makes a row unusable, or None."""
    for name in ("user", "item"):
        if not _word(named[name]):
            return layout.columns[name], "missing"
    wrong = _verdict_problem(named, layout)
    if wrong or not _word(named.get("time")):
        return wrong
    time = read_time(named["time"])
    if time is None:
        return layout.columns["time"], f"not a time: {str(named['time'])[:40]!r}"
    return (layout.columns["time"], f"lies in the future: {named['time']}") if is_future(time, now) else None


def _verdict_problem(named: Mapping[str, Any], layout: _Layout) -> tuple[str, str] | None:
    rating, kind = _word(named.get("rating")), _word(named.get("kind"))
    if rating and _number(rating) is None:
        return layout.columns["rating"], f"not a number: {rating[:40]!r}"
    if not rating and kind and kind.casefold() not in _KIND_OF:
        return layout.columns["kind"], f"unknown kind {kind[:40]!r}; known are {', '.join(FeedbackKind)}"
    if rating or kind or not {"rating", "kind"} & set(layout.columns):
        return None
    return layout.columns["rating" if "rating" in layout.columns else "kind"], "missing"


def _behaviour(row: int, named: Mapping[str, Any], scale: tuple[float, float]) -> Behaviour:
    user, item = _word(named["user"]), _word(named["item"])
    time = read_time(named["time"]) if _word(named.get("time")) else None
    rating = _number(named.get("rating"))
    if rating is None:
        kind = _KIND_OF.get(_word(named.get("kind")).casefold(), FeedbackKind.VIEWED)
        return Behaviour(row, user, item, kind, 1.0, "", time)
    return Behaviour(row, user, item, *judge(rating, scale), f"{rating:g} of {scale[1]:g}", time)


def _word(value: object) -> str:
    """The value as text; whole floats (a Parquet column with gaps) without their `.0`."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value).strip()


def _number(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
