"""From facets and items to phrase keys: which spelling means which value, and which names which item."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from ...tools.items import Facet, FacetKind, FacetRole, Item
from ...tools.normalize import has_chinese
from .parsing.cues import cue, data
from .parsing.text import phrase_key, stem, words

EXACT, ALIAS, CONCEPT, HEAD, SHARED = 3, 2, 1, 0, -1
"""How sure a phrase is of its value: the value itself, the schema's alias, a general synonym, its last word, a name
that several people bear (it counts only after "by" and the like)."""

MAX_WORDS = 12
MAX_CHINESE = 24
_TEXT_KINDS = (FacetKind.CATEGORICAL, FacetKind.MULTI)
_BREAK = re.compile(r"\s*[:：(（\[【]|\s+-\s+|#")
_DOMINANT = 0.6
_KNOWN_BY_GIVEN_NAME = 8
"""Items of a person whose given name alone is enough."""
_SHORTEST_NUMBER = 6
"""A shorter identifier is as likely a size or a year."""
_SHARED_BY = 6
"""People of one surname up to which it still narrows a search."""
_ROLE_ORDER = (FacetRole.CATEGORY, FacetRole.BRAND, FacetRole.CREATOR, FacetRole.PLACE)


class Meaning(NamedTuple):
    """The values of one facet that a phrase stands for."""

    facet: str
    values: tuple[str, ...]
    strength: int


class ValueTable:
    """Collects phrase -> facet -> values; a surer phrase replaces a less sure one."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, tuple[int, list[str]]]] = defaultdict(dict)

    def add(self, phrase: str, facet: str, value: str, strength: int) -> None:
        """Lets a phrase mean a value, unless it means something surer in that facet."""
        self.add_key(key_of(phrase), facet, value, strength, number=not phrase.strip("0123456789. "))

    def add_key(self, key: str, facet: str, value: str, strength: int, *, number: bool = False) -> None:
        """The same for a phrase key. A mere number means nothing by itself; opening hours do."""
        if (len(key) < 2 and not has_chinese(key)) or number:
            return
        known, values = self._rows[key].get(facet, (SHARED - 1, []))
        if strength > known:
            self._rows[key][facet] = (strength, [value])
        elif strength == known and value not in values:
            values.append(value)

    def frozen(self, order: Mapping[str, int]) -> dict[str, tuple[Meaning, ...]]:
        """Meanings by key, the likeliest facet first."""
        return {key: _meanings(row, order) for key, row in self._rows.items() if row}

    def matching(self, keys: Iterable[str]) -> Iterator[tuple[str, str]]:
        """(facet, value) of every one of those keys."""
        for key in keys:
            for facet, (strength, values) in self._rows.get(key, {}).items():
                yield from ((facet, value) for value in values if strength >= HEAD)


def _meanings(row: dict[str, tuple[int, list[str]]], order: Mapping[str, int]) -> tuple[Meaning, ...]:
    found = [Meaning(facet, tuple(values), strength) for facet, (strength, values) in row.items()]
    return tuple(sorted(found, key=lambda one: (-min(one.strength, ALIAS), order.get(one.facet, 99))))


@lru_cache(maxsize=1 << 16)
def key_of(phrase: str) -> str:
    """The phrase key; empty for a phrase too long to be said as a name."""
    parts = words(phrase)
    limit = MAX_CHINESE if has_chinese(phrase) else MAX_WORDS
    return phrase_key(parts) if len(parts) <= limit else ""


def facet_order(facets: Sequence[Facet]) -> dict[str, int]:
    """Which facet a phrase means when several hold it: category, brand, creator, place, then the schema's order."""
    roles = {role: position for position, role in enumerate(_ROLE_ORDER)}
    return {facet.name: roles.get(facet.role, 10 + n) if facet.role else 10 + n for n, facet in enumerate(facets)}


def index_values(facets: Sequence[Facet], counts: Mapping[str, Counter[str]]) -> dict[str, tuple[Meaning, ...]]:
    """Everything that people may say for the values of the text facets."""
    table = ValueTable()
    for facet in facets:
        if facet.kind in _TEXT_KINDS:
            _add_facet(table, facet, counts.get(facet.name, Counter()))
    for facet in facets:
        if facet.role is FacetRole.CATEGORY and facet.kind is FacetKind.CATEGORICAL:
            _add_heads(table, facet, counts.get(facet.name, Counter()))
    _add_concepts(table)
    return table.frozen(facet_order(facets))


