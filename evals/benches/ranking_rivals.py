"""Other libraries on the same split: fitted in the Python that has them, chosen on validation, judged by us."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from ...tools.errors import SettingsError
from ...tools.ranking.data.splits import Split
from .ranking_judged import ndcg_of_lists
from .ranking_task import Entry, digest_of, read_entry, run_in, sources_digest, write_task

PYTHON = "RECOMMENDER_RIVALS_PYTHON"
"""Environment variable with the Python of an environment that has the rivals."""
INSTALL = (
    f"Rivals are left out: {PYTHON} names no Python. Make an environment of their own and name its Python: "
    "python -m venv rivals && rivals/bin/pip install torch 'numpy<2' 'pyarrow<21' implicit lenskit 'rectools[torch]'"
)
_SCRIPT = Path(__file__).parent / "rivals" / "contender.py"
_LIMIT_S = 2 * 3600


@dataclass(frozen=True, slots=True)
class Method:
    """One way of one library, and the settings to choose from."""

    package: str
    method: str
    grid: Sequence[Mapping[str, Any]]
    seeds: bool = False
    """Whether it is random, and so is fitted once a seed."""
    only: Sequence[str] = ()
    """Data sets; all when empty."""
    minutes: int = 0
    """At most, for a fit in epochs."""

    @property
    def name(self) -> str:
        """As it is shown."""
        return f"{self.package} {self.method}"


def methods_for(data_set: str) -> list[Method]:
    """Those that are tried on a data set."""
    listed = yaml.safe_load((files(__package__ or "") / "ranking_rivals.yaml").read_text("utf-8"))
    found = [Method(**one) for one in listed]
    return [one for one in found if not one.only or data_set in one.only]


def rivals_python() -> Path | None:
    """The Python that has the rivals; None when none is named. Raises SettingsError when it is not there."""
    named = os.environ.get(PYTHON)
    if not named:
        return None
    if not Path(named).is_file():
        raise SettingsError(f"{PYTHON}={named}: there is no such file.", cure="Name a Python, or leave it unset.")
    return Path(named)


@dataclass(frozen=True, slots=True)
class Arena:
    """Where the rivals of one data set meet: the split, and the folder that keeps what is finished."""

    data_set: str
    split: Split
    folder: Path
    python: Path

    def entries(self, seeds: Sequence[int], tell: Callable[[str], None]) -> Iterator[Entry]:
        """The best setting of each method, judged once a seed when it is random."""
        choosing = write_task(self.folder / "choosing", self.split.train, self.split.validation)
        judging = write_task(self.folder / "judging", self.split.before_test, self.split.test)
        for method in methods_for(self.data_set):
            tell(method.name)
            best = self._best(method, choosing, seeds[0])
            for seed in seeds if method.seeds else seeds[:1]:
                yield self._run(method, best, judging, seed)

    def _best(self, method: Method, task: Path, seed: int) -> Mapping[str, Any]:
        targets = self.split.validation.targets
        if len(method.grid) == 1:
            return method.grid[0]
        found = [ndcg_of_lists(self._run(method, one, task, seed).lists, targets).mean() for one in method.grid]
        return method.grid[int(np.argmax(found))]

    def _run(self, method: Method, config: Mapping[str, Any], task: Path, seed: int) -> Entry:
        how = {"package": method.package, "method": method.method, "config": dict(config), "seed": seed}
        how |= {"threads": 1, "minutes": method.minutes}
        code = sources_digest(_SCRIPT.parent)
        folder = self.folder / f"{task.name}-{method.package}-{method.method}-{digest_of(how)}-{code}"
        folder.mkdir(exist_ok=True)
        (folder / "method.json").write_text(json.dumps(how))
        run_in(folder, [self.python, _SCRIPT, task, folder], _LIMIT_S)
        return read_entry(folder, method.name, seed)
