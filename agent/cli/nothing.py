"""Why nothing meets a filter, and the nearest filter that something meets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import combinations

from ...tools.catalog import Catalog
from ...tools.constraints import Constraint, Op, to_filter
from ...tools.items import FacetKind
from ...tools.normalize import normalize


@dataclass(frozen=True, slots=True)
class WhyNothing:
    """A filter that no item meets."""

    conditions: dict[str, int]
    """How many items meet each condition alone."""
    nearest: str
    """The filter with the fewest and smallest changes after which something fits; empty means no filter."""
    fitting: int
    """How many items then fit."""

    def lines(self) -> Iterator[str]:
        """The same in sentences."""
        alone = ", ".join(f"{text} ({count})" for text, count in self.conditions.items())
        several = " No item meets all of them." if all(self.conditions.values()) else ""
        yield f"Items that meet each condition: {alone}.{several}"
        wanted = f"--where '{self.nearest}'" if self.nearest else "no filter"
        yield f"The nearest that has results: {wanted}, {self.fitting} item{'s' * (self.fitting > 1)}."


def why_nothing(catalog: Catalog, constraints: Sequence[Constraint]) -> WhyNothing:
    """What is in the way of constraints that no item meets."""
    kept = _nearest(catalog, constraints)
    return WhyNothing(
        conditions={to_filter(one): _count(catalog, (one,)) for one in constraints},
        nearest=" and ".join(map(to_filter, kept)),
        fitting=_count(catalog, kept),
    )


def unknown_values(catalog: Catalog, constraints: Sequence[Constraint]) -> Iterator[str]:
    """A note for every value of a filter that no item has: it may be misspelt."""
    for one in constraints:
        facet = catalog.schema.facet(one.facet)
        if facet is None or facet.kind not in (FacetKind.CATEGORICAL, FacetKind.MULTI) or one.op is Op.CONTAINS:
            continue
        known = {normalize(value): value for value in catalog.statistics(one.facet).counts}
        wanted = one.value if isinstance(one.value, tuple) else (one.value,)
        for value in map(str, wanted):
            if normalize(value) not in known:
                near = [known[one] for one in get_close_matches(normalize(value), list(known), n=1)]
                yield f"No item has {facet.name} {value!r}." + "".join(f" Did you mean {one!r}?" for one in near)


def _nearest(catalog: Catalog, constraints: Sequence[Constraint]) -> tuple[Constraint, ...]:
    """One condition loosened where that is enough, otherwise as few as possible left out."""
    change = catalog.relaxation(constraints)
    if change is not None:
        changed = ((change.loosened if one == change.constraint else one) for one in constraints)
        return tuple(one for one in changed if one is not None)
    for count in range(len(constraints) - 2, 0, -1):
        kept = max(combinations(constraints, count), key=lambda some: _count(catalog, some))
        if _count(catalog, kept):
            return kept
    return ()


def _count(catalog: Catalog, constraints: Sequence[Constraint]) -> int:
    return int(catalog.mask(constraints).sum())
