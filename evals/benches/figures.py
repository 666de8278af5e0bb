"""What a benchmark prints: figures, the bound each should reach, and what they depend on."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

_PACKAGES = ("langgraph-recommender", "langgraph", "langchain-core", "torch", "chromadb", "numpy")


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How a server is asked, and what is measured of it beside its turns a second."""

    clients: int = 32
    """At the same time."""
    seconds: float = 30
    """Measured, after the warm-up."""
    workers: int = 1
    """With more than one, they are measured as well."""
    database: str = ""
    """URL of the PostgreSQL database that several workers share; SQLite files when empty."""
    rate: float = 0
    """Turns a second that come whether the last ones are answered or not; 0 leaves that out."""
    soak: float = 0
    """Seconds under load in which the memory must stay flat; 0 leaves that out."""
    idle: int = 0
    """Conversations that begin and wait; 0 leaves that out."""
    canaries: bool = False
    """Whether it is checked that nothing crosses from one user to another."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line passes to a benchmark. Each one reads what it needs."""

    count: int | None = None
    """How many conversations, turns or runs; None means the benchmark's own."""
    seed: int = 1
    catalogs: tuple[str, ...] = ()
    """Names or files; empty means the benchmark's own."""
    data: Path | None = None
    """Folder of data that does not ship with the package."""
    rehearse: bool = False
    """Leave what is judged by in the end alone, and judge by something else."""
    load: LoadOptions = LoadOptions()
    """For the benchmark of a server."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. `at_most` and `at_least` are bounds it should reach, in the same unit."""

    name: str
    value: float
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the bound is reached; None when there is none."""
        if self.at_most is not None:
            return self.value <= self.at_most
        return None if self.at_least is None else self.value >= self.at_least


@dataclass(frozen=True, slots=True)
class BenchReport:
    """The figures of one benchmark, and further lines that explain them."""

    name: str
    figures: tuple[Figure, ...]
    options: Options
    notes: tuple[str, ...] = ()
    machine: dict[str, Any] = field(default_factory=lambda: machine())

    @property
    def reached(self) -> bool:
        """Whether every figure with a bound reaches it."""
        return all(one.reached is not False for one in self.figures)

    def as_data(self) -> dict[str, Any]:
        """JSON values."""
        figures = [asdict(one) | {"reached": one.reached} for one in self.figures]
        return {
            "bench": self.name,
            "reached": self.reached,
            "figures": figures,
            "seed": self.options.seed,
            "notes": list(self.notes),
            **self.machine,
        }


def machine() -> dict[str, Any]:
    """What a figure depends on: the machine and the versions."""
    return {
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "python": platform.python_version(),
        "versions": {name: found for name in _PACKAGES if (found := _version(name))},
    }


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least that share of the values does not exceed (nearest rank).

    >>> percentile([4.0, 1.0, 3.0, 2.0], 0.5), percentile([4.0, 1.0, 3.0, 2.0], 0.95)
    (2.0, 4.0)
    """
    ordered = sorted(values)
    rank = max(1, -(-int(share * 1000) * len(ordered) // 1000))
    return ordered[rank - 1]


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
