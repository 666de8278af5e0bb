"""The transcript in README is what the command prints."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"
pytestmark = pytest.mark.usefixtures("books", "products")
TRANSCRIPT = re.compile(r"```console\n\$ (recommender chat .*?)\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize(("command", "printed"), TRANSCRIPT.findall(README.read_text("utf-8")))
def test_the_transcript_is_real(command: str, printed: str, own_home: Path) -> None:
    code = "from langgraph_recommender.agent.cli import main; main()"
    environment = {**os.environ, "RECOMMENDER_HOME": str(own_home), "COLUMNS": "100", "TERM": "dumb"}
    done = subprocess.run(
        [sys.executable, "-c", code, *shlex.split(command)[1:]],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
    )
    assert [line.rstrip() for line in done.stdout.splitlines()] == [line.rstrip() for line in printed.splitlines()]


def test_there_is_a_transcript() -> None:
    assert len(TRANSCRIPT.findall(README.read_text("utf-8"))) == 2
