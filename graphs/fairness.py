"""Several catalogs in one list: none is left out that has something about as good as what is shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from ..tools.catalog import Catalog
from .state import Candidate

_REQUEST = ("retrieval", "text", "wishes", "similar")
"""Contributions that say how well an item fits what is asked for now."""
_AS_GOOD = 0.6
"""Share of the fit of the best candidate from which one is about as good."""
_KEPT_OF_EACH = 15


def kept(ranked: Sequence[str], catalog: Catalog, most: int) -> dict[str, None]:
    """Ids of the best `most`, and of the best of every catalog that has few among them, in the order given."""
    if len(catalog.members) < 2:
        return dict.fromkeys(ranked[:most])
    homes = [places[:_KEPT_OF_EACH] for places in _by_home(ranked, catalog)]
    return dict.fromkeys(ranked[place] for place in sorted({*range(min(most, len(ranked))), *chain(*homes)}))


def mixed(picked: Sequence[Candidate], ordered: Iterable[Candidate], catalog: Catalog) -> list[Candidate]:
    """What was picked, with the best of a catalog that has none in it in the place of the last of another.

    `ordered` are all candidates that may be picked, best first. A catalog whose best fits the request much worse than
    the best of all stays out, and so does everything where one item was picked.
    """
    result, others = list(picked), list(ordered)
    if len(result) < 2:
        return result
    best = max(map(_fit, others))
    for places in _by_home([one.item_id for one in others], catalog):
        own = [others[place] for place in places]
        if own and not any(one in result for one in own) and _fit(own[0]) >= _AS_GOOD * best:
            result[_replaceable(result, catalog)] = own[0]
    return result


def _by_home(item_ids: Sequence[str], catalog: Catalog) -> list[list[int]]:
    return [places for _, places, _ in catalog.by_home(item_ids)]


def _fit(one: Candidate) -> float:
    """How well it fits the request; without contributions its score."""
    return sum(one.contributions.get(name, 0.0) for name in _REQUEST) if one.contributions else one.score


def _replaceable(picked: Sequence[Candidate], catalog: Catalog) -> int:
    """The last item of the catalog that has most."""
    return max(_by_home([one.item_id for one in picked], catalog), key=len)[-1]
