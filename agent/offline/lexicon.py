"""`CatalogLexicon`: what people may say for the values, titles, creators and facets of one catalog."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from ...graphs.briefs import FacetCard, UnderstandBrief
from ...tools.items import CatalogSchema, Facet, FacetKind, FacetRole, Item
from ...tools.normalize import has_chinese
from .lexicon_index import (
    MAX_WORDS,
    Meaning,
    common_words,
    concepts_by_key,
    count_values,
    index_codes,
    index_titles,
    index_values,
    joined_values,
    key_of,
)
from .lexicon_typos import Buckets, bucketed, corrected, written_out
from .parsing.cues import data, pattern
from .parsing.kinds import KindPatterns, kind_patterns
from .parsing.text import Message, stem, words

_LEAST_LISTED = 2
"""Words beside the first from which a phrase with a comma in it is a name: "black, white" is a list."""
_WIDEST_GAP = 3
_NAMES_AT_MOST = 400
"""A facet with more values than this lends its words to the correction of typing mistakes last."""


class Described(Protocol):
    """What a lexicon is built from: a catalog, or anything with its schema and items."""

    @property
    def schema(self) -> CatalogSchema: ...

    def items(self) -> Iterable[Item]: ...


@dataclass(frozen=True, slots=True)
class Range:
    """Sorted values of a numeric facet, over all items and within each category."""

    values: np.ndarray
    by_category: Mapping[str, np.ndarray] = field(default_factory=dict)

    def third(self, upper: bool, categories: Sequence[str] = ()) -> float | None:
        """The bound of the lower or upper third, within the categories when they hold enough values."""
        held = [self.by_category[name] for name in categories if name in self.by_category]
        values = np.concatenate(held) if held else self.values
        values = values if values.size >= 3 else self.values
        return float(np.quantile(values, 2 / 3 if upper else 1 / 3)) if values.size else None


@dataclass(frozen=True, slots=True)
class CatalogLexicon:
    """Phrases of one catalog. Built once; every look-up is a dictionary access."""

    facets: tuple[Facet, ...]
    keyed: Mapping[str, Facet]
    """By its key."""
    roles: Mapping[FacetRole, Facet]
    """The first of each role."""
    nouns: tuple[str, ...]
    """What an item is called, in both languages, singular and plural."""
    values: Mapping[str, tuple[Meaning, ...]]
    codes: Mapping[str, tuple[tuple[str, str], ...]]
    """(facet, value) of values such as M and 42, which mean something only beside the name of their facet."""
    titles: Mapping[str, tuple[str, ...]]
    items: Mapping[str, Item]
    rare: Mapping[str, int]
    """In how many items a word occurs."""
    ranges: Mapping[str, Range]
    vocabularies: tuple[Buckets, ...]
    """Words to correct typing mistakes towards, the likeliest first."""
    known: frozenset[str]
    names: tuple[tuple[str, re.Pattern[str]], ...]
    """Each facet with the pattern of its own names."""
    sizes: Mapping[str, int]
    """How many values a text facet has."""
    kinds: tuple[KindPatterns, ...] = ()
    """The catalogs that it joins, when there are several, and how each is spoken of."""

    @classmethod
    def build(cls, catalog: Described) -> CatalogLexicon:
        """The lexicon of a catalog: its schema and all its items."""
        schema = catalog.schema
        nouns = (*schema.noun.values(), schema.plural or f"{schema.noun.get('en', 'item')}s")
        return _assemble(schema.facets, nouns, tuple(catalog.items()), {})

    @classmethod
    def from_brief(cls, brief: UnderstandBrief) -> CatalogLexicon:
        """What the brief alone tells: frequent values, and the titles that were shown."""
        facets = tuple(_facet(card) for card in brief.facets)
        items = [Item(one.id, one.title, facets=dict(one.facets)) for one in (*brief.shown, *brief.shown_before)]
        declared = {card.name: Counter(card.values) for card in brief.facets}
        lexicon = _assemble(facets, (brief.noun, f"{brief.noun}s"), items, declared)
        ends = {
            card.name: [card.low, card.high] for card in brief.facets if card.low is not None and card.high is not None
        }
        ranges = {name: Range(np.array(pair, dtype=float)) for name, pair in ends.items()}
        return replace(lexicon, ranges=ranges)

    def facet(self, name: str) -> Facet | None:
        """The facet of that key, or None."""
        return self.keyed.get(name)

    def by_role(self, role: FacetRole) -> Facet | None:
        """The first facet of that role, or None."""
        return self.roles.get(role)

    def read(self, text: str) -> Message:
        """A message with its typing mistakes corrected; a name of the catalog stays as it is: "Brian K. Vaughan"."""
        message = Message.read(written_out(text))
        return corrected(message, self.known, self.vocabularies, frozenset(self._named(message)))

    def _named(self, message: Message) -> Iterator[int]:
        """Places of the tokens that belong to a value or title of several words."""
        for index in (self.values, self.titles):
            for first, last, _ in scan(message, index, MAX_WORDS):
                if (
                    last - first > 1
                    or _is_written_large(message, first)
                    or (index is self.values and _is_asked_for(message, first))
                ):
                    yield from range(first, last)


def _facet(card: FacetCard) -> Facet:
    role = FacetRole(card.role) if card.role else None
    return Facet(name=card.name, kind=FacetKind(card.kind), role=role, unit=card.unit)


def _assemble(
    facets: tuple[Facet, ...], nouns: tuple[str, ...], items: Sequence[Item], declared: Mapping[str, Counter[str]]
) -> CatalogLexicon:
    counts = count_values(facets, items)
    for name, more in declared.items():
        if name in counts:
            counts[name] = counts[name] | more
    rare = _rarity(items)
    values = _values(facets, counts, items)
    near, far = _vocabularies(facets, counts)
    kinds = kind_patterns(facets, list(counts.get(_catalog_facet(facets), ())))
    return CatalogLexicon(
        facets=facets,
        keyed={facet.name: facet for facet in reversed(facets)},
        roles={facet.role: facet for facet in reversed(facets) if facet.role is not None},
        nouns=tuple(noun.casefold() for noun in (*nouns, *(word for kind in kinds for word in kind.words)) if noun),
        values=values,
        codes=index_codes(facets, counts),
        titles=index_titles(_best_known_first(facets, items), values, facets),
        items={item.id: item for item in items},
        rare=rare,
        ranges=_ranges(facets, items),
        vocabularies=(bucketed(near), bucketed(far | {word for item in items for word in words(item.title)})),
        known=frozenset(
            {*rare, *map(stem, near), *map(stem, far), *concepts_by_key(), *data("words")["known"].split()}
        ),
        sizes={name: len(held) for name, held in counts.items()},
        names=tuple((facet.name, _name_pattern(facet)) for facet in facets),
        kinds=kinds,
    )


def _catalog_facet(facets: Sequence[Facet]) -> str:
    return next((facet.name for facet in facets if facet.role is FacetRole.CATALOG), "")


def _values(
    facets: tuple[Facet, ...], counts: Mapping[str, Counter[str]], items: Sequence[Item]
) -> dict[str, tuple[Meaning, ...]]:
    """What phrases stand for; of several catalogs what a phrase means in either: "comedy" is humor among books."""
    kind = _catalog_facet(facets)
    spoken = tuple(facet for facet in facets if facet.name != kind)
    labels = list(dict.fromkeys(str(item.facets.get(kind, "")) for item in items)) if kind else []
    if len(labels) < 2:
        return index_values(spoken, counts)
    own = [[item for item in items if item.facets.get(kind) == label] for label in labels]
    return joined_values(spoken, [index_values(spoken, count_values(spoken, held)) for held in own])


def _gapped(name: str) -> str:
    """A Chinese name of two words also with something between them: 周边有什么景点 for 周边景点."""
    return rf"{name[:2]}[^,。，？?!]{{0,8}}{name[2:]}" if len(name) == 4 and name.isalpha() else re.escape(name)


def _name_pattern(facet: Facet) -> re.Pattern[str]:
    """The facet's key and names; an English name also in the plural."""
    key = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", facet.name).replace("_", " ").casefold()
    names = {Message.read(name).text for name in (key, *(one for held in facet.names.values() for one in held))}
    named = sorted(name for name in names if len(name) > 1)
    chinese = [_gapped(name) for name in named if has_chinese(name)]
    return pattern({"en": [rf"{re.escape(name)}(?:e?s)?" for name in named if not has_chinese(name)], "zh": chinese})


