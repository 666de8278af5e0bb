"""README and docs are true: their Python runs, their commands exist, the public names are pinned."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import langgraph_recommender.agent as agent
import pytest
from langgraph_recommender.tools.catalog import Catalog

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)
COMMAND = re.compile(r"^\s*(?:\$ )?recommender (\w+)", re.MULTILINE)
pytestmark = pytest.mark.usefixtures("products", "restaurants")
LINK = re.compile(r"\]\((?!http)([^)#]+)")
FILE = re.compile(r"`((?:agent|tools|graphs|evals)/[\w/.*-]*)`")


def snippets() -> list[tuple[str, str]]:
    return [
        (f"{page.name}-{place}", code) for page in PAGES for place, code in enumerate(PYTHON.findall(page.read_text()))
    ]


def run(code: str, home: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "RECOMMENDER_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=folder, timeout=300
    )


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in snippets()])
def test_snippets_run(code: str, home: Path, tmp_path: Path) -> None:
    (tmp_path / "shop.csv").write_text("id,title,price,colour\n1,Red mug,8,red\n2,Blue mug,9,blue\n", "utf-8")
    done = run(code, home, tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*.py")), ids=lambda path: path.name)
def test_examples_run(example: Path, home: Path, tmp_path: Path) -> None:
    done = run(example.read_text(), home, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "None" not in done.stdout


def test_commands_exist() -> None:
    known = {point.name for point in entry_points(group="langgraph_recommender.commands")}
    named = {name for page in PAGES for name in COMMAND.findall(page.read_text())}
    assert named <= known


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        for target in LINK.findall(page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_files_that_are_named_exist() -> None:
    for page in PAGES:
        for name in FILE.findall(page.read_text("utf-8")):
            assert any(ROOT.glob(name)), f"{page.name}: {name}"


def test_public_names_are_pinned() -> None:
    assert agent.__all__ == [
        "OfflineChatModel",
        "Policies",
        "Recommendation",
        "Recommender",
        "RecommenderContext",
        "Settings",
        "TurnResult",
        "create_recommender",
    ]


def test_the_picture_of_the_graph_is_drawn_from_its_code(products: Catalog) -> None:
    graph = agent.create_recommender(products, checkpointer=False).get_graph()
    [drawn] = re.findall(r"```mermaid\n(.*?)\n```", PAGES[0].read_text("utf-8"), re.DOTALL)
    assert drawn == graph.draw_mermaid(with_styles=False).strip()
