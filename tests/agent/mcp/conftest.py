"""`recommender mcp` as a process, in an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

COMMAND = ["-P", "-c", "from langgraph_recommender.agent.cli import main; main()", "mcp"]


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "RECOMMENDER_HOME": str(home), "RECOMMENDER_CATALOG": "products"}


@pytest.fixture
def serving(own_home: Path) -> Callable[..., object]:
    @contextmanager
    def served(*options: str) -> Iterator[str]:
        command = [sys.executable, *COMMAND, "--transport", "http", "--port", "0", *options]
        process = subprocess.Popen(command, env=environment(own_home), stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        try:
            said = process.stdout.readline()
            assert "http://" in said
            yield said.split()[2]
        finally:
            process.terminate()
            process.wait(timeout=20)

    return served
