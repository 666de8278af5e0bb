"""Reading interactions: how long files of each kind take on one core, and how much memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

import numpy as np

from .figures import BenchReport, Figure, Options
from .memory import peak_mb

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 6_000_000
_ROWS_A_USER = 40
_ITEMS = 60_000
_CHILD = f"import sys; from {__name__} import read_and_measure; read_and_measure(*sys.argv[1:])"
_FILES = ("events.csv", "events.csv.gz", "events.parquet", "events.jsonl")


def interactions(options: Options, progress: Callable[[int, int], None]) -> BenchReport:
    """Ratings in order of time, --count rows, users at random, popular items more often."""
    rows, figures = options.count or _ROWS, []
    with tempfile.TemporaryDirectory() as folder:
        table = _events(rows, np.random.default_rng(options.seed))
        small = Path(folder) / "small.csv"
        _write(table.slice(0, 1000), small)
        for number, name in enumerate(_FILES):
            path = Path(folder) / name
            _write(table, path)
            figures += _figures(path, _measured(small, path))
            path.unlink()
            progress(number + 1, len(_FILES))
    return BenchReport("interactions", tuple(figures), options, (f"{rows:,} rows of user, item, rating and time",))


def _figures(path: Path, held: dict[str, float]) -> list[Figure]:
    name, bound = path.name.removeprefix("events."), 60.0 * held["rows"] / _ROWS
    return [
        Figure(f"{name}: size of the file", path.stat().st_size / 1e6, "MB"),
        Figure(f"{name}: read, checked and sorted", held["seconds"], "s", at_most=bound),
        Figure(f"{name}: rows a second", held["rows"] / held["seconds"]),
        Figure(f"{name}: memory taken", held["taken_mb"], "MB"),
    ]


def _events(rows: int, random: np.random.Generator) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415

    return pa.table(
        {
            "userId": random.integers(0, rows // _ROWS_A_USER + 1, rows),
            "movieId": (random.random(rows) ** 3 * _ITEMS).astype(np.int64),
            "rating": random.integers(1, 11, rows) / 2,
            "timestamp": 1_200_000_000 + np.arange(rows) * 60,
        }
    )


def _write(table: pa.Table, path: Path) -> None:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.csv as arrow_csv  # noqa: PLC0415
    import pyarrow.parquet as parquet  # noqa: PLC0415

    if path.suffix == ".parquet":
        parquet.write_table(table, path)
    elif path.suffix == ".jsonl":
        with path.open("w", encoding="utf-8") as file:
            for batch in table.to_batches(100_000):
                file.writelines(json.dumps(row) + "\n" for row in batch.to_pylist())
    else:
        with pa.output_stream(path, compression="gzip" if path.suffix == ".gz" else None) as stream:
            arrow_csv.write_csv(table, stream)


def _measured(small: Path, path: Path) -> dict[str, float]:
    command = [sys.executable, "-c", _CHILD, str(small), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the measured process failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def read_and_measure(small: str, path: str) -> None:
    """Runs in the measured process: prints rows, seconds of processor and megabytes (10^6 bytes) as JSON."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from ...tools.ranking.data.reading import read_interactions  # noqa: PLC0415
    from ...tools.ranking.data.report import ReadReport  # noqa: PLC0415

    now = datetime.now(UTC)
    read_interactions(Path(small), now=now, report=ReadReport())
    report, before, started = ReadReport(), peak_mb(), process_time()
    read_interactions(Path(path), now=now, report=report)
    held = {"rows": report.rows, "seconds": process_time() - started, "taken_mb": peak_mb() - before}
    sys.stdout.write(json.dumps(held) + "\n")
