"""Filtered hybrid search beside a scan by numpy and Chroma as it comes: same vectors, same filters, same run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from functools import lru_cache, partial
from statistics import mean
from time import perf_counter

import numpy as np

from ...tools.catalog.search.columns import Columns
from ...tools.catalog.search.engine import SearchEngine
from ...tools.catalog.search.hybrid import Hybrid
from ...tools.catalog.search.wordtable import WordTable, build_table
from ..opened import OpenCatalogs
from .figures import BenchReport, Figure, Options, percentile
from .search_data import Blend, Sources, blend, isotropic, queries
from .search_measured import SHARES, Embed, Field, Measured, ask, ask_unfiltered, crossings, precisions
from .search_rivals import RawChroma, TooLong, raw_chroma

_CATALOGS = ("books", "movies")
_SIZES = (10_000, 50_000, 200_000)
_QUERIES = 40
_CHROMA_SECONDS = 180.0
_P50_AT_MOST = {50_000: 5.0, 200_000: 18.0}
_TIMES_CHROMA = {50_000: 20.0}


def search(options: Options, progress: Callable[[int, int], None]) -> BenchReport:
    """Latency, recall and memory by size, kind of vectors and selectivity. `count` is the only size when given."""
    rng, opened = np.random.default_rng(options.seed), OpenCatalogs()
    catalogs = [opened.catalog(name) for name in options.catalogs or _CATALOGS]
    sources, sizes = Sources.of(catalogs), (options.count,) if options.count else _SIZES
    texts = queries(sources, _QUERIES, rng)
    embed = catalogs[0].embed_query
    catalogs[0].warm()
    figures = [Figure(f"query's embedding, {when}", _each(embed, texts), "ms") for when in ("new", "again")]
    for done, size in enumerate(sizes):
        progress(done, len(sizes))
        figures += _of_size(blend(sources, size, rng), texts, embed, rng)
    return BenchReport("search", tuple(figures), options, _notes(sizes))


def _notes(sizes: Sequence[int]) -> tuple[str, ...]:
    return (
        f"sizes {', '.join(f'{size:,}' for size in sizes)}; {_QUERIES} queries: titles, misspelt titles, words of a "
        "text, another language; their embedding is not in the latencies",
        "blended: vectors of real texts, two mixed with noise; isotropic: random directions",
        "numpy: a scan of all vectors by cosine alone, the floor; ours: words, titles and meaning",
        "without waiting: processor time of the thread, which other processes on the machine lengthen less",
        "recall@10 is the share of the ten best by comparing every fitting item: of the whole score for "
        "hybrid search, of the cosine for Chroma",
        f"Chroma: one collection on disk, its defaults, cosine; left out where indexing would take over "
        f"{_CHROMA_SECONDS:.0f} s",
    )


def _of_size(items: Blend, texts: Sequence[str], embed: Embed, rng: np.random.Generator) -> Iterator[Figure]:
    size, dimension = items.vectors.shape
    start = perf_counter()
    columns, table = Columns.build(items.items, items.schema), build_table(items.items, items.texts, items.schema)
    yield Figure(f"{_short(size)}: ours, words and columns built", perf_counter() - start, "s")
    yield from _memory(size, dimension, table)
    for what, timed in (*crossings(items.vectors, rng), *precisions(items.vectors)):
        yield Figure(f"{_short(size)}: {what}, p50 without waiting", percentile(timed.worked, 0.5), "ms")
    built = partial(_field, items, columns=columns, table=table, texts=texts)
    yield from _of_field(built(f"{_short(size)} blended", items.vectors, embed=embed))
    turned = lru_cache(lambda _: isotropic(1, dimension, rng)[0])
    yield from _of_field(built(f"{_short(size)} isotropic", isotropic(size, dimension, rng), embed=turned))


def _field(
    items: Blend,
    name: str,
    vectors: np.ndarray,
    *,
    columns: Columns,
    table: WordTable,
    texts: Sequence[str],
    embed: Embed,
) -> Field:
    engine = SearchEngine(items.items, columns, table, vectors, items.schema, embed)
    hybrid = Hybrid([item.title for item in items.items], columns, table, items.schema, embed, vectors)
    return Field(name, vectors, items.draws, engine, hybrid, tuple(texts), embed)


def _of_field(field: Field) -> Iterator[Figure]:
    with raw_chroma(field.vectors, field.draws, _CHROMA_SECONDS) as chroma:
        if isinstance(chroma, TooLong):
            yield Figure(f"{field.name}: Chroma, indexing would take", chroma.seconds, "s")
        else:
            yield from _of_chroma(field, chroma)
        for share in SHARES:
            measured = ask(field, share, chroma if isinstance(chroma, RawChroma) else None)
            yield from _of_filter(f"{field.name}, {measured.ours.filter}", measured, len(field.vectors))


def _of_chroma(field: Field, chroma: RawChroma) -> Iterator[Figure]:
    size, unfiltered = len(field.vectors), ask_unfiltered(field, chroma)
    yield Figure(f"{field.name}: Chroma, indexing", chroma.seconds, "s")
    yield Figure(f"{field.name}: Chroma, its graph in memory", chroma.graph / size, "bytes per item")
    yield Figure(f"{field.name}: Chroma, on disk", chroma.disk / size, "bytes per item")
    yield Figure(f"{field.name}, unfiltered: Chroma, p50", percentile(unfiltered.taken, 0.5), "ms")
    yield Figure(f"{field.name}, unfiltered: Chroma, recall@10", mean(unfiltered.recall))


def _of_filter(name: str, measured: Measured, size: int) -> Iterator[Figure]:
    ours = percentile(measured.ours.taken, 0.5)
    yield Figure(f"{name}: ours, p50", ours, "ms", at_most=_P50_AT_MOST.get(size))
    yield Figure(f"{name}: ours, p50 without waiting", percentile(measured.ours.worked, 0.5), "ms")
    yield Figure(f"{name}: ours, p95", percentile(measured.ours.taken, 0.95), "ms")
    yield Figure(f"{name}: ours, recall@10", mean(measured.ours.recall), at_least=1.0)
    yield Figure(f"{name}: numpy, p50", percentile(measured.scan.taken, 0.5), "ms")
    if measured.chroma:
        theirs = percentile(measured.chroma.taken, 0.5)
        yield Figure(f"{name}: Chroma, p50", theirs, "ms")
        yield Figure(f"{name}: Chroma, recall@10", mean(measured.chroma.recall))
        yield Figure(f"{name}: Chroma's p50 / ours", theirs / ours, at_least=_TIMES_CHROMA.get(size))


def _memory(size: int, dimension: int, table: WordTable) -> Iterator[Figure]:
    """The arrays that a search reads."""
    words = sum(getattr(getattr(table, one.name), "nbytes", 0) for one in fields(table))
    yield Figure(f"{_short(size)}: ours, float32 vectors", 4.0 * dimension, "bytes per item")
    yield Figure(f"{_short(size)}: ours, 8-bit codes", dimension, "bytes per item")
    yield Figure(f"{_short(size)}: ours, words", words / size, "bytes per item")


def _short(size: int) -> str:
    return f"{size // 1000}k" if size % 1000 == 0 else str(size)


def _each(run: Embed, texts: Sequence[str]) -> float:
    """Milliseconds a text."""
    start = perf_counter()
    for text in texts:
        run(text)
    return (perf_counter() - start) * 1000 / len(texts)
