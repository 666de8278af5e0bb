"""Words that mean the same in one catalog: `laptop, notebook, 笔记本` both ways, `tv => television` one way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ...errors import CatalogError
from ...normalize import has_chinese, normalize

_ARROW = "=>"


@dataclass(frozen=True, slots=True)
class Rule:
    """Whoever says `said` may mean one of the others."""

    said: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """Some words of a query, and the words that may stand for all of them together."""

    words: frozenset[str]
    others: tuple[tuple[str, ...], ...]


def read_rules(lines: Iterable[str], place: str) -> tuple[Rule, ...]:
    """The rules of a file or list, a line each; `#` begins a comment.

    Raises CatalogError with place and line for one that says nothing: a single word, an arrow with an empty side.
    """
    rules: dict[str, dict[str, None]] = {}
    for number, line in enumerate(lines, start=1):
        text = line.partition("#")[0].strip()
        for said, other in _pairs(text, f"{place}, line {number}") if text else ():
            rules.setdefault(said, {})[other] = None
    return tuple(Rule(said, tuple(others)) for said, others in rules.items())


def _pairs(line: str, place: str) -> Iterator[tuple[str, str]]:
    left, arrow, right = line.partition(_ARROW)
    said, meant = _phrases(left), _phrases(right)
    if arrow and (not said or not meant or _ARROW in right):
        raise CatalogError(f"{place}: {line!r} has an empty side.", cure="Write `tv => television`.")
    if not arrow and len(said) < 2:
        raise CatalogError(
            f"{place}: {line!r} is a single word.", cure="Write `laptop, notebook` or `tv => television`."
        )
    return ((one, other) for one in said for other in (meant if arrow else said) if other != one)


def _phrases(text: str) -> list[str]:
    return [phrase for part in text.replace("，", ",").replace("、", ",").split(",") if (phrase := normalize(part))]


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
