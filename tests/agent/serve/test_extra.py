"""Serving without its packages is told with the line that installs them."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("missing", ["fastapi", "uvicorn", "prometheus_client"])
def test_a_missing_package_is_named_by_its_extra(missing: str) -> None:
    code = f"""
import sys, importlib.util
known = importlib.util.find_spec
sys.modules[{missing!r}] = None
importlib.util.find_spec = lambda name, package=None: None if name == {missing!r} else known(name, package)
from langgraph_recommender.agent.cli import main
main(["serve", "--port", "0"])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    assert "langgraph-recommender[serve]" in done.stderr
    assert "Traceback" not in done.stderr
