"""What can truly be said of an item, in words that people of both languages have."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import replace
from functools import cached_property
from random import Random

from ...tools.catalog.search.tokenizer import Tokenizer
from ...tools.constraints import Constraint, Op
from ...tools.items import Facet, FacetKind, FacetRole, Item
from ...tools.normalize import has_chinese, normalize
from ..facts import CatalogFacts
from ..generate.conditions import Condition, Speakable, meaning, speakable
from .leaking import leaks

_NAMES = {FacetRole.CREATOR, FacetRole.BRAND}
_SPOKEN = {FacetRole.PRICE, FacetRole.DATE, FacetRole.RATING}
_UNSPOKEN = {FacetRole.STOCK, FacetRole.SPONSORED, FacetRole.POPULARITY, FacetRole.AGE, FacetRole.IDENTIFIER}
_LONGEST_VALUE = 30
_DECADE, _OLDEST_DECADE, _OLDEST_YEAR = 10, 1900, 1100
_CLUE_WORD = re.compile(r"[a-z]{5,}|[一-鿿]{3,}")
"""What is worth remembering of a text: a long word."""
_CLUE_WORDS = 3
_RARE = 0.05


class Ground:
    """A catalog as people talk about it: the facets they describe things by, and how often each value occurs."""

    def __init__(self, facts: CatalogFacts) -> None:
        self.facts = facts
        self.facets = tuple(one for one in facts.schema.facets if one.role not in _UNSPOKEN and _spoken(one))

    @cached_property
    def available(self) -> tuple[Item, ...]:
        """The items that are not sold out: nobody can be shown another."""
        stock = self.facts.schema.by_role(FacetRole.STOCK)
        items = self.facts.items.values()
        return tuple(one for one in items if stock is None or one.facets.get(stock.name) not in (0, 0.0, False))

    @cached_property
    def available_ids(self) -> frozenset[str]:
        """Their ids."""
        return frozenset(one.id for one in self.available)

    @cached_property
    def offers(self) -> tuple[Speakable, ...]:
        """What can be asked for of each of the facets."""
        offers = speakable(self.facts)
        return tuple(
            replace(one, values=tuple(value for value in one.values if known(value, one.facet)))
            for one in offers
            if one.facet in self.facets
        )

    @cached_property
    def counts(self) -> dict[str, Counter[str]]:
        """By facet, how many items have each of its values."""
        counts = {facet.name: Counter[str]() for facet in self.facets}
        for item in self.facts.items.values():
            for name, counter in counts.items():
                counter.update(_texts(item, name))
        return counts

    @cached_property
    def words(self) -> Counter[str]:
        """In how many texts each long word occurs."""
        return Counter(word for item in self.facts.items.values() for word in self._long_words(item))

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return Tokenizer((), chinese=self.facts.schema.language == "zh")

    def _long_words(self, item: Item) -> list[str]:
        words = self._tokenizer.words(normalize(item.text))
        return [word for word in dict.fromkeys(words) if _CLUE_WORD.fullmatch(word)]

    @property
    def fewest(self) -> int:
        """A value of fewer items is one that hardly anybody asks for."""
        return max(2, len(self.facts.items) // 500)

    def true_of(self, item: Item, facet: Facet, rng: Random, *, fewest: int = 1) -> Condition | None:
        """A condition on the facet that the item meets, with a value of at least `fewest` items; None without one."""
        number = item.facets.get(facet.name)
        if facet.kind is FacetKind.NUMERIC:
            return _number(facet, number, rng) if isinstance(number, float | int) else None
        values = self.values_of(item, facet, fewest)
        return is_value(facet, rng.choice(values)) if values else None

    def values_of(self, item: Item, facet: Facet, fewest: int = 1) -> list[str]:
        """The item's values of the facet that people have a word for and that do not tell its title."""
        counts = self.counts[facet.name]
        values = [one for one in _texts(item, facet.name) if counts[one] >= fewest and known(one, facet)]
        return [one for one in values if not any(leaks(word, item) for word in (one, *facet.aliases.get(one, ())))]

    def clue(self, item: Item, rng: Random) -> tuple[str, ...]:
        """Up to three rare words of the item's text, in order, none of its title; nothing for an item without."""
        title = normalize(item.title)
        rare = max(1, int(_RARE * len(self.facts.items)))
        found = self._long_words(item)
        told = [one for one in found if one not in title and self.words[one] <= rare and not leaks(one, item)]
        chosen = set(rng.sample(told, min(_CLUE_WORDS, len(told))))
        return tuple(one for one in told if one in chosen)


def _spoken(facet: Facet) -> bool:
    if facet.kind is FacetKind.NUMERIC:
        return facet.askable and facet.role in _SPOKEN
    return facet.kind is FacetKind.MULTI or (facet.kind is FacetKind.CATEGORICAL and facet.askable)


def _texts(item: Item, facet: str) -> tuple[str, ...]:
    value = item.facets.get(facet)
    return value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()


def is_value(facet: Facet, value: str) -> Condition:
    """ "It is a fantasy novel"."""
    return Condition(facet, "is", meaning(facet, value), values=(value,))


def is_not(facet: Facet, value: str) -> Condition:
    """ "No fantasy"."""
    return Condition(facet, "is_not", Constraint(facet=facet.name, op=Op.NE, value=value), values=(value,))


def known(value: str, facet: Facet) -> bool:
    """Whether speakers of English and of Chinese both have a word for the value; a name is a name in any language."""
    if len(value) > _LONGEST_VALUE:
        return False
    if facet.role in _NAMES or not facet.aliases:
        return True
    chinese = [has_chinese(one) for one in (value, *facet.aliases.get(value, ()))]
    return any(chinese) and not all(chinese)


def _number(facet: Facet, value: float, rng: Random) -> Condition | None:
    """A round bound that the number keeps, also when it is said as "above" or "below"; None for a year of antiquity."""
    if facet.unit == "year" and value < _OLDEST_YEAR:
        return None
    if facet.role is FacetRole.PRICE:
        return _bound(facet, "at_most", _rounded_up(value * rng.uniform(1.02, 1.4)))
    if facet.role is FacetRole.RATING:
        return _bound(facet, "at_least", max(0.0, math.floor(value * 10 - rng.choice((1, 2, 3))) / 10))
    if facet.unit == "year" and value >= _OLDEST_DECADE and rng.random() < 0.5:
        start = float(int(value) // _DECADE * _DECADE)
        ends = (start, start + _DECADE - 1)
        return Condition(facet, "decade", Constraint(facet=facet.name, op=Op.BETWEEN, value=ends), numbers=(start,))
    if rng.random() < 0.6:
        return _bound(facet, "at_least", value - rng.randint(1, _DECADE))
    return _bound(facet, "at_most", value + rng.randint(1, _DECADE))


def _bound(facet: Facet, form: str, number: float) -> Condition:
    op = Op.LE if form == "at_most" else Op.GE
    return Condition(facet, form, Constraint(facet=facet.name, op=op, value=number), numbers=(number,))  # pyright: ignore[reportArgumentType]


def _rounded_up(value: float) -> float:
    """Two digits, as people round a budget, and never below the value.

    >>> _rounded_up(1249.99), _rounded_up(7.31), _rounded_up(46)
    (1300.0, 7.4, 46.0)
    """
    step = 10.0 ** (math.floor(math.log10(value)) - 1) if value > 0 else 1.0
    return float(f"{math.ceil(value / step - 1e-9) * step:.2g}")
