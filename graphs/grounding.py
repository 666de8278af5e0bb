"""What may be shown: items of the bus that exist, meet every hard constraint and every policy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from ..tools.catalog import Catalog
from ..tools.constraints import Constraint, admits
from ..tools.items import Item
from .policies import Policies, blocked, for_adults
from .state import Candidate


def allowed(
    candidates: Iterable[Candidate],
    catalog: Catalog,
    constraints: Sequence[Constraint],
    away: frozenset[str],
    policies: Policies,
) -> list[Candidate]:
    """The candidates that may be shown. Every check of the search is made once more: this is the guarantee."""
    return [
        one
        for one in candidates
        if one.item_id in catalog
        and one.item_id not in away
        and admits(constraints, catalog.item(one.item_id))
        and not blocked(policies, catalog.schema, catalog.item(one.item_id))
    ]


def split_adult(
    candidates: Sequence[Candidate], catalog: Catalog, policies: Policies
) -> tuple[list[Candidate], list[Candidate]]:
    """(for everybody, for confirmed adults only)."""
    adult = {one.item_id for one in candidates if for_adults(policies, catalog.schema, catalog.item(one.item_id))}
    return [one for one in candidates if one.item_id not in adult], [one for one in candidates if one.item_id in adult]


def select(candidates: Sequence[Candidate], catalog: Catalog, policies: Policies, count: int) -> list[Candidate]:
    """Picks `count` items greedily by score less similarity to those picked (MMR, Carbonell & Goldstein 1998)."""
    pool = list(candidates)
    if not pool:
        return []
    vectors = catalog.vector_of([one.item_id for one in pool])
    order = _by_marginal_relevance(_scaled(pool), vectors, policies.diversity)
    return list(_within_quotas((pool[row] for row in order), catalog, policies, count))


def _scaled(pool: Sequence[Candidate]) -> np.ndarray:
    """Sums of contributions where there are any, else the scores, scaled to [0, 1]."""
    raw = np.array([sum(one.contributions.values()) if one.contributions else one.score for one in pool])
    spread = float(np.ptp(raw))
    return (raw - raw.min()) / spread if spread > 0 else np.ones(len(pool))


def _by_marginal_relevance(relevance: np.ndarray, vectors: np.ndarray, diversity: float) -> Iterator[int]:
    left, nearest = np.ones(len(relevance), dtype=bool), np.zeros(len(relevance))
    for _ in range(len(relevance)):
        marginal = np.where(left, (1 - diversity) * relevance - diversity * nearest, -np.inf)
        best = int(np.argmax(marginal))
        yield best
        left[best] = False
        nearest = np.maximum(nearest, vectors @ vectors[best])


def _within_quotas(
    ordered: Iterator[Candidate], catalog: Catalog, policies: Policies, count: int
) -> Iterator[Candidate]:
    used: Counter[tuple[str, str]] = Counter()
    taken = 0
    for one in ordered:
        if taken == count:
            return
        keys = _quota_keys(catalog.item(one.item_id), policies)
        if all(used[key] < policies.at_most_per[key[0]] for key in keys):
            used.update(keys)
            taken += 1
            yield one


def _quota_keys(item: Item, policies: Policies) -> list[tuple[str, str]]:
    values = {name: item.facets.get(name) for name in policies.at_most_per}
    return [(name, str(value)) for name, value in values.items() if value is not None]
