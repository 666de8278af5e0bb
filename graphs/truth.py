"""Whether a sentence says only what the brief holds: its numbers and its titles are looked up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..tools.catalog import Catalog
from ..tools.normalize import normalize
from .briefs import ReplyBrief

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_QUOTED = re.compile(r"[“\"«《*_]{1,2}([^”\"»》*_]{2,80})[”\"»》*_]{1,2}")
_SMALL = 20
"""Counting words and ranks up to this are not facts about items."""


class Truth:
    """What may be said in one reply. Built from the brief; `holds` checks a sentence."""

    def __init__(self, brief: ReplyBrief, catalog: Catalog) -> None:
        said = normalize(brief.model_dump_json())
        self._text = said
        self._numbers = {_value(one) for one in _NUMBER.findall(said)}
        self._titles = _titles(catalog, catalog.revision)

    def holds(self, sentence: str) -> bool:
        """False when the sentence names a number or another item of the catalog that the brief does not have."""
        return not any(self._foreign(sentence))

    def _foreign(self, sentence: str) -> Iterator[bool]:
        for number in map(_value, _NUMBER.findall(normalize(sentence))):
            yield number > _SMALL and not any(_close(number, one) for one in self._numbers)
        for quoted in _QUOTED.findall(sentence):
            name = normalize(quoted)
            yield name in self._titles and name not in self._text


_kept: dict[int, tuple[int, frozenset[str]]] = {}


def _titles(catalog: Catalog, revision: int) -> frozenset[str]:
    known = _kept.get(id(catalog))
    if known is None or known[0] != revision:
        _kept[id(catalog)] = (revision, frozenset(_names(item.title for item in catalog.items())))
    return _kept[id(catalog)][1]


def _names(titles: Iterable[str]) -> Iterator[str]:
    for title in titles:
        yield normalize(title)
        yield normalize(re.split(r"[(:（：]", title)[0])


def _value(text: str) -> float:
    return float(text.replace(",", ""))


def _close(said: float, held: float) -> bool:
    """Rounding is no lie: 899 for 899.99, 4.3 for 4.34."""
    return abs(said - held) <= max(0.051, 0.005 * abs(held)) or int(said) == int(held)
