"""`recommender eval compare A B`, and the reports that `recommender eval` leaves in a directory."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from langgraph_recommender.agent.cli import main
from langgraph_recommender.evals.checks import Failure
from langgraph_recommender.evals.outcome import Outcome, TurnOutcome
from langgraph_recommender.evals.reporting import NAMES
from langgraph_recommender.evals.running.directory import About, writing
from langgraph_recommender.evals.targets import Observed
from langgraph_recommender.tools.catalog import Catalog

WRONG = Failure("shown.at_least", "1", "0 items")
SUITE = """\
suite: phones
catalog: products
conversations:
  - name: a phone
    turns: [{say: a phone under 500, expect: {shown: {at_least: 1, satisfy: price < 500}}}]
  - name: never
    turns: [{say: a phone, expect: {shown: none}}]
"""


@pytest.fixture(autouse=True)
def own_place(products: Catalog, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOMMENDER_HOME", str(own_home))
    monkeypatch.setenv("COLUMNS", "200")


def run_into(directory: Path, passed: Sequence[bool], prefix: str = "talk", shots: int = 4) -> Path:
    with writing(directory, About({"target": "graph", "shots": shots}, len(passed))) as run:
        for number, ok in enumerate(passed):
            turn = TurnOutcome("x", Observed("y"), () if ok else (WRONG,))
            run.add(Outcome("s.yaml", 1, f"{prefix} {number}", "products", "en", 1, (turn,)))
    return directory


def command(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    with pytest.raises(SystemExit) as left:
        main([str(one) for one in arguments])
    out, err = capsys.readouterr()
    return int(left.value.code or 0), out + err


def test_the_better_of_two_runs_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = run_into(tmp_path / "good", [True] * 24), run_into(tmp_path / "bad", [True] * 8 + [False] * 16)
    code, said = command(capsys, "eval", "compare", good, bad)
    assert code == 0
    line = next(one for one in said.splitlines() if " passed" in one and "turns" not in one)
    assert "better" in line
    assert "66.7%" in line
    code, said = command(capsys, "eval", "compare", bad, good, "--json")
    found = {one["metric"]: one for one in json.loads(said)["metrics"]}
    assert found["passed"]["verdict"] == "worse"
    assert found["passed"]["pairs"] == 24


def test_zero_shot_and_few_shot_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    none, some = run_into(tmp_path / "none", [False] * 12, shots=0), run_into(tmp_path / "some", [True] * 12)
    code, said = command(capsys, "eval", "compare", some, none)
    assert code == 0
    assert "shots: 4 (few-shot) against 0 (zero-shot)" in said
    data = json.loads(command(capsys, "eval", "compare", none, some, "--json")[1])
    assert data["settings"] == {"shots": [0, 4]}
    assert {one["metric"]: one["verdict"] for one in data["metrics"]}["passed"] == "worse"


def test_runs_of_other_conversations_and_no_runs_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = run_into(tmp_path / "one", [True]), run_into(tmp_path / "other", [True], prefix="chat")
    code, said = command(capsys, "eval", "compare", one, other)
    assert (code, "no conversation in common" in said) == (2, True)
    code, said = command(capsys, "eval", "compare", one, tmp_path / "missing")
    assert (code, "missing" in said, "--report" in said) == (2, True, True)


def test_a_run_leaves_its_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    suite, out = tmp_path / "phones.yaml", tmp_path / "out"
    suite.write_text(SUITE)
    code, said = command(capsys, "eval", suite, "--report", out, "--workers", 1)
    assert code == 1
    assert f"{suite}:6 never, turn 1 'a phone': shown" in said
    assert set(NAMES) <= {one.name for one in out.iterdir()}
    data = json.loads((out / "report.json").read_text())
    assert (data["conversations"], data["passed"]) == (2, 1)
    code, said = command(capsys, "eval", "compare", out, out)
    assert code == 0
    assert "better" not in said


def test_prices_of_another_model_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prices = tmp_path / "prices.yaml"
    prices.write_text("models: {offlin: {input: 1, output: 2}}")
    code, said = command(capsys, "eval", "products_en", "--prices", prices)
    assert (code, "offlin" in said) == (2, True)
