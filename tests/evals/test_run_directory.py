"""A run directory: what is in it survives, and only the same run goes on in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from langgraph_recommender.evals.checks import Failure
from langgraph_recommender.evals.outcome import Outcome, TurnOutcome
from langgraph_recommender.evals.running.directory import OUTCOMES, RUN, About, read_run, writing
from langgraph_recommender.evals.targets import Observed
from langgraph_recommender.tools.errors import SuiteError

ABOUT = About({"target": "graph", "repeat": 1}, 3, {"load": 0.5})


def outcome(name: str, **fields: Any) -> Outcome:
    turns = (TurnOutcome("你好", Observed("台灯", latency_ms=1.5), (Failure("intent", "recommend", "chitchat"),)),)
    return Outcome("shop.yaml", 4, name, "shop", "zh", 1, turns, **fields)


def test_what_was_added_is_read_back(tmp_path: Path) -> None:
    with writing(tmp_path / "a" / "run", ABOUT) as writer:
        writer.add(outcome("one"))
        writer.add(outcome("two", repeat=2))
    run = read_run(tmp_path / "a" / "run")
    assert run.about == ABOUT
    assert run.outcomes == (outcome("one"), outcome("two", repeat=2))
    assert not run.complete


def test_the_same_run_goes_on(tmp_path: Path) -> None:
    with writing(tmp_path, ABOUT) as writer:
        writer.add(outcome("one"))
    elsewhere = About(ABOUT.what, ABOUT.cases, {"load": 9.0})
    with writing(tmp_path, elsewhere) as writer:
        assert writer.held == (outcome("one"),)
        writer.add(outcome("two"))
    assert [one.name for one in read_run(tmp_path).outcomes] == ["one", "two"]


def test_a_line_that_was_cut_off_is_run_again(tmp_path: Path) -> None:
    with writing(tmp_path, ABOUT) as writer:
        writer.add(outcome("one"))
        writer.add(outcome("two"))
    file = tmp_path / OUTCOMES
    file.write_bytes(file.read_bytes()[:-20])
    assert [one.name for one in read_run(tmp_path).outcomes] == ["one"]
    with writing(tmp_path, ABOUT) as writer:
        assert [one.name for one in writer.held] == ["one"]
        writer.add(outcome("three"))
    assert [one.name for one in read_run(tmp_path).outcomes] == ["one", "three"]


def test_an_outcome_is_on_the_disk_before_the_next_case(tmp_path: Path) -> None:
    with writing(tmp_path, ABOUT) as writer:
        writer.add(outcome("one"))
        assert [one.name for one in read_run(tmp_path).outcomes] == ["one"]


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (About({"target": "graph", "repeat": 2}, 6), "repeat was 1, now 2"),
        (About({"target": "shop:agent", "repeat": 1}, 3), 'target was "graph", now "shop:agent"'),
        (About({"target": "graph", "repeat": 1}, 4), "conversations was 3, now 4"),
    ],
)
def test_another_run_is_refused_unless_it_begins_anew(tmp_path: Path, now: About, said: str) -> None:
    with writing(tmp_path, ABOUT) as writer:
        writer.add(outcome("one"))
    with pytest.raises(SuiteError, match=said), writing(tmp_path, now):
        pass
    assert [one.name for one in read_run(tmp_path).outcomes] == ["one"]
    with writing(tmp_path, now, fresh=True) as writer:
        assert writer.held == ()
    assert read_run(tmp_path).outcomes == ()


def test_outcomes_without_a_run_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / OUTCOMES).write_text("mine\n", encoding="utf-8")
    with pytest.raises(SuiteError, match=r"run\.json"), writing(tmp_path, ABOUT):
        pass
    assert (tmp_path / OUTCOMES).read_text(encoding="utf-8") == "mine\n"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1, "what": {}}', '{"format": 99}'])
def test_a_broken_description_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / RUN).write_text(text, encoding="utf-8")
    with pytest.raises(SuiteError, match=r"run\.json"):
        read_run(tmp_path)


@pytest.mark.parametrize("line", ["no json", "{}", "[]", "7", json.dumps({"suite": "x"})])
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    with writing(tmp_path, ABOUT) as writer:
        writer.add(outcome("one"))
    with (tmp_path / OUTCOMES).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    with pytest.raises(SuiteError, match=r"outcomes\.jsonl:2: not an outcome"):
        read_run(tmp_path)


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SuiteError, match="Give --report a directory"), writing(tmp_path / "file" / "run", ABOUT):
        pass


HOLDER = """
import sys
from pathlib import Path
from langgraph_recommender.evals.running.directory import About, writing
with writing(Path(sys.argv[1]), About({"target": "graph", "repeat": 1}, 3)):
    print("in", flush=True)
    sys.stdin.read()
"""


def test_two_processes_never_write_into_one_directory(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ) as first:
        assert first.stdout is not None
        assert first.stdin is not None
        assert first.stdout.readline() == b"in\n"
        for fresh in (False, True):
            with pytest.raises(SuiteError, match="another process"), writing(tmp_path, ABOUT, fresh=fresh):
                pass
        first.kill()
        first.wait()
    with writing(tmp_path, ABOUT) as writer:
        writer.add(outcome("one"))