def _best_known_first(facets: Sequence[Facet], items: Sequence[Item]) -> Sequence[Item]:
    """Of items of the same title the most popular is meant, or the newest where popularity is unknown."""
    by_role = {facet.role: facet.name for facet in facets}
    name = by_role.get(FacetRole.POPULARITY) or by_role.get(FacetRole.DATE)
    return sorted(items, key=lambda item: str(item.facets.get(name, "")).zfill(20), reverse=True) if name else items


def _rarity(items: Sequence[Item]) -> dict[str, int]:
    seen: Counter[str] = Counter()
    for item in items:
        seen.update({stem(word) for word in words(f"{item.title} {item.text}")})
    return dict(seen)


def _vocabularies(facets: Sequence[Facet], counts: Mapping[str, Counter[str]]) -> tuple[set[str], set[str]]:
    """Words of the values of small facets and of general synonyms; words of the values of large ones."""
    near: set[str] = {word for group in data("concepts")["groups"] for phrase in group for word in words(phrase)}
    far: set[str] = set()
    for facet in facets:
        held = counts.get(facet.name, Counter())
        target = near if len(held) <= _NAMES_AT_MOST else far
        phrases = (*held, *(other for others in facet.aliases.values() for other in others))
        target.update(word for phrase in phrases for word in words(phrase) if stem(word) not in common_words())
    return near, far


