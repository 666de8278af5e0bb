"""What may be shown: items of the bus that exist, meet every hard constraint and every policy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from ..tools.catalog import Catalog
from ..tools.catalog.search.diversity import Beside, Likeness, greedy
from ..tools.constraints import Constraint, admits
from ..tools.items import FacetRole, Item
from .fairness import mixed
from .policies import Policies, blocked, for_adults
from .state import Candidate

Correct = Callable[[Sequence[str], np.ndarray, int], tuple[np.ndarray, list[Beside]]]
"""Of m candidates, their relevance (m,) and the length of the list: what each is worth (m,) and costs beside others."""


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


def select(
    candidates: Sequence[Candidate],
    catalog: Catalog,
    policies: Policies,
    count: int,
    quotas: Mapping[str, int],
    *,
    sampled: bool = False,
    correct: Correct | None = None,
) -> list[Candidate]:
    """Picks `count` items greedily by score less similarity to those picked (MMR, Carbonell & Goldstein 1998).

    `quotas` says how many items may share a value of a facet. Of `sampled` candidates the order counts, not the score.
    A list may be corrected besides.
    """
    pool = list(candidates)
    if not pool:
        return []
    relevance = _by_place(len(pool)) if sampled else _scaled(pool)
    likeness = Likeness(_likeness(pool, catalog).__getitem__, policies.diversity)
    worth, beside = correct([one.item_id for one in pool], relevance, count) if correct else (relevance, [])
    in_order = (pool[row] for row in greedy((1 - policies.diversity) * worth, len(pool), [likeness, *beside]))
    if len(catalog.members) < 2:
        return list(_within_quotas(in_order, catalog, quotas, count))
    ordered = list(in_order)
    picked = list(_within_quotas(ordered, catalog, quotas, count))
    fair = mixed(picked, ordered, catalog)
    return fair if len(list(_within_quotas(fair, catalog, quotas, count))) == len(picked) else picked


def _scaled(pool: Sequence[Candidate]) -> np.ndarray:
    """Sums of contributions where there are any, else the scores, scaled to [0, 1]."""
    raw = np.array([sum(one.contributions.values()) if one.contributions else one.score for one in pool])
    spread = float(np.ptp(raw))
    return (raw - raw.min()) / spread if spread > 0 else np.ones(len(pool))


def _by_place(n: int) -> np.ndarray:
    return np.linspace(1.0, 0.0, n)


def _likeness(pool: Sequence[Candidate], catalog: Catalog) -> np.ndarray:
    """Shape (n, n): cosine of the texts; 1 for two items of the same makers."""
    vectors = catalog.vector_of([one.item_id for one in pool])
    maker = catalog.schema.by_role(FacetRole.CREATOR)
    makers = [catalog.item(one.item_id).facets.get(maker.name) if maker else None for one in pool]
    number: dict[object, int] = {}
    numbers = np.array([number.setdefault(row if one is None else one, len(number)) for row, one in enumerate(makers)])
    return np.where(numbers[:, None] == numbers, 1.0, vectors @ vectors.T)


def _within_quotas(
    ordered: Iterable[Candidate], catalog: Catalog, quotas: Mapping[str, int], count: int
) -> Iterator[Candidate]:
    used: Counter[tuple[str, str]] = Counter()
    taken = 0
    for one in ordered:
        if taken == count:
            return
        keys = [(name, value) for name in quotas for value in _values(catalog.item(one.item_id), name)]
        if all(used[key] < quotas[key[0]] for key in keys):
            used.update(keys)
            taken += 1
            yield one


def _values(item: Item, facet: str) -> list[str]:
    value = item.facets.get(facet)
    return [] if value is None else [str(part) for part in (value if isinstance(value, tuple) else (value,))]
