"""How a search compares vectors: chosen from the catalog's size and from how many items its filter leaves.

The thresholds are measured by `recommender bench search`, which prints both sides of each:

    gather     float32 vectors of the fitting items are copied together and compared: 0.16 ms for a thousand of 512
               numbers, until the copies no longer fit the processor's cache
    codes      8-bit codes of the fitting items, then the best again in float32: a quarter of the bytes
    scan       8-bit codes of all items where they lie, which is faster than copying half of them together
    nearest    the store's approximate neighbours, more than asked for, then these in float32: for catalogs whose codes
               alone take longer to read than a person should wait
    server     the vectors are on a server only, which ranks
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_GATHERED_BYTES = 10 * 2**20
"""Of float32 vectors: 5,000 of 512 numbers."""
_SCANNED_BYTES = 512 * 2**20
"""Of codes: a million of 512 numbers, some 40 ms."""
_SCANNED_SHARE = 0.5
_FETCHED_PER_RESULT, _FETCHED_AT_LEAST, _FETCHED_AT_MOST = 10, 200, 2_000


class Strategy(StrEnum):
    """How vectors are compared. All but `nearest` and `server` find exactly the best items."""

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


@dataclass(frozen=True, slots=True)
class Held:
    """What an engine has to compare with."""

    rows: int
    dimension: int
    local: bool = True
    """Whether the vectors are in this process."""
    nearest: bool = False
    """Whether the store can name the nearest items."""


def choose(held: Held, fitting: int, *, compares: bool) -> Plan:
    """The plan for a search that `fitting` items are left to; `compares` says whether it has a vector to compare."""
    strategy, reason = _choice(held, fitting, compares)
    return Plan(strategy, reason, held.rows, fitting)


def fetched(k: int, held: Held, fitting: int) -> int:
    """How many neighbours to ask a store for, so that k are left when the filter takes the usual share of them."""
    wanted = max(_FETCHED_PER_RESULT * k, _FETCHED_AT_LEAST)
    return min(wanted * max(held.rows // max(fitting, 1), 1), max(_FETCHED_AT_MOST, k), held.rows)


def _choice(held: Held, fitting: int, compares: bool) -> tuple[Strategy, str]:
    if not fitting:
        return Strategy.NONE, "no item meets the filter"
    if not compares:
        return Strategy.NONE, "there is no query and no item to compare with: ordered by standing"
    if not held.local:
        return Strategy.SERVER, "the vectors are on a server only"
    if 4 * held.dimension * fitting <= _GATHERED_BYTES:
        return Strategy.GATHER, f"{fitting} fitting vectors are few enough to compare each"
    if held.dimension * fitting > _SCANNED_BYTES and held.nearest:
        return Strategy.NEAREST, f"{fitting} fitting vectors take too long to read"
    if fitting < _SCANNED_SHARE * held.rows:
        return Strategy.CODES, f"{fitting} fitting vectors, less than half of all: their 8-bit codes, then the best"
    return Strategy.SCAN, f"{fitting} fitting vectors, half of all or more: all 8-bit codes in place, then the best"
