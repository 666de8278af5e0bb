"""Preferences read from behaviour: facet values that a person likes more often than chance would give."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..items import CatalogSchema, Facet, FacetKind, FacetRole, Item, Language
from .fade import weight
from .model import ItemEvent, Preference

FEWEST_ITEMS = 3
LOWEST_LIFT = 1.5
LOWEST_CONFIDENCE = 0.9
_COUNTS_FROM = 0.5
"""Weight from which an event says that the item was liked (4 of 5 stars), or below whose negative, disliked."""
_ONE_PERCENT = 0.01
_IGNORED_ROLES = {
    *(FacetRole.STOCK, FacetRole.SPONSORED, FacetRole.AGE, FacetRole.PRICE, FacetRole.POPULARITY),
    FacetRole.IDENTIFIER,
}
_EVIDENCE: dict[tuple[Language, bool], str] = {
    ("en", True): "{count} of {total} {things} you liked; {share} of the catalog",
    ("en", False): "{count} of {total} {things} you disliked; {share} of all you judged",
    ("zh", True): "你喜欢的{total}个{things}里有{count}个；占全部的{share}",
    ("zh", False): "你不喜欢的{total}个{things}里有{count}个；占你评价过的{share}",
}


@dataclass(frozen=True, slots=True)
class Shares:
    """How often each value of a facet occurs: `counts` by value among `total` items that have the facet."""

    counts: Mapping[str, int]
    total: int

    def of(self, value: str) -> float:
        """Share of the items with that value, in [0, 1]."""
        return self.counts.get(value, 0) / self.total if self.total else 0.0


BaseRates = Mapping[str, Shares]
"""Shares by facet."""


def base_rates(items: Iterable[Item], schema: CatalogSchema) -> BaseRates:
    """How often each value of each categorical or multi-valued facet occurs among the items."""
    facets = [facet for facet in schema.facets if _speaks_of_taste(facet)]
    counts: dict[str, Counter[str]] = {facet.name: Counter() for facet in facets}
    totals: Counter[str] = Counter()
    for item in items:
        for facet in facets:
            values = _values(item, facet.name)
            counts[facet.name].update(values)
            totals[facet.name] += bool(values)
    return {name: Shares(found, totals[name]) for name, found in counts.items()}


def infer_preferences(
    events: Sequence[ItemEvent], items: Mapping[str, Item], schema: CatalogSchema, rates: BaseRates
) -> list[Preference]:
    """Likes and dislikes of facet values, from events whose items are in `items`, surest first.

    A like compares the share of a value among the liked items with its share of the catalog; a dislike compares the
    disliked items with all that the person judged, since people meet more of what they look for. With k of n items and
    a base rate p the weight is (k/n - p) / (1 - p); the confidence is 1 - m exp(-n KL(k/n || p)), the Chernoff bound on
    the chance of so many, times the m values that were tested.
    """
    newest = {event.item_id: event for event in events if event.item_id in items}
    liked = [event for event in newest.values() if weight(event) >= _COUNTS_FROM]
    disliked = [event for event in newest.values() if weight(event) <= -_COUNTS_FROM]
    judged = base_rates((items[event.item_id] for event in [*liked, *disliked]), schema)
    likes = _unusual(liked, disliked, items, schema, rates, 1.0)
    dislikes = _unusual(disliked, liked, items, schema, judged, -1.0)
    return sorted([*likes, *dislikes], key=lambda one: (-one.confidence, -abs(one.weight)))


def divergence(share: float, base: float) -> float:
    """Kullback-Leibler divergence of two coins, in nats.

    >>> round(divergence(0.75, 0.2), 3)
    0.701
    """
    sides = ((share, base), (1 - share, 1 - base))
    return sum(one * math.log(one / other) for one, other in sides if one > 0)


def _unusual(
    events: Sequence[ItemEvent],
    against: Sequence[ItemEvent],
    items: Mapping[str, Item],
    schema: CatalogSchema,
    rates: BaseRates,
    sign: float,
) -> list[Preference]:
    shares = base_rates((items[event.item_id] for event in events), schema)
    opposed = base_rates((items[event.item_id] for event in against), schema)
    found: list[Preference] = []
    for name, share in shares.items():
        frequent = {value: count for value, count in share.counts.items() if count >= FEWEST_ITEMS}
        for value, count in frequent.items():
            sure = _confidence(count, share.total, rates[name].of(value), len(frequent))
            if sure >= LOWEST_CONFIDENCE and count > opposed[name].counts.get(value, 0):
                time = max(event.time for event in events if value in _values(items[event.item_id], name))
                found.append(_preference(name, value, share, rates[name], sure, sign, schema, time))
    return found


def _confidence(count: int, total: int, base: float, tested: int) -> float:
    share = count / total
    if not 0 < base < 1 or share < LOWEST_LIFT * base:
        return 0.0
    return max(0.0, 1 - tested * math.exp(-total * divergence(share, base)))


def _preference(
    name: str,
    value: str,
    share: Shares,
    rates: Shares,
    confidence: float,
    sign: float,
    schema: CatalogSchema,
    time: datetime,
) -> Preference:
    base = rates.of(value)
    evidence = _EVIDENCE[schema.language, sign > 0]
    return Preference(
        facet=name,
        value=value,
        weight=sign * (share.of(value) - base) / (1 - base),
        confidence=confidence,
        evidence=evidence.format(
            count=share.counts[value], total=share.total, things=_things(schema), share=_percent(base)
        ),
        time=time,
        catalog=schema.name,
        stated=False,
    )


def _things(schema: CatalogSchema) -> str:
    noun = schema.noun.get(schema.language, "item")
    return noun if schema.language == "zh" else schema.plural or f"{noun}s"


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= _ONE_PERCENT else f"{share:.1%}"


def _speaks_of_taste(facet: Facet) -> bool:
    return facet.kind in (FacetKind.CATEGORICAL, FacetKind.MULTI) and facet.role not in _IGNORED_ROLES


def _values(item: Item, facet: str) -> tuple[str, ...]:
    value = item.facets.get(facet)
    return tuple(dict.fromkeys(value)) if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()
