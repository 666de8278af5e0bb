"""Peak memory of a fresh process that talks about the largest catalog."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from ..generate import talks
from ..opened import OpenCatalogs
from ..targets.graph_target import GraphTarget
from .figures import BenchReport, Figure, Options

_CATALOG = "movies"
_CONVERSATIONS = 10
_CHILD = f"import sys; from {__name__} import talk_and_measure; talk_and_measure(*sys.argv[1:])"


def memory(options: Options, progress: Callable[[int, int], None]) -> BenchReport:
    """Starts the process, lets it talk, and reads how much memory it ever held."""
    catalog, count = (options.catalogs or (_CATALOG,))[0], options.count or _CONVERSATIONS
    progress(0, 1)
    command = [sys.executable, "-c", _CHILD, catalog, str(count), str(options.seed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the measured process failed:\n{done.stderr}")
    held = json.loads(done.stdout.splitlines()[-1])
    progress(1, 1)
    figures = (
        Figure("items", held["items"]),
        Figure("turns", held["turns"]),
        Figure("peak resident memory", held["peak_mb"], "MB", at_most=900),
        Figure("after opening the catalog", held["opened_mb"], "MB"),
    )
    return BenchReport("memory", figures, options, (f"catalog: {catalog}",))


def talk_and_measure(catalog: str, count: str, seed: str) -> None:
    """Runs in the measured process: prints items, turns and megabytes (10^6 bytes) as JSON."""
    opened = OpenCatalogs()
    facts = opened.facts(catalog)
    after_opening = peak_mb()
    told = talks(GraphTarget(opened.catalog), [(catalog, facts)], count=int(count), seed=int(seed))
    turns = sum(len(one.turns) for one in told)
    held = {"items": len(facts.items), "turns": turns, "peak_mb": peak_mb(), "opened_mb": after_opening}
    sys.stdout.write(json.dumps(held) + "\n")


def peak_mb() -> float:
    """The most memory that this process ever held, in megabytes (10^6 bytes).

    On Linux `getrusage` counts what the parent held when it started the process, so the program's own peak is read.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        return next(int(line.split()[1]) for line in status.open() if line.startswith("VmHWM")) * 1024 / 1e6
    import resource  # noqa: PLC0415  # not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6
