"""Words that mean the same in one catalog: `laptop, notebook, 笔记本` both ways, `tv => television` one way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ...normalize import has_chinese, normalize
from ..reading.synonyms import Rule


@dataclass(frozen=True, slots=True)
class Meaning:
    """Some words of a query, and the words that may stand for all of them together."""

    words: frozenset[str]
    others: tuple[tuple[str, ...], ...]


class Synonyms:
    """The rules of one catalog, as its words are split by `words`."""

    def __init__(self, rules: Iterable[Rule], words: Callable[[str], list[str]]) -> None:
        self._rules = [
            (rule, frozenset(words(rule.said)), [tuple(words(one)) for one in rule.others]) for rule in rules
        ]

    def meanings(self, query: str, found: list[str]) -> list[Meaning]:
        """What may be meant by some of the words of a query; longer phrases first, no word in two of them."""
        text, left, meanings = normalize(query), set(found), list[Meaning]()
        for rule, words, others in sorted(self._rules, key=lambda known: -len(known[0].said)):
            chinese = has_chinese(rule.said)
            here = {word for word in left if word in rule.said} if chinese and rule.said in text else words
            if here and here <= left and (not chinese or rule.said in text):
                meanings.append(Meaning(frozenset(here), tuple(filter(None, others))))
                left -= here
        return meanings

    def readings(self, query: str) -> list[str]:
        """The query when it is a phrase of some rule, and what else it may be: names to look for as a whole."""
        text = normalize(query)
        return [query, *(other for rule, _, _ in self._rules if rule.said == text for other in rule.others)]
