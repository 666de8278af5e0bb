"""Is what is shown mixed as the person's taste is, and how much more popular is it than what would have fitted?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np

from ...tools.items import FacetKind, FacetRole
from ...tools.profile.model import FeedbackKind
from ...tools.ranking.metrics import miscalibration as kl_of
from ..facts import CatalogFacts
from ..outcome import Outcome
from ..targets import Observed
from .metric import Share, Trials, mean, total

_HAD = (FeedbackKind.LIKE, FeedbackKind.CHOSEN)


def miscalibration(tried: Trials) -> Share:
    """C_KL(p, q) of each conversation, in nats (Steck 2018): 0 when what is shown is mixed as the taste is.

    p is the mix of categories of the items that the person liked or chose before; of what a simulated person without
    such a history wants; q that of all items shown. The category is the facet of that role. Nothing is said of
    conversations without either, or without a shown item that has a category.
    """
    return total(_off(one, tried.facts) for one in tried.outcomes)


def popularity_lift(tried: Trials) -> Share:
    """Mean place of the items shown in the order of popularity, less that of all items that meet the hard constraints.

    0 is what drawing by lot from the fitting items would give, of turns that show something.
    """
    return mean([one for outcome in tried.outcomes for one in _lifts(outcome, tried.facts)])


def _off(outcome: Outcome, facts: CatalogFacts) -> Share:
    taste = _mix(_had(outcome) or _wanted(outcome), facts)
    shown = _mix((one.id for turn in outcome.turns if turn.observed for one in turn.observed.shown), facts)
    if not (taste and shown):
        return Share()
    names = sorted(taste.keys() | shown.keys())
    p, q = (np.array([[mix.get(name, 0.0) for name in names]]) for mix in (taste, shown))
    return Share(float(kl_of(p, q)[0]), 1)


def _had(outcome: Outcome) -> tuple[str, ...]:
    """What the profile held after the first turn: later turns have learned from what was shown."""
    profile = outcome.turns[0].observed.profile if outcome.turns and outcome.turns[0].observed else None
    return tuple(one.item_id for one in profile.events if one.kind in _HAD) if profile else ()


def _wanted(outcome: Outcome) -> tuple[str, ...]:
    return outcome.simulated.wanted if outcome.simulated else ()


def _mix(ids: Iterable[str], facts: CatalogFacts) -> dict[str, float]:
    """p(g): the mean over the items of 1 / n for each of their n categories; empty when none has one."""
    found, items = Counter[str](), 0
    for values in filter(None, (_categories(one, facts) for one in ids)):
        items += 1
        found.update(dict.fromkeys(values, 1 / len(values)))
    return {name: share / items for name, share in found.items()}


def _categories(item_id: str, facts: CatalogFacts) -> set[str]:
    facet, item = facts.schema.by_role(FacetRole.CATEGORY), facts.items.get(item_id)
    if facet is None or facet.kind not in (FacetKind.CATEGORICAL, FacetKind.MULTI) or item is None:
        return set()
    value = item.facets.get(facet.name)
    return set(value) if isinstance(value, tuple) else {value} if isinstance(value, str) else set()


def _lifts(outcome: Outcome, facts: CatalogFacts) -> Iterator[float]:
    for now in (turn.observed for turn in outcome.turns if turn.observed):
        places = facts.popularity
        shown = [places[one.id] for one in now.shown if one.id in places]
        fitting = [places[one] for one in _fitting(now, facts) if one in places] if shown else []
        if fitting and "constraints" not in now.hidden:
            yield float(np.mean(shown) - np.mean(fitting))


def _fitting(now: Observed, facts: CatalogFacts) -> frozenset[str]:
    return facts.admitted(one for one in now.constraints if one.hard)
