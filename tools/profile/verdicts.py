"""What the columns of a behaviour file are called, and what a rating or a word of it says of an item."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from ..errors import LogError
from .model import FeedbackKind

Verdict = tuple[FeedbackKind, float]
"""What is said, and how strongly, in (0, 1]."""
Scale = tuple[float, float]
"""Lowest and highest rating."""

NEUTRAL = 0.25
"""A rating nearer to the middle of the scale than this share of half its width is neither a like nor a dislike."""
_WORDS: dict[str, Any] = yaml.safe_load((files(__package__ or "") / "behaviour_words.yaml").read_text(encoding="utf-8"))
VERDICTS: dict[str, Verdict] = {
    word: (FeedbackKind(entry["says"]), entry.get("strength", 1.0))
    for entry in _WORDS["kinds"]
    for word in entry["words"]
}
"""By the word of a kind column, in lower case."""


def columns_of(path: Path, names: Iterable[str]) -> dict[str, str]:
    """The file's own names of the columns user, item, rating, kind and time, as far as it has them.

    Raises LogError when there is none for the user or none for the item.
    """
    listed = [str(name) for name in names]
    plain = {_plain(name): name for name in reversed(listed)}
    first = {role: next((word for word in words if word in plain), "") for role, words in _WORDS["columns"].items()}
    found = {role: plain[word] for role, word in first.items() if word}
    missing = [role for role in ("user", "item") if role not in found]
    if missing:
        raise LogError(
            f"{path}: no column for the {' or the '.join(missing)} among {', '.join(listed)[:300]}.",
            cure=f"{_near(missing, listed)}Name the columns user, item, rating or kind, and time.",
        )
    return found


def judge(rating: float, scale: Scale) -> Verdict:
    """A rating as a like, a dislike or, near the middle of the scale, as seen; with a strength in [0, 1]."""
    low, high = scale
    centred = max(-1.0, min(1.0, (rating - (low + high) / 2) / ((high - low) / 2)))
    if abs(centred) < NEUTRAL:
        return FeedbackKind.SEEN, 1.0
    return (FeedbackKind.LIKE if centred > 0 else FeedbackKind.DISLIKE), abs(centred)


def scale_of(path: Path, column: str, highest: float) -> Scale:
    """The narrowest usual scale that holds the highest rating. Raises LogError when it is above all scales."""
    for low, high in _WORDS["scales"]:
        if highest <= high:
            return float(low), float(high)
    raise LogError(
        f"{path}: column {column!r} goes up to {highest:g}, which is no scale of ratings.",
        cure="Counts are not ratings: leave the column out, or give a column `kind` (viewed, chosen, like, ...).",
    )


def _near(roles: Iterable[str], names: list[str]) -> str:
    """`Is 'usr_id' the user?` of each column whose name is nearly one that is looked for."""
    found = ""
    for role in roles:
        near = [name for name in names if get_close_matches(_plain(name), _WORDS["columns"][role], n=1, cutoff=0.75)]
        found += f"Is {near[0]!r} the {role}? " if near else ""
    return found


def _plain(name: str) -> str:
    """`User ID` and `user_id:token` (RecBole) are `userid`."""
    return name.split(":")[0].casefold().replace("_", "").replace(" ", "").strip()
