"""One evaluation from end to end: its cases, who runs them, and the directory that keeps what is done."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..hosted import Hosted
from ..opened import OpenCatalogs
from ..outcome import Outcome
from ..suite import Suite
from ..targets.guarded import GuardedTarget
from ..targets.opening import TargetSpec, open_target
from .cases import Case, cases_of, key_of
from .directory import About, Writer, writing
from .processes import processes
from .schedule import Runner, as_they_finish, in_process

Progress = Callable[[int, int, Outcome | None], None]
"""Cases done, cases there are, and the outcome that came last; None before the first of this time."""
_MOST_WORKERS = 4
_CASES_A_PROCESS = 20
"""Fewer than that are run sooner than another process has started."""


@dataclass(frozen=True)
class Evaluation:
    """What `recommender eval` was asked for."""

    suites: Sequence[Suite]
    spec: TargetSpec
    catalog: str = ""
    tags: tuple[str, ...] = ()
    repeat: int = 1
    seed: int = 0
    player: Hosted | None = None
    """The model that finds the words of simulated people; phrases do without one."""

    @property
    def cases(self) -> list[Case]:
        """In the order of the report."""
        return cases_of(self.suites, repeat=self.repeat, seed=self.seed)

    def about(self, machine: dict[str, Any]) -> About:
        """What tells this run from another one in the same directory."""
        what = {
            "target": self.spec.target,
            "model": self.spec.model,
            "base_url": self.spec.base_url,
            "shots": self.spec.shots,
            "catalog": self.catalog,
            "tags": list(self.tags),
            "repeat": self.repeat,
            "seed": self.seed,
            "simulated_by": self.player and self.player.name,
            "suites": [{"file": one.file, "sha256": _digest(one.file)} for one in self.suites],
        }
        return About(what, len(self.cases), machine)


def run_evaluation(
    asked: Evaluation,
    opened: OpenCatalogs,
    *,
    workers: int | None = None,
    directory: Path | None = None,
    fresh: bool = False,
    machine: dict[str, Any] | None = None,
    progress: Progress | None = None,
) -> list[Outcome]:
    """The outcomes in the order of the cases.

    Args:
        asked: what to run.
        opened: the catalogs.
        workers: how many cases run side by side; None for as many as pay.
        directory: keeps every outcome as soon as it is known; what it holds of the same run is not run again.
        fresh: remove what another run left in the directory.
        machine: written down beside what is run.
        progress: hears how many cases are done already, and then of each one that finishes.

    Raises:
        InputError: the target or the directory cannot be used.
    """
    cases = asked.cases
    with _kept(directory, asked.about(machine or {}), fresh=fresh) as writer:
        done = {key_of(one): one for one in (writer.held if writer else ())}
        missing = [one for one in cases if one.key not in done]
        tell = progress or _to_nobody
        tell(len(done), len(cases), None)
        with _runners(asked, opened, workers or _worth(asked.spec, len(missing))) as runners:
            for _, outcome in as_they_finish(missing, runners):
                if writer:
                    writer.add(outcome)
                done[key_of(outcome)] = outcome
                tell(len(done), len(cases), outcome)
    return [done[one.key] for one in cases]


def _to_nobody(_done: int, _total: int, _outcome: Outcome | None) -> None: ...


def _kept(directory: Path | None, about: About, *, fresh: bool) -> AbstractContextManager[Writer | None]:
    return writing(directory, about, fresh=fresh) if directory else nullcontext()


def _worth(spec: TargetSpec, cases: int) -> int:
    """How many cases to run side by side: waiting costs nothing, a process its start and a core."""
    if spec.is_remote:
        return max(1, min(_MOST_WORKERS, cases))
    return max(1, min(_MOST_WORKERS, os.cpu_count() or 1, cases // _CASES_A_PROCESS))


@contextmanager
def _runners(asked: Evaluation, opened: OpenCatalogs, workers: int) -> Iterator[list[Runner]]:
    """Threads for an agent that computes elsewhere, processes for several of one that computes here."""
    spec = asked.spec
    model = asked.player.open() if asked.player else None
    target = open_target(spec, opened.catalog, opened.facts)
    if spec.is_remote or workers == 1:
        yield [in_process(GuardedTarget(target, spec.timeout_s), opened.facts, model)] * workers
    else:
        with processes(spec, workers, asked.player) as runners:
            yield runners


def _digest(file: str) -> str:
    return sha256(Path(file).read_bytes()).hexdigest()
