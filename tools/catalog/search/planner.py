"""How a search compares vectors: chosen from the catalog's size and from how many items its filter leaves.

    none       nothing fits, or there is nothing to compare with
    gather     float32 vectors of the fitting items, copied together
    codes      8-bit codes of the fitting items, then the best again in float32: a quarter of the bytes
    scan       8-bit codes of all items where they lie, which is faster than copying a third of them together
    nearest    the neighbours that the store in this process finds, more than asked for, then these in float32: for
               catalogs whose codes alone take longer to read than a person should wait
    server     the same, where the store is a server

The first four give exactly the results of comparing every fitting item. `Limits` are where one becomes faster than the
next; `recommender bench search` prints both sides of each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

_FETCHED_PER_RESULT, _FETCHED_AT_LEAST, _FETCHED_AT_MOST = 10, 200, 2_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Up to where a strategy is the fastest. Measured on vectors of 512 numbers, one thread."""

    gathered: int = 4 * 2**20
    """Bytes of float32 vectors that are gathered: 2,000 vectors in 0.3 ms; more no longer fit the processor's cache."""
    scanned: int = 512 * 2**20
    """Bytes of codes that are read for one search: a million vectors in some 40 ms."""
    share: float = 0.3
    """Of all codes: from here on reading all is faster than copying the fitting ones together."""


class Strategy(StrEnum):
    """How vectors are compared."""

    NONE = "none"
    GATHER = "gather"
    CODES = "codes"
    SCAN = "scan"
    NEAREST = "nearest"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class Plan:
    """What was done with the vectors of a search, and why."""

    strategy: Strategy
    reason: str
    rows: int
    """Items of the catalog."""
    fitting: int
    """Items that the filter leaves."""
    compared: int = 0
    """Items whose float32 vectors were compared."""

    @property
    def exact(self) -> bool:
        """Whether the results are those of comparing every fitting item."""
        return self.strategy not in (Strategy.NEAREST, Strategy.SERVER)

    @property
    def coded(self) -> bool:
        """Whether 8-bit codes are compared first."""
        return self.strategy in (Strategy.CODES, Strategy.SCAN)


@dataclass(frozen=True, slots=True)
class Held:
    """What an engine has to compare with."""

    rows: int
    dimension: int
    nearest: bool = False
    """Whether the store can name the nearest items."""
    served: bool = False
    """Whether the store is a server."""
    limits: Limits = Limits()


def choose(held: Held, fitting: int, *, compares: bool) -> Plan:
    """The plan for a search that `fitting` items are left to; `compares` says whether it has a vector to compare."""
    if not fitting:
        return Plan(Strategy.NONE, "no item meets the filter", held.rows, 0)
    if not compares:
        return Plan(Strategy.NONE, "no query and no item to compare with: ordered by standing", held.rows, fitting)
    strategy, reason = _fastest(held, fitting)
    return Plan(strategy, f"{fitting} of {held.rows} items fit: {reason}", held.rows, fitting)


def without_store(held: Held, fitting: int, why: str) -> Plan:
    """The exact plan in place of one that the store has failed."""
    plan = choose(replace(held, nearest=False), fitting, compares=True)
    return replace(plan, reason=f"{plan.reason}; {why}")


def fetched(k: int, held: Held, fitting: int) -> int:
    """How many neighbours to ask a store for, so that k are left when the filter takes the usual share of them."""
    wanted = max(_FETCHED_PER_RESULT * k, _FETCHED_AT_LEAST)
    return min(wanted * (held.rows // fitting), max(_FETCHED_AT_MOST, wanted), held.rows)


def _fastest(held: Held, fitting: int) -> tuple[Strategy, str]:
    if 4 * held.dimension * fitting <= held.limits.gathered:
        return Strategy.GATHER, "few enough to compare each in full"
    if held.dimension * fitting > held.limits.scanned and held.nearest:
        strategy = Strategy.SERVER if held.served else Strategy.NEAREST
        return strategy, "too many to read, so the store's neighbours, then these in full"
    if fitting < held.limits.share * held.rows:
        return Strategy.CODES, "their 8-bit codes, then the best in full"
    return Strategy.SCAN, "the 8-bit codes of all, then the best in full"