def index_codes(facets: Sequence[Facet], counts: Mapping[str, Counter[str]]) -> dict[str, tuple[tuple[str, str], ...]]:
    """The values that are, or are also called by, one letter or a number, by what is said for them."""
    codes: dict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    for facet, value, phrase in _phrases(facets, counts):
        said = words(phrase)
        if len(said) == 1 and (said[0].isdigit() or (len(said[0]) == 1 and said[0].isascii())):
            codes[said[0]][facet, value] = None
    return {said: tuple(found) for said, found in codes.items()}


def _phrases(facets: Sequence[Facet], counts: Mapping[str, Counter[str]]) -> Iterator[tuple[str, str, str]]:
    """(facet, value, what it is called) of every value and of the schema's other words for it."""
    aliases = {facet.name: facet.aliases for facet in facets}
    for facet, held in counts.items():
        for value in held:
            yield from ((facet, value, one) for one in (value, *aliases.get(facet, {}).get(value, ())))


def joined_values(
    facets: Sequence[Facet], tables: Sequence[Mapping[str, tuple[Meaning, ...]]]
) -> dict[str, tuple[Meaning, ...]]:
    """One table of several catalogs: a phrase stands for what it means in each, as sure as where it is least sure."""
    rows: dict[str, dict[str, Meaning]] = defaultdict(dict)
    for key, meanings in (row for table in tables for row in table.items()):
        for one in meanings:
            known = rows[key].get(one.facet)
            rows[key][one.facet] = one if known is None else _joined_meaning(known, one)
    order = facet_order(facets)
    return {
        key: tuple(sorted(row.values(), key=lambda one: (-min(one.strength, ALIAS), order.get(one.facet, 99))))
        for key, row in rows.items()
    }


def _joined_meaning(one: Meaning, other: Meaning) -> Meaning:
    if SHARED in (one.strength, other.strength) or one.values == other.values:
        return max(one, other, key=lambda meaning: meaning.strength)
    return Meaning(one.facet, tuple(dict.fromkeys((*one.values, *other.values))), min(one.strength, other.strength))


def _add_facet(table: ValueTable, facet: Facet, counts: Counter[str]) -> None:
    words_alone = data("words")["stop_chinese"].split() + data("zh")["negation"]
    skipped = {*data("words")["empty_values"], *words_alone}
    named = {key_of(other): value for value, others in facet.aliases.items() for other in others}
    for value, count in counts.items():
        better_known = counts.get(named.get(key_of(value), value), 0) > count
        if key_of(value) not in skipped and not better_known and not cue("relax_answer").fullmatch(value.casefold()):
            table.add(value, facet.name, value, EXACT)
    for value, others in facet.aliases.items():
        for other in others if value in counts else ():
            table.add(other, facet.name, value, ALIAS)
    if facet.role is FacetRole.CREATOR:
        _add_surnames(table, facet.name, counts)


def _add_surnames(table: ValueTable, facet: str, counts: Counter[str]) -> None:
    """ "Tolkien" for "J.R.R. Tolkien", where one person holds the name or is by far the best known of it."""
    given: dict[str, list[tuple[int, str]]] = defaultdict(list)
    by_surname: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for name, count in counts.items():
        parts = words(name)
        if len(parts) > 1 and len(parts[-1]) > 3:
            by_surname[parts[-1]].append((count, name))
        if len(parts) == 2 and len(parts[0]) > 3 and not is_common(parts[0]):
            given[parts[0]].append((count, name))
    _add_dominant(table, facet, by_surname, CONCEPT, least=1)
    _add_dominant(table, facet, given, HEAD, least=_KNOWN_BY_GIVEN_NAME)


def _add_dominant(
    table: ValueTable, facet: str, people: Mapping[str, list[tuple[int, str]]], strength: int, *, least: int
) -> None:
    """A name alone means the one person who holds most of it."""
    for alone, held in people.items():
        most, name = max(held)
        if not is_common(alone) and most >= max(least, _DOMINANT * sum(count for count, _ in held)):
            table.add(alone, facet, name, strength)
        elif strength > HEAD and len(held) <= _SHARED_BY:
            for _, one in held:
                table.add(alone, facet, one, SHARED)


