"""Our ranker beside other libraries: leave one out, full ranking, seen items filtered, the test used once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ...agent.settings import Settings
from ...tools.ranking.data.splits import Split, leave_one_out
from .figures import BenchReport, Figure, Options
from .ranking_data import DATA_SETS, Bounds, read_data_set, without_last
from .ranking_judged import Judged, compared, judge, lines
from .ranking_ours import MIXTURE, ours
from .ranking_rivals import INSTALL, Arena, methods_for, rivals_python
from .ranking_task import Entry

_SEEDS = 3
_REHEARSAL = (
    "A rehearsal: the last event of every user was dropped first, so the test was not used; bounds do not hold."
)


def ranking(options: Options, progress: Callable[[int, int], None]) -> BenchReport:
    """Each data set in turn; what an interrupted run has finished is taken up again."""
    names, python = options.catalogs or tuple(DATA_SETS), rivals_python()
    figures: list[Figure] = []
    notes = [_REHEARSAL] if options.rehearse else []
    notes += [] if python else [INSTALL]
    steps = sum((options.count or _SEEDS) + (len(methods_for(name)) if python else 0) for name in names)
    done = 0

    def step(_: str = "") -> None:
        nonlocal done
        done += 1
        progress(done, steps)

    for name in names:
        split, entries = _contest(name, options, python, step)
        judged = judge(entries, split)
        figures += _figures(name, judged, _bounds(name, judged, rehearse=options.rehearse))
        notes += _notes(name, judged, split, options)
    return BenchReport("ranking", tuple(figures), options, tuple(notes))


def _contest(
    name: str, options: Options, python: Path | None, step: Callable[[str], None]
) -> tuple[Split, list[Entry]]:
    everything = read_data_set(name, options.data)
    split = leave_one_out(without_last(everything) if options.rehearse else everything)
    folder = Settings.read().home / "bench" / "ranking" / f"{name}-{split.digest()}"
    seeds = [options.seed + number for number in range(options.count or _SEEDS)]
    entries: list[Entry] = []
    for seed in seeds:
        step(f"{name}, ours, seed {seed}")
        assert options.data
        entries += ours(name, options.data, folder, seed, rehearse=options.rehearse)
    if python:
        entries += Arena(name, split, folder, python).entries(seeds, step)
    return split, entries


def _figures(name: str, judged: Sequence[Judged], bounds: Bounds) -> Iterator[Figure]:
    """NDCG@10 of everyone; what the mixture should reach, and what it takes."""
    found = {one.name: one for one in judged}
    for one in judged:
        bound = bounds.at_least if one.name == MIXTURE else None
        yield Figure(f"{name}: NDCG@10, {one.name}", one.mean, at_least=bound)
    mixture = found[MIXTURE]
    yield Figure(f"{name}: fitting everything", mixture.fit_s, "s", at_most=bounds.fit_at_most)
    yield Figure(f"{name}: one user, whole catalog", mixture.ask_ms, "ms")
    yield Figure(f"{name}: peak memory", mixture.peak_mb, "MB")
    theirs, own = found.get("rectools sasrec"), found.get("our sequential")
    if theirs and own:
        ratio = own.rows_per_s / theirs.rows_per_s
        yield Figure(f"{name}: rows of training per second over RecTools'", ratio)
        bound = 1.0 if own.mean >= theirs.mean else None
        yield Figure(f"{name}: time of training over RecTools'", own.fit_s / theirs.fit_s, at_most=bound)


def _bounds(name: str, judged: Sequence[Judged], *, rehearse: bool) -> Bounds:
    """Those of the data set; where the others are to be beaten, the best of implicit and LensKit."""
    bounds = DATA_SETS[name].bounds
    if rehearse:
        return Bounds()
    theirs = [one.mean for one in judged if one.name.startswith(("implicit", "lenskit"))]
    return replace(bounds, at_least=max(theirs, default=None)) if bounds.at_least is None else bounds


def _notes(name: str, judged: Sequence[Judged], split: Split, options: Options) -> Iterator[str]:
    people, items, events = len(split.test.targets), len(split.train.items), len(split.before_test)
    yield f"{name}: {people:,} people, {items:,} items, {events:,} events before the test; split {split.digest()}"
    yield from lines(judged, options.seed)
    yield from (f"  {one}" for one in DATA_SETS[name].notes)
    others = [one for one in judged if not one.name.startswith("our ")]
    if others:
        mixture = next(one for one in judged if one.name == MIXTURE)
        yield f"  {compared(mixture, max(others, key=lambda one: one.mean), options.seed)}"
