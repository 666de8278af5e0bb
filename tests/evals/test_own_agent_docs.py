"""The agent and the suite of "Bring your own agent" do what the page says."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from langgraph_recommender.evals.facts import CatalogFacts
from langgraph_recommender.evals.running import cases_of, run_cases
from langgraph_recommender.evals.suite import load_suite
from langgraph_recommender.evals.targets.runnable_target import RunnableTarget, load_object
from langgraph_recommender.tools.catalog import Catalog

PAGE = Path(__file__).parents[2] / "docs" / "evaluation.md"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The code blocks of the section that begin with a file name, as files in the working directory."""
    section = PAGE.read_text(encoding="utf-8").partition("## Bring your own agent")[2].partition("\n## ")[0]
    for text, name in re.findall(r"```\w+\n(# (\S+)\n.*?)```", section, re.DOTALL):
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return tmp_path


def test_the_agent_of_the_page_is_evaluated(files: Path, products: Catalog) -> None:
    facts = CatalogFacts.of(products)
    target = RunnableTarget(load_object("my_shop:agent"), lambda _: facts)
    (outcome,) = run_cases(cases_of([load_suite(files / "my_shop.yaml")]), target, lambda _: facts)
    assert outcome.passed, outcome.failures
    assert "intent" in outcome.skipped
    assert outcome.turns[0].observed is not None
    assert [one.title for one in outcome.turns[0].observed.shown] == ["iPhone 5s"]
