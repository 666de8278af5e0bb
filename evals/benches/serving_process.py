"""Servers and the crowd that asks them, each a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...tools.errors import RecommenderError
from ..load.guest import Place

RECOMMENDER = ("-c", "from langgraph_recommender.agent.cli import main; main()", "serve", "--port", "0", "--catalog")
EMPTY = ("-m", "langgraph_recommender.evals.load.empty")
_LOAD = ("-m", "langgraph_recommender.evals.load")
_SERVING = "Serving on http://"
_UNHURRIED = {"RECOMMENDER_PER_MINUTE": "0", "RECOMMENDER_ADDRESS_PER_MINUTE": "0"}
"""The crowd comes from one address."""
_STOP_S = 20
_STATED = {"utime": 11, "stime": 12}
"""Places in /proc/PID/stat, counted after the name of the process (proc(5))."""


@dataclass(frozen=True, slots=True)
class Server:
    """A process that serves."""

    place: Place
    process: subprocess.Popen[str]

    def memory_mb(self) -> float:
        """Resident."""
        shown = subprocess.run(["ps", "-o", "rss=", "-p", str(self.process.pid)], capture_output=True, check=True)
        return int(shown.stdout) / 1024

    def processor_s(self) -> float | None:
        """Seconds of processor time so far; None where the system does not tell."""
        stated = Path(f"/proc/{self.process.pid}/stat")
        if not stated.exists():
            return None
        fields = stated.read_text().rpartition(")")[2].split()
        return sum(int(fields[place]) for place in _STATED.values()) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving_processes(
    command: Sequence[str], home: Path, *, count: int = 1, database: str = ""
) -> Iterator[list[Server]]:
    """So many servers that share a home, or a database; stopped at the end.

    Raises RecommenderError with what it wrote when one does not start.
    """
    given = {"RECOMMENDER_HOME": str(home)} | ({"RECOMMENDER_DATABASE_URL": database} if database else {})
    with ExitStack() as stack:
        yield [stack.enter_context(_server(command, _UNHURRIED | given, home / f"log-{at}")) for at in range(count)]


@contextmanager
def _server(command: Sequence[str], environment: dict[str, str], log: Path) -> Iterator[Server]:
    with (
        log.open("w") as wrote,
        subprocess.Popen(
            [sys.executable, *command], env=os.environ | environment, stdout=subprocess.PIPE, stderr=wrote, text=True
        ) as process,
    ):
        try:
            yield Server(_place(process, log), process)
        finally:
            process.terminate()
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()


def _place(process: subprocess.Popen[str], log: Path) -> Place:
    assert process.stdout is not None
    line = next((one for one in process.stdout if one.startswith(_SERVING)), "")
    if not line:
        raise RecommenderError(f"A server ended with code {process.wait()}: {log.read_text()[-2_000:]}")
    host, _, port = line.removeprefix(_SERVING).partition("/")[0].rpartition(":")
    return host, int(port)


def started(servers: Sequence[Server], talks: Sequence[Sequence[str]]) -> None:
    """Waits until each has answered something."""
    for one in servers:
        crowd([one], talks[:1], "each", guests=1)


def crowd(servers: Sequence[Server], talks: Sequence[Sequence[str]], mode: str, **how: Any) -> Any:
    """What guests were told; see `evals.load`. Blocks until they have left."""
    asked = {"mode": mode, "places": [one.place for one in servers], "talks": talks, "streams": False, **how}
    done = subprocess.run(
        [sys.executable, *_LOAD], input=json.dumps(asked), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RecommenderError(f"The crowd ended with code {done.returncode}: {done.stderr[-2_000:]}")
    return json.loads(done.stdout)
