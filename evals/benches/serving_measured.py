"""What a crowd was told, as figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from ...tools.errors import RecommenderError
from .figures import Figure, percentile
from .serving_process import Server, crowd

Talks = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Window:
    """The turns that ended while the crowd was measured. Times are milliseconds."""

    seconds: float
    took: tuple[float, ...]
    first_token: tuple[float, ...]
    recommending: int
    """Turns that ended in a list of items."""
    errors: tuple[str, ...]
    """Of all turns, those before the window too."""
    processor: float | None
    """Processor time of the servers per turn."""

    @property
    def rate(self) -> float:
        """Recommendation turns a second."""
        return self.recommending / self.seconds

    def figures(self, of: str, *, at_least: float | None = None, p95_at_most: float | None = None) -> Iterator[Figure]:
        """A line each."""
        yield Figure(f"{of}: recommendation turns", self.rate, "/s", at_least=at_least)
        yield Figure(f"{of}: all turns", len(self.took) / self.seconds, "/s")
        yield Figure(f"{of}: p50", percentile(self.took, 0.5), "ms")
        yield Figure(f"{of}: p95", percentile(self.took, 0.95), "ms", at_most=p95_at_most)
        if self.processor is not None:
            yield Figure(f"{of}: processor time a turn", self.processor, "ms")
        yield Figure(f"{of}: errors", len(self.errors), at_most=0)


def measured(servers: Sequence[Server], talks: Talks, *, seconds: float, warm: float = 1, **how: Any) -> Window:
    """What a crowd is told in so many seconds, after others in which servers and crowd get going.

    Raises RecommenderError when no turn ended in that time.
    """
    before = _processor_s(servers)
    rows = crowd(servers, talks, **({"mode": "closed"} | how), seconds=warm + seconds)
    after = _processor_s(servers)
    inside = [one for one in rows if warm <= one["began"] + one["took"] < warm + seconds and not one["error"]]
    if not inside:
        raise RecommenderError(f"No turn in {seconds:g} s: {[one['error'] for one in rows][:3]}")
    return Window(
        seconds=seconds,
        took=tuple(1000 * one["took"] for one in inside),
        first_token=tuple(1000 * one["first_token"] for one in inside if one["first_token"] is not None),
        recommending=sum(one["items"] > 0 for one in inside),
        errors=tuple(one["error"] for one in rows if one["error"]),
        processor=None if before is None or after is None else 1000 * (after - before) / len(rows),
    )


def _processor_s(servers: Sequence[Server]) -> float | None:
    told = [one.processor_s() for one in servers]
    return None if None in told else sum(one for one in told if one is not None)


def growth(memory: Sequence[float]) -> float:
    """By how many percent the mean of the last tenth exceeds that of the first.

    >>> growth([100.0] * 10 + [104.0] * 10)
    4.0
    """
    tenth = max(1, len(memory) // 10)
    return 100 * (fmean(memory[-tenth:]) / fmean(memory[:tenth]) - 1)
