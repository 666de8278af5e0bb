"""A server under load, over real sockets: turns a second, latency, errors, memory, and what must not cross users."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ...tools.catalog import Catalog
from ..opened import OpenCatalogs
from .figures import BenchReport, Figure, Options, percentile
from .serving_floor import empty_route, in_process
from .serving_held import crossing, idle, soak
from .serving_measured import Talks, Window, measured
from .serving_process import RECOMMENDER, Server, serving_processes, started
from .serving_talk import talks_of

_CATALOG = "books"
_TALKS, _TURNS = 2_000, 5
_WARM_S, _ALONE_S = 10, 8
_PER_SECOND, _P95_MS, _FIRST_TOKEN_MS = 30, 1_200, 80
_SCALED = 1.7
"""Recommendation turns a second of several workers over those of one."""
_USERS, _USER_TURNS = 64, 20
_FIGURES = 25
"""About so many, for the progress."""


def serving(options: Options, progress: Callable[[int, int], None]) -> BenchReport:
    """One worker with SQLite, what it adds to the bare graph, and whatever else `options.load` asks for."""
    figures, notes = list[Figure](), list[str]()
    for number, figure in enumerate(_figures(options, notes)):
        figures.append(figure)
        progress(min(number, _FIGURES), _FIGURES)
    return BenchReport("serving", tuple(figures), options, tuple(notes))


def _figures(options: Options, notes: list[str]) -> Iterator[Figure]:
    name, load = (options.catalogs or (_CATALOG,))[0], options.load
    catalog = OpenCatalogs().catalog(name)
    talks = talks_of(catalog, _TALKS, _TURNS, options.seed)
    notes.append(f"catalog: {name}; offline model; crowd, servers and database share the machine")
    with _home(catalog) as home, serving_processes((*RECOMMENDER, name), home) as servers:
        started(servers, talks)
        one = measured(servers, talks, guests=load.clients, seconds=load.seconds, warm=_WARM_S)
        notes += _told(one)
        yield from one.figures(f"1 worker, {load.clients} clients", at_least=_PER_SECOND, p95_at_most=_P95_MS)
        alone = measured(servers, talks, guests=1, seconds=_ALONE_S)
        streamed = measured(servers, talks, guests=1, seconds=_ALONE_S, streams=True)
        yield Figure("1 client: first token p50", percentile(streamed.first_token, 0.5), "ms", at_most=_FIRST_TOKEN_MS)
        yield from _more(servers[0], talks, options, notes)
    yield from in_process(catalog, talks, alone)
    yield from empty_route(load.clients)
    if load.workers > 1:
        yield from _several(name, talks, one, options, notes)


def _more(server: Server, talks: Talks, options: Options, notes: list[str]) -> Iterator[Figure]:
    """What is measured of one worker when it is asked for."""
    load = options.load
    if load.rate:
        how = {"mode": "open", "rate": load.rate, "seed": options.seed}
        window = measured([server], talks, seconds=load.seconds, warm=_WARM_S, **how)
        notes += _told(window)
        yield from window.figures(f"{load.rate:g} turns/s as they come")
    if load.idle:
        yield from idle(server, talks, load.idle)
    if load.canaries:
        yield from crossing([server], talks, users=_USERS, turns=_USER_TURNS)
    if load.soak:
        yield from soak(server, talks, guests=load.clients, seconds=load.soak)


def _several(name: str, talks: Talks, one: Window, options: Options, notes: list[str]) -> Iterator[Figure]:
    """Workers that share what they remember; every client goes from worker to worker."""
    load = options.load
    of = f"{load.workers} workers on {'PostgreSQL' if load.database else 'SQLite'}, {load.clients} clients"
    command = (*RECOMMENDER, name)
    with (
        _home(OpenCatalogs().catalog(name)) as home,
        serving_processes(command, home, count=load.workers, database=load.database) as servers,
    ):
        started(servers, talks)
        window = measured(servers, talks, guests=load.clients, seconds=load.seconds, warm=_WARM_S)
        notes += _told(window)
        yield from window.figures(of, at_least=_SCALED * _PER_SECOND)
        yield Figure("over 1 worker", window.rate / one.rate, "times", at_least=_SCALED)
        if load.canaries:
            yield from crossing(servers, talks, users=_USERS, turns=_USER_TURNS)


@contextmanager
def _home(catalog: Catalog) -> Iterator[Path]:
    """An empty one, but for the catalog: it need not be indexed again."""
    with tempfile.TemporaryDirectory() as folder:
        if catalog.directory:
            shutil.copytree(catalog.directory, Path(folder) / "catalogs" / catalog.directory.name)
        yield Path(folder)


def _told(window: Window) -> list[str]:
    return [f"error: {one}" for one in dict.fromkeys(window.errors)][:3]
