"""The same function over many blocks of users, in this process or on Ray; results come in the order of the blocks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from ...errors import SettingsError

Given = TypeVar("Given")
Found = TypeVar("Found")
_IN_FLIGHT = 2
"""Blocks that wait for each worker: one is worked on while the next one travels."""


def here(function: Callable[[Given], Found], blocks: Iterable[Given]) -> Iterator[Found]:
    """One after the other."""
    return map(function, blocks)


def on_ray(
    function: Callable[[Given], Found], blocks: Iterable[Given], *, workers: int, threads: int
) -> Iterator[Found]:
    """On a Ray cluster (`RAY_ADDRESS`, or the one that is running), else on one of this machine that ends with it.

    At most two blocks a worker are on their way, so that memory stays bounded. Raises SettingsError without Ray.
    """
    ray = load_ray()
    started = not ray.is_initialized()
    if started:
        ray.init(include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    try:
        _check(threads, int(ray.cluster_resources().get("CPU", 0)))
        remote = ray.remote(num_cpus=threads)(_call)
        shared, waiting = ray.put(function), deque[Any]()
        for block in blocks:
            waiting.append(remote.remote(shared, block))
            if len(waiting) >= _IN_FLIGHT * workers:
                yield ray.get(waiting.popleft())
        while waiting:
            yield ray.get(waiting.popleft())
    finally:
        if started:
            ray.shutdown()


def load_ray() -> Any:
    """The library. Raises SettingsError with the line that installs it."""
    try:
        import ray  # noqa: PLC0415  # pyright: ignore[reportMissingImports]
    except ImportError as error:
        cure = "pip install 'langgraph-recommender[ray]', or leave --ray out."
        raise SettingsError("Ray is not installed.", cure=cure) from error
    return ray


def _check(threads: int, cores: int) -> None:
    if threads > cores:
        raise SettingsError(f"Ray has {cores} cores, no {threads} for a task.", cure="Use fewer --threads.")


def _call(function: Callable[[Given], Found], block: Given) -> Found:
    return function(block)
