"""The words that signal something, read from the YAML files beside this module: code stays free of vocabulary."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_DATA = Path(__file__).parent / "data"
_NEVER = re.compile(r"(?!)")


@cache
def data(name: str) -> dict[str, Any]:
    """One YAML file as it stands."""
    return yaml.load(
        (_DATA / f"{name}.yaml").read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    )


@cache
def cue(name: str) -> re.Pattern[str]:
    """One pattern of all phrases of that name in both languages; phrases may be regular expressions."""
    return pattern({"en": data("en").get(name, []), "zh": data("zh").get(name, [])})


def pattern(phrases: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """Phrases by language as one pattern: English ones at word boundaries, Chinese ones anywhere."""
    english, chinese = _alternatives(phrases.get("en", ())), _alternatives(phrases.get("zh", ()))
    parts = ([rf"(?<![a-z0-9])(?:{english})(?![a-z0-9])"] if english else []) + ([f"(?:{chinese})"] if chinese else [])
    return re.compile("|".join(parts)) if parts else _NEVER


def _alternatives(phrases: Sequence[str]) -> str:
    return "|".join(sorted(phrases, key=len, reverse=True))


@cache
def _before(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{_open_ended(name)})(?:\s|{cue('filler_before').pattern})*$")


@cache
def _after(name: str) -> re.Pattern[str]:
    return re.compile(rf"\s*(?:{cue(name).pattern})")


def _open_ended(name: str) -> str:
    """The pattern without the word boundary at the end: "<5" and "under$5" count."""
    return cue(name).pattern.replace("(?![a-z0-9])", "(?![a-z])")


def stands_before(name: str, text: str, start: int, reach: int = 40) -> re.Match[str] | None:
    """The cue that ends right before `start`, fillers aside."""
    return _before(name).search(text, max(0, start - reach), start)


def stands_after(name: str, text: str, end: int) -> re.Match[str] | None:
    """The cue that begins right after `end`."""
    return _after(name).match(text, end)
