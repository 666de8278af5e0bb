"""Typing mistakes: an unknown word becomes the nearest word that the catalog or the cues know."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import cache

from rapidfuzz.distance import OSA

from .lexicon_index import common_words
from .parsing.cues import data
from .parsing.text import Message, stem

MAX_CORRECTED = 20
_SHORTEST = 5
_SHORTEST_FAR = 6
"""Letters from which a word is corrected towards titles and names, which are many."""
_TWO_EDITS = 8
_VOWELS = frozenset("aeiouy")

Buckets = Mapping[str, tuple[str, ...]]


def bucketed(vocabulary: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Words by first letter, so that a look-up compares only a part of them."""
    buckets: dict[str, list[str]] = defaultdict(list)
    for word in sorted(set(vocabulary)):
        if len(word) >= _SHORTEST - 1 and word.isascii() and word.isalpha():
            buckets[word[0]].append(word)
    return {letter: tuple(held) for letter, held in buckets.items()}


@cache
def cue_buckets() -> dict[str, tuple[str, ...]]:
    """The words that structure a message ("under", "cheaper", "recommend")."""
    return bucketed(data("words")["correctable"].split())


def nearest(word: str, buckets: Buckets, shortest: int = 0) -> str | None:
    """The one nearest word: one edit, or two from eight letters on; None when there is none, a tie, or it is short."""
    if len(word) < shortest and set(word) & _VOWELS:
        return None
    allowed = 2 if len(word) >= _TWO_EDITS else 1
    best: list[str] = []
    least = allowed
    for other in buckets.get(word[0], ()):
        if abs(len(other) - len(word)) <= least:
            distance = OSA.distance(word, other, score_cutoff=least)
            if distance < least or (distance == least and not best):
                best, least = [other], distance
            elif distance == least:
                best.append(other)
    return best[0] if best and len({stem(one) for one in best}) == 1 else None


def written_out(text: str) -> str:
    """Abbreviations with a slash or of two words written out."""
    short: dict[str, str] = data("words")["abbreviations"]
    return _abbreviation().sub(lambda found: short[found.group().lower()], text)


@cache
def _abbreviation() -> re.Pattern[str]:
    longest = sorted(data("words")["abbreviations"], key=len, reverse=True)
    return re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(map(_whole, longest))})", re.IGNORECASE)


def _whole(short: str) -> str:
    return re.escape(short) + ("(?![A-Za-z0-9])" if short[-1].isalnum() else "")


def corrected(
    message: Message, known: AbstractSet[str], vocabularies: Iterable[Buckets], kept: AbstractSet[int] = frozenset()
) -> Message:
    """The message with slang written out and unknown words corrected; the very message when nothing changed.

    The tokens at the places `kept` stay as they are.
    """
    slang = data("words")["slang"]
    raw, shift, budget = message.raw, 0, MAX_CORRECTED
    near, *far = vocabularies
    tried = [(cue_buckets(), 0), (near, 0), *((one, _SHORTEST_FAR) for one in far)]
    for place, token in enumerate(message.tokens):
        if place in kept:
            continue
        better = slang.get(token.text)
        if better is None and budget and _doubtful(token.text, known):
            budget -= 1
            better = next((found for one, least in tried if (found := nearest(token.text, one, least))), None)
        if better is not None and better != token.text:
            raw = raw[: token.start + shift] + better + raw[token.end + shift :]
            shift += len(better) - (token.end - token.start)
    return message if raw == message.raw else Message.read(raw)


def _doubtful(word: str, known: AbstractSet[str]) -> bool:
    shortest = _SHORTEST if set(word) & _VOWELS else _SHORTEST - 1
    if len(word) < shortest or not (word.isascii() and word.isalpha()):
        return False
    return stem(word) not in known and stem(word) not in common_words()
