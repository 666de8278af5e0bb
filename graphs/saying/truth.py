"""Whether a sentence says only what is known: its numbers, its titles and its ids are looked up."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...tools.normalize import normalize
from ..briefs import ReplyBrief

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_NAMED = re.compile(r"《([^》]{1,120})》|\*\*([^*]{2,120})\*\*")
_QUOTED = re.compile(r"“([^”]{2,120})”|\"([^\"]{2,120})\"|「([^」]{2,120})」")
_NAME_LIKE = re.compile(r"[^\W\d_a-z][^\W_]*\s+\S|[㐀-鿿]{5}")
"""Words in quotation marks are taken for a name when they start with a capital and go on, or are long in Chinese."""
_LISTED = re.compile(r"^\s*(?:[-•*]|\d+[.、)])\s*([^—:：(（,，\n]{2,120})", re.MULTILINE)
_ID = re.compile(r"\b(?:item[ _]?)?ids?\b", re.IGNORECASE)
_SMALL = 20
"""Counting words and ranks up to this are not facts about items."""
_EDGES = ' *_“”"《》.。!?！？'


class Truth:
    """What may be said in one reply, given the text that holds all that is known."""

    def __init__(self, known: str) -> None:
        self._text = normalize(known).replace("\\u003c", "<")
        self._numbers = {_value(one) for one in _NUMBER.findall(self._text)}

    @classmethod
    def of(cls, brief: ReplyBrief, words: str = "") -> Truth:
        """What the brief holds, and what the person said themselves."""
        return cls(f"{brief.model_dump_json()} {words}")

    def holds(self, sentence: str) -> bool:
        """Whether the sentence is known, and speaks of no id."""
        return not _ID.search(sentence) and self.knows(sentence)

    def knows(self, sentence: str) -> bool:
        """False when the sentence has a number, or a quoted, bold or listed name, that is not in the text."""
        return not any(self._foreign(sentence))

    def _foreign(self, sentence: str) -> Iterator[bool]:
        for number in map(_value, _NUMBER.findall(normalize(sentence))):
            yield number > _SMALL and not any(_close(number, one) for one in self._numbers)
        for name in _names(sentence):
            yield normalize(name) not in self._text


def _names(sentence: str) -> Iterator[str]:
    for found in _NAMED.findall(sentence):
        yield from (name.strip(_EDGES) for name in found if name.strip(_EDGES))
    for found in _QUOTED.findall(sentence):
        yield from (name.strip(_EDGES) for name in found if _NAME_LIKE.match(name))
    yield from (name.strip(_EDGES) for name in _LISTED.findall(sentence) if name.strip(_EDGES))


def _value(text: str) -> float:
    return float(text.replace(",", ""))


def _close(said: float, held: float) -> bool:
    """Rounding is no lie: 899 for 899.99, 4.3 for 4.34."""
    return abs(said - held) <= max(0.051, 0.005 * abs(held)) or int(said) == int(held)