def _add_heads(table: ValueTable, facet: Facet, counts: Counter[str]) -> None:
    """ "watches" for both mens-watches and womens-watches."""
    for value in counts:
        parts = words(value)
        if len(parts) > 1 and not has_chinese(value):
            table.add(parts[-1], facet.name, value, HEAD)


def _add_concepts(table: ValueTable) -> None:
    for group in concept_groups():
        matches = list(dict.fromkeys(table.matching(group)))
        for key in group:
            for facet, value in matches:
                table.add_key(key, facet, value, CONCEPT)


@cache
def concept_groups() -> tuple[tuple[str, ...], ...]:
    """General synonyms in both languages, as phrase keys."""
    return tuple(tuple(dict.fromkeys(map(key_of, group))) for group in data("concepts")["groups"])


@cache
def concepts_by_key() -> dict[str, frozenset[int]]:
    """The groups that hold a phrase key."""
    held: dict[str, set[int]] = defaultdict(set)
    for number, group in enumerate(concept_groups()):
        for key in group:
            held[key].add(number)
    return {key: frozenset(numbers) for key, numbers in held.items()}


@cache
def common_words() -> frozenset[str]:
    """Stems of everyday English words: never corrected, and a title of such words alone needs a cue."""
    return frozenset(stem(word) for word in data("words")["common"].split())


@cache
def topic_words() -> frozenset[str]:
    """Stems of words that are rather a topic than the title of that name."""
    return frozenset(stem(word) for word in data("words")["topics"].split())


@cache
def is_common(word: str) -> bool:
    """Whether it is an everyday word or a number."""
    return word.isdigit() or stem(word) in common_words()


def index_titles(
    items: Iterable[Item], values: Container[str], facets: Sequence[Facet] = ()
) -> dict[str, tuple[str, ...]]:
    """Item ids by title key, in the order of the items; a short form that is also a value (a series) is left out.

    Identifiers among the facets name their items as titles do.
    """
    identifiers = [facet.name for facet in facets if facet.role is FacetRole.IDENTIFIER]
    full: dict[str, list[str]] = defaultdict(list)
    short: dict[str, list[str]] = defaultdict(list)
    for item in items:
        forms = list(dict.fromkeys((*map(key_of, title_forms(item.title)), *_numbers_of(item, identifiers))))
        full[forms[0]].append(item.id)
        for form in forms[1:]:
            if form not in values:
                short[form].append(item.id)
    merged = {
        **short,
        **{key: ids + [one for one in short.get(key, ()) if one not in ids] for key, ids in full.items()},
    }
    return {key: tuple(ids) for key, ids in merged.items() if len(key) > 1}


def _numbers_of(item: Item, identifiers: Iterable[str]) -> Iterator[str]:
    for name in identifiers:
        held = item.facets.get(name, ())
        keys = map(key_of, held if isinstance(held, tuple) else (str(held),))
        yield from (key for key in keys if len(key) >= _SHORTEST_NUMBER)


def title_forms(title: str) -> Iterator[str]:
    """The title, and how people shorten it: before a colon or bracket, without article or city."""
    yield title
    short = _BREAK.split(title, maxsplit=1)[0].strip()
    yield short or title
    for article in data("words")["title_prefixes"]:
        for form in (title, short):
            if form.casefold().startswith(article) and len(form) > len(article) + 1:
                yield form[len(article) :]


def count_values(facets: Sequence[Facet], items: Iterable[Item]) -> dict[str, Counter[str]]:
    """How many items hold each value of the text facets; identifiers are looked up, not understood."""
    worded = (facet for facet in facets if facet.role is not FacetRole.IDENTIFIER)
    names = [facet.name for facet in worded if facet.kind in _TEXT_KINDS]
    counts: dict[str, Counter[str]] = {name: Counter() for name in names}
    for item in items:
        for name in names:
            value = item.facets.get(name)
            counts[name].update(value if isinstance(value, tuple) else [str(value)] if value else [])
    return counts
