"""What a turn costs without HTTP and files, and what HTTP costs without a turn."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...agent import create_recommender
from ...graphs.context import RecommenderContext
from ...tools.catalog import Catalog
from .figures import Figure, percentile
from .serving_measured import Talks, Window, measured
from .serving_process import EMPTY, serving_processes

_TURNS = 200
_SECONDS = 4


def in_process(catalog: Catalog, talks: Talks, served: Window) -> Iterator[Figure]:
    """The same talks with the graph alone, its state in memory, beside one guest of a server."""
    wall, processor = _bare(catalog, talks)
    p50 = percentile(wall, 0.5)
    yield Figure("bare graph: p50", p50, "ms")
    yield Figure("bare graph: processor time a turn", sum(processor) / len(processor), "ms")
    yield Figure("1 guest: p50", percentile(served.took, 0.5), "ms")
    yield Figure("HTTP and persistence: p50", percentile(served.took, 0.5) - p50, "ms")
    if served.processor is not None:
        overhead = served.processor - sum(processor) / len(processor)
        yield Figure("HTTP and persistence: processor time a turn", overhead, "ms")


def empty_route(guests: int) -> Iterator[Figure]:
    """A route of FastAPI that answers with nothing."""
    with tempfile.TemporaryDirectory() as folder, serving_processes(EMPTY, Path(folder)) as servers:
        alone = measured(servers, [["."] * 50], guests=1, seconds=_SECONDS)
        many = measured(servers, [["."] * 50], guests=guests, seconds=_SECONDS)
    yield Figure("empty route, 1 guest: p50", percentile(alone.took, 0.5), "ms")
    yield Figure(f"empty route, {guests} guests", len(many.took) / many.seconds, "/s")


def _bare(catalog: Catalog, talks: Talks) -> tuple[list[float], list[float]]:
    """Milliseconds on the clock and of processor time, a turn each, once everything is loaded."""
    graph, wall, processor = create_recommender(catalog), list[float](), list[float]()
    turns = [(f"{talk}", said) for talk, row in enumerate(talks) for said in row][: 2 * _TURNS]
    for number, (talk, said) in enumerate(turns):
        config: Any = {"configurable": {"thread_id": talk}}
        clock, worked = time.perf_counter(), time.process_time()
        graph.invoke(
            {"messages": [("user", said)]}, config, context=RecommenderContext(user_id=talk), durability="exit"
        )
        if number >= _TURNS:
            wall.append(1000 * (time.perf_counter() - clock))
            processor.append(1000 * (time.process_time() - worked))
    return wall, processor
