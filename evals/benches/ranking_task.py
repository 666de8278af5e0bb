"""What a contender is given and gives back: plain files in folders, so that it may run in another environment."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...tools.errors import InputError
from ...tools.ranking.data.model import Interactions
from ...tools.ranking.data.splits import Held

K = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """A contender's lists, and what they took."""

    name: str
    seed: int
    lists: np.ndarray
    """Shape (b, 10): rows of the item table, best first, -1 for none."""
    fit_s: float
    ask_ms: float
    """Median for one user at a time."""
    peak_mb: float
    rows_per_s: float = 0.0
    """Events that an epoch goes through in a second, judging between epochs included; 0 when it has none."""
    about: str = ""


def write_task(folder: Path, fit: Interactions, held: Held) -> Path:
    """Writes what a contender reads; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {"fit_users": fit.users, "fit_rows": fit.rows, "users": held.users}
    for name, values in arrays.items():
        np.save(folder / f"{name}.npy", values, allow_pickle=False)
    (folder / "task.json").write_text(json.dumps({"items": len(fit.items), "k": K}))
    return folder


def run_in(folder: Path, command: Sequence[str | Path], limit_s: float) -> None:
    """Runs a process on one thread unless its results are there already. Raises InputError with what it said."""
    if (folder / "told.json").is_file():
        return
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    words = [str(one) for one in command]
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, check=False, env=os.environ | threads, timeout=limit_s
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError(f"{words[0]}: {error}.", cure="Check the Python that is given for the rivals.") from error
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise InputError(f"{folder.name}: {said[-1] if said else 'it said nothing'}.", cure="Run it again alone.")


def read_entry(folder: Path, name: str, seed: int) -> Entry:
    """What `run_in` left."""
    told = json.loads((folder / "told.json").read_text())
    lists = np.load(folder / "lists.npy", allow_pickle=False)
    numbers = {key: told[key] for key in ("fit_s", "ask_ms", "peak_mb", "rows_per_s")}
    return Entry(name, seed, lists, **numbers, about=told.get("version", ""))


def write_entry(folder: Path, entry: Entry) -> None:
    """Leaves it for `read_entry`; what is told comes last, so that half of it is never taken for all."""
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "lists.npy", entry.lists, allow_pickle=False)
    numbers = {key: getattr(entry, key) for key in ("fit_s", "ask_ms", "peak_mb", "rows_per_s")}
    (folder / "told.json").write_text(json.dumps({**numbers, "version": entry.about}))


def digest_of(values: Mapping[str, Any]) -> str:
    """8 hexadecimal digits of JSON values."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:8]


def sources_digest(folder: Path, pattern: str = "*.py") -> str:
    """8 hexadecimal digits of the code below a folder: results of other code are not taken for results of this."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob(pattern)):
        found.update(path.read_bytes())
    return found.hexdigest()[:8]
