"""The catalog as the checks see it: items by id and title, and which of them a filter admits."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from ..tools.constraints import Constraint, parse_filter
from ..tools.errors import CatalogError, did_you_mean
from ..tools.items import CatalogSchema, FacetRole, Item
from ..tools.normalize import normalize
from .postings import Postings

_SERIES = re.compile(r"\s*[(（][^()（）]*[)）]\s*$")


class _Items(Protocol):
    """A catalog, as far as it is read here."""

    schema: CatalogSchema

    def items(self) -> Sequence[Item]: ...


@dataclass
class CatalogFacts:
    """Ground truth about a catalog. It answers from the items themselves, not from any index."""

    schema: CatalogSchema
    items: dict[str, Item]
    titles: dict[str, tuple[str, ...]]

    def __post_init__(self) -> None:
        self._filters: dict[str, tuple[Constraint, ...]] = {}
        self._words: dict[str, dict[str, set[str]]] | None = None
        self._ids = np.array(list(self.items), dtype=object)
        self._postings: Postings | None = None

    @classmethod
    def of(cls, catalog: _Items) -> CatalogFacts:
        """The facts of an opened catalog."""
        return cls.build(catalog.schema, catalog.items())

    @classmethod
    def build(cls, schema: CatalogSchema, items: Iterable[Item]) -> CatalogFacts:
        """The facts of some items. A title without its trailing parentheses names the item too."""
        by_id = {item.id: item for item in items}
        titles: dict[str, list[str]] = defaultdict(list)
        for item in by_id.values():
            for title in {normalize(item.title), normalize(_SERIES.sub("", item.title))}:
                titles[title].append(item.id)
        return cls(schema, by_id, {title: tuple(ids) for title, ids in titles.items()})

    def filter(self, text: str) -> tuple[Constraint, ...]:
        """The constraints of a filter expression. Raises FilterError."""
        if text not in self._filters:
            self._filters[text] = parse_filter(text, self.schema)
        return self._filters[text]

    def filters(self, texts: Iterable[str]) -> tuple[Constraint, ...]:
        """The constraints of several filter expressions together."""
        return tuple(one for text in texts for one in self.filter(text))

    def admitted(self, constraints: Iterable[Constraint]) -> frozenset[str]:
        """Ids of the items that meet all the constraints, whether hard or soft."""
        if self._postings is None:
            self._postings = Postings(list(self.items.values()))
        fitting = np.ones(len(self.items), dtype=np.bool_)
        for one in constraints:
            fitting &= self._postings.meeting(one)
        return frozenset(self._ids[fitting])

    def ids(self, name: str) -> tuple[str, ...]:
        """Ids of the item with that id, or of all with that title. Raises CatalogError when there is none."""
        if name in self.items:
            return (name,)
        found = self.titles.get(normalize(name))
        if not found:
            raise CatalogError(f"no item {name!r} in the catalog.", cure=did_you_mean(name, list(self.titles)))
        return found

    def means_only(self, facet: str, value: str) -> bool:
        """Whether the bare word can only mean that value: what has it in another facet has it in this one too."""
        holders = self._holders().get(normalize(value), {})
        own = holders.get(facet, frozenset())
        return all(ids <= own for ids in holders.values())

    def _holders(self) -> dict[str, dict[str, set[str]]]:
        """By word, normalised, the ids of the items that have it, by facet."""
        if self._words is None:
            self._words = defaultdict(lambda: defaultdict(set))
            for item in self.items.values():
                for facet, value in item.facets.items():
                    for text in value if isinstance(value, tuple) else (value,):
                        if isinstance(text, str):
                            self._words[normalize(text)][facet].add(item.id)
        return self._words

    def title(self, item_id: str) -> str:
        """The title of an item, or its id when the catalog does not hold it."""
        return self.items[item_id].title if item_id in self.items else item_id

    @cached_property
    def popularity(self) -> dict[str, float]:
        """By item id, its place in the order of popularity: 0 is the least popular, 1 the most."""
        facet = self.schema.by_role(FacetRole.POPULARITY)
        values = {key: item.facets.get(facet.name) for key, item in self.items.items()} if facet else {}
        known = {key: float(value) for key, value in values.items() if isinstance(value, int | float)}
        order = sorted(known, key=lambda key: (known[key], key))
        return {key: place / max(len(order) - 1, 1) for place, key in enumerate(order)}
