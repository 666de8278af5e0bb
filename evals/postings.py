"""Which items of a catalog meet a constraint, looked up by the values they have instead of tried one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..tools.constraints import NEGATIVE, Constraint, Op, matches
from ..tools.constraints.model import Scalar
from ..tools.items import Item
from ..tools.normalize import normalize

Mask = NDArray[np.bool_]
"""By the place of an item in the catalog, shape (items,)."""
_REMEMBERED = 2_000


class Postings:
    """The places of the items that have a value, by facet. `meeting` says of each item what `matches` says."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._size = len(items)
        self._places: dict[str, dict[Scalar, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._spellings: dict[str, dict[Hashable, set[Scalar]]] = defaultdict(lambda: defaultdict(set))
        for place, item in enumerate(items):
            for facet, value in item.facets.items():
                for part in value if isinstance(value, tuple) else (value,):
                    self._places[facet][part].append(place)
                    self._spellings[facet][_key(part)].add(part)
        self._meeting = lru_cache(_REMEMBERED)(self._find)

    def meeting(self, constraint: Constraint) -> Mask:
        """Which items meet the constraint, hard or soft."""
        return self._meeting(constraint.facet, constraint.op, constraint.value)

    def _find(self, facet: str, op: Op, value: Scalar | tuple[Scalar, ...]) -> Mask:
        wanted = value if isinstance(value, tuple) else (value,)
        if op in NEGATIVE:
            return ~self._same(facet, wanted)
        if op in (Op.EQ, Op.IN):
            return self._same(facet, wanted)
        if op is Op.ALL:
            each = [self._same(facet, (one,)) for one in wanted]
            return np.logical_and.reduce([self._having(facet, self._places[facet]), *each])
        constraint = Constraint(facet=facet, op=op, value=value)
        return self._having(facet, (part for part in self._places[facet] if matches(constraint, part)))

    def _same(self, facet: str, wanted: Iterable[Scalar]) -> Mask:
        return self._having(facet, (part for one in wanted for part in self._spellings[facet].get(_key(one), ())))

    def _having(self, facet: str, parts: Iterable[Scalar]) -> Mask:
        mask = np.zeros(self._size, dtype=np.bool_)
        for part in parts:
            mask[self._places[facet][part]] = True
        return mask


def _key(value: Scalar) -> Hashable:
    """Equal for values that the evaluator of constraints takes for the same."""
    return normalize(value) if isinstance(value, str) else float(value)
