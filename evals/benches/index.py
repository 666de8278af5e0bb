"""How long a catalog takes to index, to open again and to change, and how much room an item takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter, process_time

from ...tools.catalog import Catalog, SearchRequest, open_catalog
from ...tools.catalog.embeddings import embed_texts
from ...tools.catalog.index.composition import embedded_text
from ...tools.items import Item
from .figures import BenchReport, Figure, Options
from .judged import judged_folder, open_products
from .memory import peak_mb

_CATALOG = "movies"
_CHANGED = 1_000
_BATCH = 256
_CHILD = f"import sys; from {__name__} import open_and_measure; open_and_measure(*sys.argv[1:])"


@dataclass(frozen=True, slots=True)
class _Took:
    """Seconds on the clock, and of all processors together."""

    wall: float
    cpu: float

    @classmethod
    def by(cls, work: Callable[[], object]) -> _Took:
        wall, cpu = perf_counter(), process_time()
        work()
        return cls(perf_counter() - wall, process_time() - cpu)


def index(options: Options, progress: Callable[[int, int], None]) -> BenchReport:
    """Products of `--data DIR`, else a catalog that ships. Bounds hold for 20,000 items, two idle processors."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        made: list[Catalog] = []
        indexed = _Took.by(lambda: made.append(_open(options, home)))
        (catalog,), directory = made, made[0].directory
        assert directory
        progress(1, 4)
        texts = [embedded_text(item, catalog.schema) for item in catalog.items()]
        embedded = _Took.by(lambda: _embed(catalog, texts))
        progress(2, 4)
        catalog.search(SearchRequest("something"))
        again, size = _reopened(directory), sum(one.stat().st_size for one in directory.rglob("*") if one.is_file())
        progress(3, 4)
        figures = [
            *_indexing(len(catalog), indexed, embedded),
            *again,
            Figure("on disk", size / len(catalog), "bytes per item"),
            *_changing(catalog),
        ]
        progress(4, 4)
    return BenchReport("index", tuple(figures), options, (f"{catalog.name}; CPU seconds are those of all threads",))


def _open(options: Options, home: Path) -> Catalog:
    if options.data:
        return open_products(judged_folder(options.data), home)
    return open_catalog((options.catalogs or (_CATALOG,))[0], home=home)


def _embed(catalog: Catalog, texts: Sequence[str]) -> None:
    for start in range(0, len(texts), _BATCH):
        embed_texts(catalog.embeddings, texts[start : start + _BATCH])


def _indexing(count: int, indexed: _Took, embedded: _Took) -> Iterator[Figure]:
    yield Figure("items", count)
    yield Figure("reading and indexing", indexed.wall, "s", at_most=90)
    yield Figure("reading and indexing", indexed.cpu, "CPU s")
    yield Figure("embedding their texts alone", embedded.wall, "s")
    yield Figure("embedding their texts alone", embedded.cpu, "CPU s")


def _reopened(directory: Path) -> Iterator[Figure]:
    """In a process of its own, as a command does it."""
    command = [sys.executable, "-c", _CHILD, str(directory)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the measured process failed:\n{done.stderr}")
    found = json.loads(done.stdout.splitlines()[-1])
    yield Figure("opening it again", found["opened_s"], "s", at_most=1.5)
    yield Figure("first search after that, its embedding model loaded", found["searched_s"], "s")
    yield Figure("in memory", 1e6 * (found["searched_mb"] - found["imported_mb"]) / found["items"], "bytes per item")


def open_and_measure(directory: str) -> None:
    """Runs in the measured process: prints seconds and megabytes as JSON."""
    open_catalog([Item("1", "warm up")]).search(SearchRequest("warm up"))
    imported = _held_mb()
    start = perf_counter()
    catalog = open_catalog(directory)
    opened = perf_counter()
    catalog.search(SearchRequest("something else"))
    found = {
        "items": len(catalog),
        "opened_s": opened - start,
        "searched_s": perf_counter() - opened,
        "imported_mb": imported,
        "searched_mb": _held_mb(),
    }
    sys.stdout.write(json.dumps(found) + "\n")


def _held_mb() -> float:
    """What this process holds now, in megabytes (10^6 bytes); where that is not told, the most it ever held."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return peak_mb()
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _changing(catalog: Catalog) -> Iterator[Figure]:
    some = catalog.items()[:_CHANGED]
    new = [replace(item, id=f"new {item.id}", title=f"{item.title}, once more") for item in some]
    took = _Took.by(lambda: catalog.upsert(new))
    yield Figure(f"{len(new)} new items in one upsert", took.wall, "s", at_most=5)
    yield Figure(f"{len(new)} new items in one upsert", took.cpu, "CPU s")
    more = [replace(item, text="Another word.") for item in new]
    for what, bound in (("another", None), ("the same", 5)):
        took = _Took.by(lambda: [catalog.upsert([item]) for item in more])
        yield Figure(f"{len(more)} upserts of {what} text, one by one", took.wall, "s", at_most=bound)
        yield Figure(f"{len(more)} upserts of {what} text, one by one", took.cpu, "CPU s")
    took = _Took.by(catalog.close)
    yield Figure("closing: Chroma and snapshot brought up to date", took.wall, "s")