def _ranges(facets: Sequence[Facet], items: Sequence[Item]) -> dict[str, Range]:
    category = next((facet.name for facet in facets if facet.role is FacetRole.CATEGORY), "")
    numeric = [facet.name for facet in facets if facet.kind is FacetKind.NUMERIC]
    return {name: _range(name, category, items) for name in numeric}


def _range(name: str, category: str, items: Sequence[Item]) -> Range:
    every: list[float] = []
    grouped: dict[str, list[float]] = defaultdict(list)
    for item in items:
        value = item.facets.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            every.append(float(value))
            kinds = item.facets.get(category, ())
            for kind in kinds if isinstance(kinds, tuple) else (str(kinds),):
                grouped[kind].append(float(value))
    return Range(np.sort(np.array(every)), {kind: np.sort(np.array(held)) for kind, held in grouped.items()})


def _is_written_large(message: Message, place: int) -> bool:
    """A word in capitals, of a message that is not: "UR" is no "your"."""
    token = message.tokens[place]
    return len(token.text) > 1 and message.raw[token.start : token.end].isupper() and not message.raw.isupper()


def _is_asked_for(message: Message, place: int) -> bool:
    """Whether a chat spelling stands where a thing is named: "no YA", but "ya, sure" and "love ya"."""
    before = message.tokens[place - 1].text if place else ""
    return message.tokens[place].text in data("words")["slang"] and before in data("words")["before_things"]


def scan(message: Message, index: Mapping[str, object], longest: int) -> list[tuple[int, int, str]]:
    """(first token, token after the last, key) of every longest phrase of the index, left to right."""
    found: list[tuple[int, int, str]] = []
    position, tokens = 0, message.tokens
    while position < len(tokens):
        end, key = _longest_at(message, position, index, longest)
        if key:
            found.append((position, end, key))
        position = max(end, position + 1)
    return found


def _longest_at(message: Message, start: int, index: Mapping[str, object], longest: int) -> tuple[int, str]:
    key, best, best_key, listed = "", start, "", False
    tokens, text = message.tokens, message.text
    for end in range(start, min(start + longest, len(tokens))):
        token = tokens[end]
        gap = text[tokens[end - 1].end : token.start] if end > start else ""
        if not _joined(gap):
            break
        listed = listed or "," in gap or "、" in gap
        if not (token.text == "and" and start < end):
            key += stem(token.text)
        if key in index and token.text != "and" and not (listed and end - start < _LEAST_LISTED):
            best, best_key = end + 1, key
    return best, best_key


def _joined(gap: str) -> bool:
    return not gap.strip(" -_/&.'·:,、;!?()+\"") and len(gap) <= _WIDEST_GAP


def mentioned_concepts(message: Message) -> frozenset[int]:
    """The general synonyms groups that the message names."""
    table = concepts_by_key()
    return frozenset(number for _, _, key in scan(message, table, 4) for number in table[key])


__all__ = ["CatalogLexicon", "Described", "Range", "key_of", "mentioned_concepts", "scan"]
