"""Checks of the feeling that was recognised, and of how the reply met it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import yaml

from ...graphs.understanding import Emotion
from ...tools.items import Language
from .moment import Moment
from .reply import own_words

_CHEER = "cheer"


def recognised(wanted: tuple[str, ...], moment: Moment) -> Iterator[str]:
    """Another emotion."""
    if moment.now.emotion not in wanted:
        yield moment.now.emotion or "none"


def acknowledged(wanted: bool, moment: Moment) -> Iterator[str]:
    """Nothing said to the feeling where something should be, or something where nothing should."""
    stated = moment.expect.emotion.recognised if moment.expect.emotion else ()
    feelings = stated or (moment.now.emotion,)
    said = [words for one in feelings for words in _met(one, moment)]
    if wanted and not said:
        yield f"nothing said to {' or '.join(feelings)}: {moment.now.reply[:120]}"
    elif said and not wanted:
        yield f"{said[0]!r} said: {moment.now.reply[:120]}"


def not_cheered(_wanted: bool, moment: Moment) -> Iterator[str]:
    """Words of delight."""
    yield from (f"{words!r} said: {moment.now.reply[:120]}" for words in _found(_CHEER, moment))


def _met(feeling: str, moment: Moment) -> Iterator[str]:
    """What the reply says to a feeling; to a neutral message it should say nothing to any."""
    feelings = [one for one in Emotion if one is not Emotion.NEUTRAL] if feeling == Emotion.NEUTRAL else [feeling]
    return (words for one in feelings for words in _found(one, moment))


def _found(kind: str, moment: Moment) -> Iterator[str]:
    spoken = moment.expect.language or moment.language
    text = own_words(moment)
    found = (pattern.search(text) for pattern in _patterns()[spoken].get(kind, ()))
    return (match.group(0) for match in found if match)


@cache
def _patterns() -> Mapping[Language, Mapping[str, tuple[re.Pattern[str], ...]]]:
    held = yaml.safe_load(Path(__file__).with_name("emotion.yaml").read_text("utf-8"))
    return {
        language: {kind: tuple(re.compile(one, re.IGNORECASE) for one in patterns) for kind, patterns in kinds.items()}
        for language, kinds in held.items()
    }
