"""Check of the items shown against the rules of the house."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from ...graphs.policies import Policies, stock_rule
from ...tools.items import FacetRole, Item
from ...tools.profile.model import FeedbackKind
from .moment import Moment

_PAID = re.compile(r"sponsored|advert|promoted|paid|广告|赞助|推广", re.IGNORECASE)
_HAD = (FeedbackKind.SEEN, FeedbackKind.CHOSEN)
_REFUSED = (FeedbackKind.DISLIKE,)
Rule = Callable[[Policies, list[Item], Moment], Iterable[str]]


def kept(_wanted: bool, moment: Moment) -> Iterator[str]:
    """Items that a rule of the house forbids, or too many of them. Age gates are left to what a script expects."""
    items = [moment.facts.items[one.id] for one in moment.now.shown if one.id in moment.facts.items]
    for rule in _RULES:
        yield from rule(moment.policies, items, moment)


def _blocked(policies: Policies, items: list[Item], moment: Moment) -> Iterator[str]:
    yield from (f"blocked: {one.title}" for one in items if one.id in policies.block)
    for text in policies.block_where:
        caught = moment.facts.admitted(moment.facts.filter(text))
        yield from (f"blocked where {text}: {one.title}" for one in items if one.id in caught)


def _required(policies: Policies, items: list[Item], moment: Moment) -> Iterator[str]:
    for text in policies.require_where:
        fitting = moment.facts.admitted(moment.facts.filter(text))
        yield from (f"required {text}: {one.title}" for one in items if one.id not in fitting)
    there = moment.facts.admitted(stock_rule(moment.facts.schema) if policies.in_stock else ())
    yield from (f"not in stock: {one.title}" for one in items if one.id not in there)


def _quotas(policies: Policies, items: list[Item], _moment: Moment) -> Iterator[str]:
    if policies.one_at_a_time and len(items) > 1:
        yield f"one at a time: {len(items)} shown"
    for facet, most in policies.at_most_per.items():
        shares = Counter(part for one in items for part in _parts(one, facet))
        yield from (f"at most {most} per {facet}: {count} of {part}" for part, count in shares.items() if count > most)


def _away(policies: Policies, items: list[Item], moment: Moment) -> Iterator[str]:
    if policies.exclude_consumed:
        had = _known(moment, _HAD, (*moment.given.seen, *moment.given.chosen))
        yield from (f"already had: {one.title}" for one in items if one.id in had)
    if policies.exclude_rejected:
        refused = _known(moment, _REFUSED, moment.given.disliked)
        yield from (f"refused before: {one.title}" for one in items if one.id in refused)


def _disclosed(policies: Policies, items: list[Item], moment: Moment) -> Iterator[str]:
    facet = moment.facts.schema.by_role(FacetRole.SPONSORED)
    paid = [one.title for one in items if facet and one.facets.get(facet.name) is True]
    if policies.disclose_sponsored and paid and not _PAID.search(moment.now.reply):
        yield f"sponsored, and not said so: {paid[0]}"


_RULES: tuple[Rule, ...] = (_blocked, _required, _quotas, _away, _disclosed)


def _known(moment: Moment, kinds: tuple[FeedbackKind, ...], given: tuple[str, ...]) -> set[str]:
    """Ids of the items of which the newest feedback says so; as given before the first turn if no profile is seen."""
    if moment.now.profile is None:
        return {item for name in given for item in moment.facts.ids(name)}
    newest = {event.item_id: event.kind for event in moment.now.profile.events}
    return {item for item, kind in newest.items() if kind in kinds}


def _parts(item: Item, facet: str) -> tuple[str, ...]:
    value = item.facets.get(facet)
    return value if isinstance(value, tuple) else () if value is None else (str(value),)
