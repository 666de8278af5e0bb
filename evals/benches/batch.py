"""`recommender batch` on books: how long it takes, and whether memory grows with the users."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np

from ...tools.catalog import Catalog
from ..opened import OpenCatalogs
from .figures import BenchReport, Figure, Options
from .memory import peak_mb

_USERS = 10_000
_MORE = 5
"""Times as many users, for the memory."""
_CHILD = f"import sys; from {__name__} import recommend_and_measure; recommend_and_measure(*sys.argv[1:])"


def batch(options: Options, progress: Callable[[int, int], None]) -> BenchReport:
    """Users with histories drawn from the catalog's ratings, in no order, once and five times as many."""
    name, users = (options.catalogs or ("books",))[0], options.count or _USERS
    catalog = OpenCatalogs().catalog(name)
    with tempfile.TemporaryDirectory() as folder:
        some = _measured(catalog, name, users, options.seed, Path(folder))
        progress(1, 2)
        more = _measured(catalog, name, users * _MORE, options.seed, Path(folder))
        progress(2, 2)
    figures = (
        Figure(f"{users:,} users, model and catalog opened before", some["seconds"], "s", at_most=60),
        Figure("users a second", users / some["seconds"]),
        Figure(f"peak memory with {users:,} users", some["peak_mb"], "MB"),
        Figure(f"peak memory with {users * _MORE:,} users", more["peak_mb"], "MB"),
        Figure("the same over that with fewer", more["peak_mb"] / some["peak_mb"], at_most=1.25),
    )
    return BenchReport("batch", figures, options, (f"{some['rows']:,} rows of {some['events']:,} events, JSON Lines",))


def _measured(catalog: Catalog, name: str, users: int, seed: int, folder: Path) -> dict[str, float]:
    path = folder / f"{users}.csv"
    events = write_users(catalog, users, np.random.default_rng(seed), path)
    command = [sys.executable, "-c", _CHILD, name, str(path), str(folder / f"{users}.jsonl")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the measured process failed:\n{done.stderr}")
    return {"events": events, **json.loads(done.stdout.splitlines()[-1])}


def write_users(catalog: Catalog, users: int, random: np.random.Generator, path: Path) -> int:
    """A file of users with 5 to 100 events each, rows in random order, popular items more often; how many events."""
    weights = np.argsort(np.argsort(catalog.prior)) + 1.0
    lengths = random.integers(5, 101, users)
    owners = random.permutation(np.repeat(np.arange(users), lengths))
    items = random.choice(len(catalog), len(owners), p=weights / weights.sum())
    ids = [item.id for item in catalog.items()]
    with path.open("w", encoding="utf-8") as file:
        file.write("user,item\n")
        file.writelines(f"u{user},{ids[item]}\n" for user, item in zip(owners.tolist(), items.tolist(), strict=True))
    return len(owners)


def recommend_and_measure(catalog: str, users: str, out: str) -> None:
    """Runs in the measured process: prints seconds, rows and megabytes (10^6 bytes) as JSON."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from ...tools.ranking.batch.batch import recommend_all  # noqa: PLC0415
    from ...tools.ranking.batch.opening import OverCatalog, fitting, labels_of  # noqa: PLC0415
    from ...tools.ranking.batch.reading import UsersFile  # noqa: PLC0415
    from ...tools.ranking.batch.recommending import Choice, Recommend  # noqa: PLC0415
    from ...tools.ranking.batch.running import here  # noqa: PLC0415
    from ...tools.ranking.data.report import ReadReport  # noqa: PLC0415
    from ...tools.ranking.kept_models import models_of  # noqa: PLC0415

    opened, now = OpenCatalogs().catalog(catalog), datetime.now(UTC)
    model = OverCatalog.of(models_of(opened, clock=lambda: now)[opened.name], opened)
    labels = labels_of(model, opened)
    rows = {item_id: row for row, item_id in enumerate(labels.item_ids)}
    recommend = Recommend(model, Choice(10, fitting(model, opened, ())))
    start = perf_counter()
    report = recommend_all(
        UsersFile(Path(users), rows, ReadReport(), now),
        recommend,
        labels,
        Path(out),
        run=here,
        progress=lambda *_: None,
    )
    held = {"seconds": perf_counter() - start, "rows": report.rows, "peak_mb": peak_mb()}
    sys.stdout.write(json.dumps(held) + "\n")
