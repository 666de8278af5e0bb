"""Runs cases in processes of their own: they share no interpreter lock, and one that hangs or dies is replaced."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Any

from ...tools.errors import AgentError, InputError
from ..hosted import Hosted
from ..outcome import Outcome
from ..targets.opening import TargetSpec
from .cases import Case, failed
from .schedule import Runner

_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Each process has work enough for a core: threads that help it would wait for the others."""
_SILENCE_S = 60.0
"""A process from which no sign of life came for that long beyond the limit of a turn is killed."""


@contextmanager
def processes(spec: TargetSpec, count: int, player: Hosted | None = None) -> Iterator[list[Runner]]:
    """That many runners, each with a process of its own, which starts with its first case and ends here."""
    workers = [WorkerProcess(spec, player) for _ in range(count)]
    try:
        yield [worker.run for worker in workers]
    finally:
        for worker in workers:
            worker.stop()


@dataclass
class WorkerProcess:
    """One process that runs one case at a time."""

    spec: TargetSpec
    player: Hosted | None = None
    """Plays the simulated people."""

    def __post_init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._lines: SimpleQueue[str] = SimpleQueue()
        self._stopped = False

    def run(self, case: Case) -> Outcome:
        """The outcome of the case; that the agent took the process with it is one too. Raises InputError."""
        try:
            answer = self._ask(case)
        except AgentError as error:
            self._end()
            return failed(case, str(error))
        if "problem" in answer:
            raise InputError(answer["problem"], cure=answer["cure"])
        if answer["hung"]:
            self._end()
        return Outcome.from_data(answer["outcome"])

    def stop(self) -> None:
        """Ends the process, whatever it is at."""
        self._stopped = True
        self._end()

    def _ask(self, case: Case) -> dict[str, Any]:
        if self._process is None:
            self._start()
        self._send(case.to_data())
        while True:
            try:
                line = self._lines.get(timeout=self.spec.timeout_s + _SILENCE_S)
            except Empty:
                raise AgentError("its process gave no sign of life, and was ended.") from None
            if not line:
                raise AgentError(f"its process ended with {self._status()}.")
            if line.strip():
                return json.loads(line)

    def _start(self) -> None:
        command = [sys.executable, "-m", "langgraph_recommender.evals.running.worker"]
        self._lines = SimpleQueue()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
            env={**_ONE_THREAD, **os.environ},
        )
        assert self._process.stdout is not None
        Thread(target=_pass_on, args=(self._process.stdout, self._lines), daemon=True).start()
        self._send({"target": self.spec.to_data(), "player": self.player and self.player.to_data()})

    def _send(self, data: dict[str, Any]) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(data) + "\n")
            self._process.stdin.flush()
        except OSError:
            raise AgentError(f"its process ended with {self._status()}.") from None

    def _status(self) -> str:
        assert self._process is not None
        code = self._process.wait()
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()


def _pass_on(lines: IO[str], to: SimpleQueue[str]) -> None:
    """Every line, then an empty text for the end."""
    try:
        for line in lines:
            to.put(line)
    except ValueError:  # closed while it was read
        pass
    to.put("")
