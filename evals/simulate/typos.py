"""Typing errors: a neighbouring key, letters swapped, left out or doubled; in Chinese a character that sounds alike."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from random import Random

import yaml

from ...tools.normalize import has_chinese

_LONGEST_SAFE = 4
_WORD = re.compile(rf"[a-z]{{{_LONGEST_SAFE + 1},}}", re.IGNORECASE)
_CHINESE = re.compile(r"(?<![不别没无非])[一-鿿](?<![不别没无非])")
"""A character that may be mistyped: none of a refusal, which would ask for the opposite."""
_MOST = 2
_DROPPED = 0.25


def mistype(text: str, rng: Random) -> str:
    """The text with one or two typing errors, none in a number or in a short word, where it may change the meaning."""
    for _ in range(rng.randint(1, _MOST)):
        text = _mistype_chinese(text, rng) if has_chinese(text) else _mistype_latin(text, rng)
    return text


def _mistype_latin(text: str, rng: Random) -> str:
    words = list(_WORD.finditer(text))
    if not words:
        return text
    word = rng.choice(words)
    return text[: word.start()] + _slip(word.group(), rng) + text[word.end() :]


def _slip(word: str, rng: Random) -> str:
    place = rng.randint(1, len(word) - 2)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    kind = rng.choice(("neighbour", "swap", "drop", "double"))
    if kind == "swap":
        return before + after[0] + letter + after[1:]
    if kind == "drop":
        return before + after
    wrong = letter * 2 if kind == "double" else rng.choice(_neighbours()[letter.casefold()])
    return before + wrong + after


def _mistype_chinese(text: str, rng: Random) -> str:
    alike = [(match.start(), match.group()) for match in _CHINESE.finditer(text) if match.group() in _sound_alike()]
    if alike and rng.random() >= _DROPPED:
        place, character = rng.choice(alike)
        return text[:place] + rng.choice(_sound_alike()[character]) + text[place + 1 :]
    places = [match.start() for match in _CHINESE.finditer(text)]
    if len(places) <= _LONGEST_SAFE:
        return text
    place = rng.choice(places)
    return text[:place] + text[place + 1 :]


@cache
def _table() -> dict[str, list[str]]:
    return yaml.safe_load((Path(__file__).parent / "typos.yaml").read_text(encoding="utf-8"))


@cache
def _neighbours() -> dict[str, str]:
    beside = dict[str, str]()
    for row in _table()["keyboard"]:
        for place, key in enumerate(row):
            beside[key] = row[max(0, place - 1) : place] + row[place + 1 : place + 2]
    return beside


@cache
def _sound_alike() -> dict[str, str]:
    found = dict[str, str]()
    for group in _table()["sound_alike"]:
        for one in group:
            found[one] = found.get(one, "") + group.replace(one, "")
    return found
