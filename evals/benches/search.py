"""Filtered hybrid search beside a scan by numpy and Chroma as it comes: same vectors, same filters, same run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
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
from .search_measured import SHARES, Embed, Field, Timed, ask_chroma, ask_engine, ask_numpy
from .search_rivals import RawChroma, TooLong, raw_chroma

_CATALOGS = ("books", "movies")
_SIZES = (10_000, 50_000, 200_000)
_QUERIES = 40
_CHROMA_SECONDS = 240.0
_P50_AT_MOST = {50_000: 5.0, 200_000: 18.0}
_TIMES_CHROMA = {50_000: 20.0}


def search(options: Options, progress: Callable[[int, int], None]) -> BenchReport:
    """Latency, recall and memory by size, kind of vectors and selectivity. `count` is the only size when given."""
    rng, opened = np.random.default_rng(options.seed), OpenCatalogs()
    catalogs = [opened.catalog(name) for name in options.catalogs or _CATALOGS]
    sources, sizes = Sources.of(catalogs), (options.count,) if options.count else _SIZES
    texts = queries(sources, _QUERIES, rng)
    embed = catalogs[0].embed_query
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
        "recall@10 is the share of the ten best by comparing every fitting item in float64: of the whole score for "
        "hybrid search, of the cosine for Chroma",
        f"Chroma: one collection on disk, its defaults, cosine; left out where indexing would take over "
        f"{_CHROMA_SECONDS:.0f} s",
    )


def _of_size(items: Blend, texts: Sequence[str], embed: Embed, rng: np.random.Generator) -> Iterator[Figure]:
    size, dimension = items.vectors.shape
    start = perf_counter()
    columns, table = Columns.build(items.items, items.schema), build_table(items.items, items.texts, items.schema)
    yield Figure(f"{size:,}: words and columns built", perf_counter() - start, "s")
    yield from _memory(size, dimension, table)
    built = partial(_field, items, columns=columns, table=table, texts=texts)
    yield from _of_field(built(f"{size:,} blended", items.vectors, embed=embed))
    turned = lru_cache(lambda _: isotropic(1, dimension, rng)[0])
    yield from _of_field(built(f"{size:,} isotropic", isotropic(size, dimension, rng), embed=turned))


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
    hybrid = Hybrid([item.title for item in items.items], columns, table, items.schema, embed)
    return Field(name, vectors, items.draws, engine, hybrid, tuple(texts), embed)


def _of_field(field: Field) -> Iterator[Figure]:
    size = len(field.vectors)
    ours = [ask_engine(field, share) for share in SHARES]
    yield from _timed(field, "hybrid", ours, at_most=_P50_AT_MOST.get(size), exact=True)
    yield from _timed(field, "numpy scan, cosine only", [ask_numpy(field, share) for share in SHARES])
    with raw_chroma(field.vectors, field.draws, _CHROMA_SECONDS) as chroma:
        yield from _beside_chroma(field, chroma, ours)


def _beside_chroma(field: Field, chroma: RawChroma | TooLong, ours: Sequence[Timed]) -> Iterator[Figure]:
    if isinstance(chroma, TooLong):
        yield Figure(f"{field.name}, Chroma: indexing would take", chroma.seconds, "s")
        return
    yield Figure(f"{field.name}, Chroma: indexing", chroma.seconds, "s")
    yield Figure(f"{field.name}, Chroma: on disk", chroma.bytes_on_disk / len(field.vectors), "bytes per item")
    theirs = [ask_chroma(field, share, chroma) for share in SHARES]
    yield from _timed(field, "Chroma", [ask_chroma(field, None, chroma), *theirs])
    for mine, other in zip(ours, theirs, strict=True):
        times = percentile(other.taken, 0.5) / percentile(mine.taken, 0.5)
        at_least = _TIMES_CHROMA.get(len(field.vectors))
        yield Figure(f"{field.name}, {mine.filter}: times Chroma's speed", times, at_least=at_least)


def _timed(
    field: Field, who: str, asked: Iterable[Timed], at_most: float | None = None, *, exact: bool = False
) -> Iterator[Figure]:
    for one in asked:
        name = f"{field.name}, {one.filter}, {who}"
        yield Figure(f"{name}: p50", percentile(one.taken, 0.5), "ms", at_most=at_most)
        yield Figure(f"{name}: p95", percentile(one.taken, 0.95), "ms")
        if one.recall:
            yield Figure(f"{name}: recall@10", mean(one.recall), at_least=1.0 if exact else None)


def _memory(size: int, dimension: int, table: WordTable) -> Iterator[Figure]:
    """The arrays that a search reads."""
    words = sum(getattr(getattr(table, one.name), "nbytes", 0) for one in fields(table))
    yield Figure(f"{size:,}: float32 vectors, on disk or in memory", 4.0 * dimension, "bytes per item")
    yield Figure(f"{size:,}: 8-bit codes, in memory", dimension, "bytes per item")
    yield Figure(f"{size:,}: words, in memory", words / size, "bytes per item")


def _each(run: Embed, texts: Sequence[str]) -> float:
    """Milliseconds a text."""
    start = perf_counter()
    for text in texts:
        run(text)
    return (perf_counter() - start) * 1000 / len(texts)
