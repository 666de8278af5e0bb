"""Whether the 200th turn of a conversation costs what the 10th does: time, and bytes that the storage holds of it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from pydantic import SecretStr

from ...agent.recommender import Recommender, create_recommender
from ...agent.settings import Settings
from ...agent.state.opening import Storage, open_storage
from ...graphs.context import RecommenderContext
from ...tools.catalog import Catalog
from ..facts import CatalogFacts
from ..generate import talks
from ..opened import OpenCatalogs
from ..targets.graph_target import GraphTarget
from .figures import BenchReport, Figure, Options

_CATALOG = "books"
_TURNS = 200
_EARLY = 10
"""The turn that the last one is held against."""
_PAIRS = 4
"""Young conversations that are measured beside the old one."""
_OF_SQLITE = (
    "SELECT coalesce(sum(length(checkpoint) + length(metadata)), 0) AS bytes FROM checkpoints WHERE thread_id = ?",
    "SELECT coalesce(sum(length(value)), 0) AS bytes FROM writes WHERE thread_id = ?",
)
_OF_POSTGRES = (
    "SELECT coalesce(sum(pg_column_size(checkpoint) + pg_column_size(metadata)), 0) AS bytes FROM checkpoints "
    "WHERE thread_id = %s",
    "SELECT coalesce(sum(pg_column_size(blob)), 0) AS bytes FROM checkpoint_blobs WHERE thread_id = %s",
    "SELECT coalesce(sum(pg_column_size(blob)), 0) AS bytes FROM checkpoint_writes WHERE thread_id = %s",
)


def long(options: Options, progress: Callable[[int, int], None]) -> BenchReport:
    """p50 of a turn and bytes kept at the 10th and at the last turn, in SQLite, and in PostgreSQL with --database."""
    turns = options.count or _TURNS
    opened = OpenCatalogs()
    catalog = opened.catalog((options.catalogs or (_CATALOG,))[0])
    words = _words(opened, catalog, turns, options.seed)
    places = {"SQLite": None, **({"PostgreSQL": options.load.database} if options.load.database else {})}
    figures: list[Figure] = []
    for number, (name, url) in enumerate(places.items()):
        with tempfile.TemporaryDirectory() as home:
            settings = Settings(home=Path(home), database_url=SecretStr(url) if url else None)
            with open_storage(settings) as storage:
                told = lambda done, at=number: progress(at * turns + done, turns * len(places))  # noqa: E731
                figures += _measured(name, storage, catalog, words, told)
    note = (
        f"one conversation of {turns} turns about {catalog.name}, offline model, written once a turn as by the server"
    )
    return BenchReport("long", tuple(figures), options, (note,))


def _words(opened: OpenCatalogs, catalog: Catalog, turns: int, seed: int) -> list[str]:
    """What random people say in as many turns; the last ten are the same as the tenth to the nineteenth."""
    target, facts = GraphTarget(opened.catalog), [(catalog.name, CatalogFacts.of(catalog))]
    said: list[str] = []
    for one in talks(target, facts, count=turns, seed=seed):
        said += [turn.said for turn in one.turns]
        if len(said) >= turns:
            break
    said = said[:turns]
    return [*said[:-_EARLY], *said[_EARLY - 1 : 2 * _EARLY - 1]]


def _measured(
    name: str, storage: Storage, catalog: Catalog, words: Sequence[str], told: Callable[[int], None]
) -> Iterator[Figure]:
    recommender = create_recommender(catalog, store=storage.store, checkpointer=storage.checkpointer)
    threads = ["bench:old", *(f"bench:young-{number}" for number in range(_PAIRS))]
    storage.threads.delete(threads)
    early, late, young = list[float](), list[float](), list[int]()
    for number, text in enumerate(words[:-_EARLY], start=1):
        _say(recommender, "bench:old", text)
        told(number)
    for number in range(_PAIRS):
        for text in words[: _EARLY - 1]:
            _say(recommender, f"bench:young-{number}", text)
    for place, text in enumerate(words[-_EARLY:]):
        for number in range(_PAIRS):
            early.append(_say(recommender, f"bench:young-{number}", text))
        late.append(_say(recommender, "bench:old", text))
        young.append(_bytes(storage, "bench:young-0"))
        told(len(words) - _EARLY + place + 1)
    yield Figure(f"{name}: turn {_EARLY} p50", median(early), "ms")
    yield Figure(f"{name}: turn {len(words)} p50", median(late), "ms")
    yield Figure(f"{name}: the one by the other", median(late) / median(early), at_most=1.25)
    yield Figure(f"{name}: bytes at turn {_EARLY}", young[0] / 1000, "kB")
    yield Figure(f"{name}: bytes at turn {len(words)}", _bytes(storage, "bench:old") / 1000, "kB", at_most=500)
    storage.threads.delete(threads)


def _say(recommender: Recommender, thread: str, text: str) -> float:
    """Milliseconds of a turn."""
    config: Any = {"configurable": {"thread_id": thread}}
    start = perf_counter()
    context = RecommenderContext(user_id=f"{thread}")
    recommender.invoke({"messages": [("user", text)]}, config, context=context, durability="exit")
    return (perf_counter() - start) * 1000


def _bytes(storage: Storage, thread: str) -> int:
    """What the storage holds of a conversation."""
    saver: Any = storage.checkpointer
    on_server = hasattr(saver, "_cursor")
    with (saver._cursor if on_server else saver.cursor)() as cursor:
        rows = [cursor.execute(query, (thread,)).fetchone() for query in (_OF_POSTGRES if on_server else _OF_SQLITE)]
    return sum(int(row["bytes"] if on_server else row[0]) for row in rows)
