"""A process that runs cases for another one: a case a line comes in, an outcome a line goes out, as JSON.

The first line that comes in is the target and the model that plays people. Whatever the agent prints goes to standard
error. The process ends with its input, also in the middle of a case, so that no agent is left behind.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from functools import cache
from queue import SimpleQueue
from threading import Lock, Thread
from time import sleep
from typing import Any, BinaryIO

BEAT_S = 1.0
"""A line with nothing on it says, once in that time, that the process is alive."""


def main() -> None:
    """Serves until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = _Lines(os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0))
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    came = SimpleQueue[str]()
    Thread(target=_read, args=(came,), daemon=True).start()
    Thread(target=_beat, args=(out,), daemon=True).start()
    _serve(came, out)


class _Lines:
    """Lines of JSON on a pipe, whole even when two threads write."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._lock = Lock()

    def write(self, data: dict[str, Any] | None) -> None:
        line = b"\n" if data is None else json.dumps(data).encode() + b"\n"
        with self._lock:
            while line:
                line = line[self._pipe.write(line) :]


def _serve(came: SimpleQueue[str], out: _Lines) -> None:
    from ...tools.errors import InputError  # noqa: PLC0415
    from ..hosted import Hosted  # noqa: PLC0415
    from ..opened import OpenCatalogs  # noqa: PLC0415
    from ..simulate import Ground  # noqa: PLC0415
    from ..targets.guarded import GuardedTarget  # noqa: PLC0415
    from ..targets.opening import TargetSpec, open_target  # noqa: PLC0415
    from .cases import Case, run_case  # noqa: PLC0415

    asked, opened = json.loads(came.get()), OpenCatalogs()
    spec, player = TargetSpec(**asked["target"]), Hosted.from_data(asked["player"])
    target = GuardedTarget(open_target(spec, opened.catalog, opened.facts), spec.timeout_s)
    ground = cache(lambda name: Ground(opened.facts(name)))
    model = player.open() if player else None
    while True:
        try:
            outcome = run_case(Case.from_data(json.loads(came.get())), target, ground, model)
        except InputError as error:
            out.write({"problem": error.message, "cure": error.cure})
        else:
            out.write({"outcome": outcome.to_data(), "hung": target.hung > 0})


def _read(came: SimpleQueue[str]) -> None:
    for line in sys.stdin:
        came.put(line)
    os._exit(0)


def _beat(out: _Lines) -> None:
    while True:
        try:
            out.write(None)
        except OSError:
            os._exit(0)
        sleep(BEAT_S)


if __name__ == "__main__":
    main()
