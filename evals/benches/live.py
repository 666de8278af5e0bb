"""A catalog that changes while it is searched: 8 readers, 1 writer, and after every write a search for it."""

from __future__ import annotations

import random
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic, perf_counter

from ...tools.catalog import Catalog, SearchRequest, open_catalog
from ...tools.constraints import Constraint, Op
from ...tools.items import FacetKind, Item
from ..opened import OpenCatalogs
from .figures import BenchReport, Figure, Options, percentile

_CATALOG = "movies"
_SECONDS, _READERS, _K = 60, 8, 20


@dataclass
class _Watch:
    """What went on. Each thread appends to lists, which is atomic."""

    searches: list[float] = field(default_factory=list)
    writes: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)


def live(options: Options, progress: Callable[[int, int], None]) -> BenchReport:
    """`count` is the number of seconds. The catalog is a copy: the original is not written to."""
    name, seconds = (options.catalogs or (_CATALOG,))[0], options.count or _SECONDS
    directory = OpenCatalogs().catalog(name).directory
    assert directory
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "index"
        shutil.copytree(directory, copy)
        catalog = open_catalog(copy)
        catalog.warm()
        size, watch = len(catalog), _Watch()
        expected = _run(catalog, watch, seconds, options.seed, progress)
        lost = _missing(catalog, expected)
        catalog.close()
        start = perf_counter()
        again = open_catalog(copy)
        reopened = perf_counter() - start
        lost |= _missing(again, expected)
    return BenchReport(
        "live", tuple(_figures(watch, lost, size, seconds, reopened)), options, _notes(name, watch, lost)
    )


def _run(
    catalog: Catalog, watch: _Watch, seconds: float, seed: int, progress: Callable[[int, int], None]
) -> dict[str, Item]:
    """Readers and a writer until the time is over; returns the items that there should be."""
    stop = threading.Event()
    titles = [item.title for item in catalog.items()]
    readers = [
        threading.Thread(target=_read, args=(catalog, titles, watch, stop, random.Random(f"{seed} {number}")))
        for number in range(_READERS)
    ]
    for reader in readers:
        reader.start()
    start, expected = monotonic(), {item.id: item for item in catalog.items()}
    try:
        for change in _changes(catalog, expected, random.Random(seed)):
            _timed(change, watch)
            progress(min(int(monotonic() - start), int(seconds)), int(seconds))
            if monotonic() - start > seconds:
                break
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    return expected


def _read(catalog: Catalog, titles: list[str], watch: _Watch, stop: threading.Event, rng: random.Random) -> None:
    while not stop.is_set():
        words = rng.choice(titles).split()
        start = perf_counter()
        try:
            hits = catalog.search(SearchRequest(" ".join(words[: rng.randint(1, 3)]), k=_K)).hits
        except Exception as error:
            watch.errors.append(f"search: {error!r}")
            continue
        watch.searches.append(perf_counter() - start)
        if len({hit.item_id for hit in hits}) != len(hits):
            watch.errors.append("an item twice among the results")


@dataclass(frozen=True)
class _Change:
    """One write, and whether a search made after it sees it."""

    kind: str
    write: Callable[[], None]
    seen: Callable[[], bool]


def _timed(change: _Change, watch: _Watch) -> None:
    start = perf_counter()
    try:
        change.write()
        watch.writes.setdefault(change.kind, []).append(perf_counter() - start)
        if not change.seen():
            watch.stale.append(change.kind)
    except Exception as error:
        watch.errors.append(f"{change.kind}: {error!r}")


def _changes(catalog: Catalog, expected: dict[str, Item], rng: random.Random) -> Iterator[_Change]:
    """Without end: a number of an item changes three times out of four, else items come, are renamed and go."""
    numeric = [facet.name for facet in catalog.schema.facets if facet.kind is FacetKind.NUMERIC]
    added: list[str] = []
    for number in range(10**9):
        known = expected[rng.choice(list(expected))] if numeric else None
        if known is not None and number % 4:
            yield _number_changed(catalog, expected, known, numeric[0], float(rng.randint(0, 10**6)))
        elif len(added) < 5 or rng.random() < 0.5:
            item = Item(f"new {number}", f"Zyqx {number} lantern", "It was not here a moment ago.")
            added.append(item.id)
            yield _put(catalog, expected, item, "item added")
        elif rng.random() < 0.5:
            old = expected[rng.choice(added)]
            yield _put(catalog, expected, replace(old, title=f"Zyqx {number} kettle"), "item renamed")
        else:
            yield _dropped(catalog, expected, expected[added.pop(rng.randrange(len(added)))])


def _number_changed(catalog: Catalog, expected: dict[str, Item], known: Item, facet: str, value: float) -> _Change:
    item = replace(known, facets={**known.facets, facet: value})
    there = Constraint(facet=facet, op=Op.EQ, value=value)
    change = _put(catalog, expected, item, "number changed")
    return replace(change, seen=lambda: _found(catalog, item, "", there) and catalog.item(item.id) == item)


def _put(catalog: Catalog, expected: dict[str, Item], item: Item, kind: str) -> _Change:
    def write() -> None:
        catalog.upsert([item])
        expected[item.id] = item

    return _Change(kind, write, lambda: _found(catalog, item, item.title) and catalog.item(item.id) == item)


def _dropped(catalog: Catalog, expected: dict[str, Item], item: Item) -> _Change:
    def write() -> None:
        catalog.delete([item.id])
        del expected[item.id]

    return _Change("item deleted", write, lambda: not _found(catalog, item, item.title) and item.id not in catalog)


def _found(catalog: Catalog, item: Item, query: str, *constraints: Constraint) -> bool:
    hits = catalog.search(SearchRequest(query, constraints, k=_K)).hits
    return item.id in {hit.item_id for hit in hits}


def _missing(catalog: Catalog, expected: dict[str, Item]) -> set[str]:
    """Ids of items that are not as they were last written, or should not be there."""
    there = {item.id: item for item in catalog.items()}
    return {one for one in there.keys() | expected.keys() if there.get(one) != expected.get(one)}


def _figures(watch: _Watch, lost: set[str], size: int, seconds: float, reopened: float) -> Iterator[Figure]:
    yield Figure("items at first", size)
    yield Figure("errors", len(watch.errors), at_most=0)
    yield Figure("rows lost or wrong, also after reopening", len(lost), at_most=0)
    yield Figure("stale results after a write returned", len(watch.stale), at_most=0)
    yield Figure("searches", len(watch.searches) / seconds, "per second")
    yield from _latencies("search", watch.searches)
    yield Figure("writes", sum(map(len, watch.writes.values())) / seconds, "per second")
    for kind, times in sorted(watch.writes.items()):
        yield Figure(f"{kind}, times", len(times))
        yield from _latencies(kind, times)
    yield Figure("opening the catalog again", reopened, "s")


def _latencies(name: str, times: list[float]) -> Iterator[Figure]:
    for share in (0.5, 0.95) if times else ():
        yield Figure(f"{name}, p{share * 100:.0f}", percentile(times, share) * 1000, "ms")


def _notes(name: str, watch: _Watch, lost: set[str]) -> tuple[str, ...]:
    asked = (
        f"a copy of {name}; {_READERS} readers and 1 writer in one process; every write is followed by a search for it"
    )
    return (asked, *watch.errors[:5], *(f"lost: {one}" for one in sorted(lost)[:5]))
