"""What a message says beside pointing at a picture: "like this, under 20" asks for "under 20"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from ..tools.normalize import count_chinese

_WORDS = Path(__file__).with_name("pointing.yaml")
_LATIN = re.compile(r"[^\W\d_]+", re.ASCII)


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    return yaml.safe_load(_WORDS.read_text("utf-8"))


@lru_cache(maxsize=1)
def _dropping() -> re.Pattern[str]:
    return re.compile("|".join(_words()["dropping"]), re.IGNORECASE)


@lru_cache(maxsize=1)
def _pointing() -> tuple[tuple[re.Pattern[str], ...], frozenset[str], re.Pattern[str]]:
    """Patterns that point; English fillers; Chinese fillers as one pattern, the longest first."""
    words = _words()
    patterns = tuple(re.compile(one, re.IGNORECASE) for one in (*words["en"], *words["zh"]))
    fillers: Sequence[str] = sorted(words["fillers"]["zh"], key=len, reverse=True)
    return patterns, frozenset(words["fillers"]["en"]), re.compile("|".join(map(re.escape, fillers)))


def words_beside(text: str) -> str:
    """The text without what points at a picture; empty when nothing else is in it.

    >>> words_beside("something similar to this photo, under 20")
    'something , under 20'
    >>> words_beside("do you have this?")
    ''
    """
    patterns, latin, chinese = _pointing()
    left = text
    for pattern in patterns:
        left = pattern.sub(" ", left)
    told = _LATIN.sub(lambda found: "" if found.group().lower() in latin else found.group(), left)
    told = chinese.sub("", told) if count_chinese(told) else told
    return " ".join(left.split()) if any(map(str.isalnum, told)) else ""


def drops_picture(text: str) -> bool:
    """Whether the text puts the picture that was sent before away."""
    return _dropping().search(text) is not None


def beside_dropping(text: str) -> str:
    """The text without what puts a picture away; the text itself when it says nothing else.

    >>> beside_dropping("forget the picture, I want juice")
    ', I want juice'
    """
    left = _dropping().sub("", text).strip()
    return left if any(map(str.isalnum, left)) else text
