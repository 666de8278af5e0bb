"""Variants put together as products: one row each, with the options to choose from and the lowest price to be had."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Any

from ....normalize import normalize
from ..rows import SourceRow
from ..values import parse_number
from .availability import OUT_OF_STOCK
from .money import Money
from .offers import Log
from .variants import Variant

_APART = frozenset(" \t-–—/,|·:()[]（），、")
_ENDS = "".join(_APART)
_SHORTEST_BEGINNING = 0.4
"""Of the shortest title, what a beginning that all variants share must be to be the product's title."""


def distinct(variants: Iterable[Variant], log: Log) -> list[Variant]:
    """The variants without those whose id another row has already."""
    seen: dict[str, int] = {}
    kept = []
    for variant in variants:
        identity = variant.id or f"\0{variant.row}"
        if seen.setdefault(identity, variant.row) == variant.row:
            kept.append(variant)
        else:
            reason = f"id {variant.id!r} is already used by row {seen[identity]}; the row is left out"
            log.add(variant.row, "id", reason)
    return kept


def settle_currency(variants: Sequence[Variant], log: Log, *, named: bool) -> tuple[str, list[Variant]]:
    """The feed's currency, that of most prices, and the variants with no price in another.

    `named` says whether the format wants the currency written. A price in another currency moves to a facet of its own.
    """
    counts = Counter(variant.price.currency for variant in variants if variant.price and variant.price.currency)
    if not counts:
        if named and any(variant.price for variant in variants):
            log.add(0, "price", "no price names its currency; the numbers are used as they stand; write 19.99 USD")
        return "", list(variants)
    main = counts.most_common(1)[0][0]
    return main, [_in_currency(variant, main, log) for variant in variants]


def _in_currency(variant: Variant, main: str, log: Log) -> Variant:
    price = variant.price
    if price is None or price.currency == main:
        return variant
    without = replace(variant, price=None, list_price=None, high_price=None)
    if not price.currency:
        log.add(variant.row, "price", f"{price.amount:g} has no currency; the item has no price; write {price} {main}")
        return without
    facet = f"price_{price.currency.lower()}"
    log.add(variant.row, "price", f"{price} is not in {main} as most prices are; it is kept as {facet}")
    return replace(without, numbers={**variant.numbers, facet: price.amount})


def product_rows(variants: Iterable[Variant]) -> list[SourceRow]:
    """One row for each product, in the order of their first variants."""
    groups: dict[str, list[Variant]] = {}
    for variant in variants:
        groups.setdefault(variant.key, []).append(variant)
    return [SourceRow(group[0].row, _merged(key, group)) for key, group in groups.items()]


def _merged(key: str, group: Sequence[Variant]) -> dict[str, Any]:
    best = _cheapest(group)
    values = {
        "id": key,
        "title": title_of(group),
        "description": next((one.text for one in group if one.text), ""),
        "image": next((one.image for one in (best, *group) if one.image), ""),
        **_prices(best, group),
        **_stock(group),
        **_numbers(group),
        **_gathered([one.words for one in group]),
        **_facts(group),
    }
    return {name: value for name, value in values.items() if value not in (None, "", ())}


def _cheapest(group: Sequence[Variant]) -> Variant:
    """The variant with the lowest price among those that can be had, else among all."""
    for some in ([one for one in group if one.availability != OUT_OF_STOCK], group):
        priced = [(one.price.amount, at) for at, one in enumerate(some) if one.price]
        if priced:
            return some[min(priced)[1]]
    return group[0]


def _prices(best: Variant, group: Sequence[Variant]) -> dict[str, float]:
    if best.price is None:
        return {}
    there = [one for one in group if one.availability != OUT_OF_STOCK] or group
    high = max(price.amount for one in (*there, best) for price in (one.price, one.high_price) if price)
    found: dict[str, Money | None] = {"price": best.price, "list_price": best.list_price}
    amounts = {name: money.amount for name, money in found.items() if money}
    return amounts | ({"price_high": high} if high > best.price.amount else {})


def _stock(group: Sequence[Variant]) -> dict[str, Any]:
    known = [one.in_stock for one in group if one.in_stock is not None]
    counted = [one.quantity for one in group if one.quantity is not None]
    states = tuple(dict.fromkeys(one.availability for one in group if one.availability))
    found: dict[str, Any] = {"in_stock": any(known)} if known else {}
    return found | ({"quantity": sum(counted)} if counted else {}) | {"availability": states}


def _numbers(group: Sequence[Variant]) -> dict[str, Any]:
    """The lowest of each number, but rating and reviews of the variant that most people judged."""
    judged = max(group, key=lambda one: one.numbers.get("reviews", -1.0 + ("rating" in one.numbers)))
    numbers: dict[str, Any] = {}
    for one in group:
        numbers |= {name: min(value, numbers.get(name, value)) for name, value in one.numbers.items()}
    numbers |= {name: judged.numbers[name] for name in ("rating", "reviews") if name in judged.numbers}
    return numbers | ({"adult": True} if "adult" in numbers else {})


def _facts(group: Sequence[Variant]) -> dict[str, tuple[object, ...]]:
    """What the shop's own fields say: every word, and of numbers the first variant's."""
    found = _gathered([one.others for one in group])
    return {name: values[:1] if all(map(_is_number, values)) else values for name, values in found.items()}


def _is_number(value: object) -> bool:
    return parse_number(value) is not None


def _gathered(rows: Sequence[Mapping[str, object]]) -> dict[str, tuple[object, ...]]:
    """Every value of every name, each once however it is spelt."""
    found: dict[str, dict[str, object]] = {}
    for row in rows:
        for name, value in row.items():
            for one in value if isinstance(value, (list, tuple)) else (value,):
                found.setdefault(name, {}).setdefault(normalize(str(one)), one)
    return {name: tuple(values.values()) for name, values in found.items()}


def title_of(group: Sequence[Variant]) -> str:
    """The title of the product: its own, else what its variants' titles say without their options."""
    own = next((one.group_title for one in group if one.group_title), "")
    if own or len(group) == 1:
        return own or group[0].title
    bare = list(dict.fromkeys(_without_options(one) for one in group))
    shared = " ".join(_shared([one.split(" ") for one in bare])).strip(_ENDS)
    long_enough = len(shared) >= _SHORTEST_BEGINNING * min(map(len, bare))
    return shared if shared and long_enough else bare[0]


def _shared(titles: Sequence[Sequence[str]]) -> list[str]:
    """The words with which all titles begin."""
    return [words[0] for words in takewhile(lambda words: len(set(words)) == 1, zip(*titles, strict=False))]


def _without_options(variant: Variant) -> str:
    """A title without the options at its end: `Cotton Shirt - Red / M` is Cotton Shirt."""
    values = {value.casefold() for some in variant.words.values() for value in some} | {"size"}
    title = variant.title.rstrip(_ENDS)
    while shorter := next((cut for value in values if (cut := _cut(title, value))), ""):
        title = shorter
    return title if len(title) < len(variant.title.rstrip(_ENDS)) else variant.title


def _cut(title: str, value: str) -> str:
    """The title without a value that stands apart at its end; empty when it does not, or nothing would be left."""
    before = title[: -len(value)]
    apart = title.casefold().endswith(value) and before[-1:] in _APART
    return before.rstrip(_ENDS) if apart else ""
