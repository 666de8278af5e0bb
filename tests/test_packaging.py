"""The wheel holds what the tree holds: every module and every data file, in one namespace."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("agent", "tools", "graphs", "evals")


def tracked(source: Path) -> set[str]:
    listed = subprocess.run(["git", "ls-files", "-z", *ROOMS], cwd=source, capture_output=True, text=True, check=True)
    return {f"langgraph_recommender/{name}" for name in listed.stdout.split("\0") if name}


def test_the_wheel_matches_the_tree(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
        ".",
    ]
    source = tmp_path / "source"
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(source)], check=True)
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("langgraph_recommender/")}
    assert tracked(source) - packed == set()
    assert packed - tracked(source) == set()
