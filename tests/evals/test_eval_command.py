"""`recommender eval` as a process: workers, Ctrl-C, going on, and agents that take their process with them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from langgraph_recommender.agent.cli import main
from langgraph_recommender.evals.outcome import Outcome
from langgraph_recommender.evals.running.directory import read_run
from langgraph_recommender.tools.catalog import Catalog

AGENT = """
import os, time

def agent(messages):
    said = messages[-1].text
    print("noise")
    if "hang" in said: time.sleep(600)
    if "die" in said: os._exit(7)
    while "wait" in said and not os.path.exists("go"): time.sleep(0.05)
    return f"You said {said}, my friend. Take the **iPhone 5s**."
"""
ROUGH = """\
suite: rough
catalog: products
conversations:
  - {name: well, turns: [{say: a phone, expect: {shown: {include: iPhone 5s}}}]}
  - {name: hangs, turns: [{say: hang}, {say: more}]}
  - {name: dies, turns: [{say: die}]}
  - {name: well again, tags: good, turns: [{say: a phone}]}
"""
WAITING = """\
suite: waiting
catalog: products
conversations:
  - {name: one, turns: [{say: hello}]}
  - {name: two, turns: [{say: hello}]}
  - {name: three, turns: [{say: this one waits}]}
  - {name: four, turns: [{say: hello}]}
"""
PHONES = """\
suite: phones
catalog: products
conversations:
  - name: a phone
    turns:
      - {say: a phone under 500, expect: {shown: {at_least: 1, satisfy: price < 500}}}
      - {say: cheaper, expect: {shown: {lower_than_before: price}}}
  - name: 手机
    language: zh
    turns: [{say: 想买一部五百以内的手机, expect: {shown: {at_least: 1}}}]
"""


@pytest.fixture
def place(tmp_path: Path, products: Catalog, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with an agent and suites, where the commands run."""
    monkeypatch.setenv("RECOMMENDER_HOME", str(own_home))
    for name, text in {"shop.py": AGENT, "rough.yaml": ROUGH, "waiting.yaml": WAITING, "phones.yaml": PHONES}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def start(place: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [str(Path(sys.executable).parent / "recommender"), "eval", *arguments, "--report", "run"]
    wide = os.environ | {"COLUMNS": "200"}
    return subprocess.Popen(command, cwd=place, text=True, env=wide, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def command(place: Path, *arguments: str) -> tuple[int, str]:
    process = start(place, *arguments)
    out, err = process.communicate(timeout=300)
    return process.returncode, out + err


def timeless(outcomes: tuple[Outcome, ...]) -> list[str]:
    """What may not depend on who ran it: all but times."""
    return sorted(json.dumps(_cut(one.to_data()), sort_keys=True) for one in outcomes)


def _cut(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _cut(value) for key, value in data.items() if key not in ("latency_ms", "time")}
    return [_cut(one) for one in data] if isinstance(data, list) else data


def test_an_agent_that_hangs_or_dies_takes_no_other_conversation_with_it(place: Path) -> None:
    code, said = command(place, "rough.yaml", "--target", "shop:agent", "--workers", "2", "--timeout", "1.5")
    assert code == 1
    outcomes = {one.name: one for one in read_run(place / "run").outcomes}
    assert {name for name, one in outcomes.items() if one.passed} == {"well", "well again"}
    assert "no answer within 1.5 s" in outcomes["hangs"].failures[0].got
    assert "exit code 7" in outcomes["dies"].failures[0].got
    assert "Traceback" not in said
    assert "not judged" in said


def test_ctrl_c_leaves_what_is_done_and_the_same_command_goes_on(place: Path) -> None:
    arguments = ("waiting.yaml", "--target", "shop:agent", "--workers", "1")
    process, file = start(place, *arguments), place / "run" / "outcomes.jsonl"
    while process.poll() is None and not (file.exists() and file.read_bytes().count(b"\n") == 2):
        sleep(0.05)
    refused, why = command(place, *arguments)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=300)
    assert (refused, "another process is running into it" in why) == (2, True)
    assert process.returncode == 130
    assert "2 of 4 are done" in err
    before = read_run(place / "run").outcomes
    (place / "go").touch()
    code, said = command(place, *arguments)
    assert code == 0, said
    assert "2 of 4 are done already" in said
    after = read_run(place / "run")
    assert after.complete
    assert after.outcomes[:2] == before
    assert [one.name for one in after.outcomes] == ["one", "two", "three", "four"]


def test_another_command_is_refused_and_tags_choose(place: Path) -> None:
    arguments = ("rough.yaml", "--target", "shop:agent", "--tag", "good")
    code, said = command(place, *arguments)
    assert code == 0, said
    assert [one.name for one in read_run(place / "run").outcomes] == ["well again"]
    code, said = command(place, *arguments, "--repeat", "2")
    assert (code, "repeat was 1, now 2" in said) == (2, True)
    code, said = command(place, *arguments, "--repeat", "2", "--fresh")
    assert code == 0, said
    assert [one.repeat for one in read_run(place / "run").outcomes] == [1, 2]


def test_two_processes_find_what_one_finds(place: Path) -> None:
    assert command(place, "phones.yaml", "--repeat", "2", "--workers", "1")[0] == 0
    alone = read_run(place / "run").outcomes
    assert command(place, "phones.yaml", "--repeat", "2", "--workers", "2", "--fresh")[0] == 0
    assert timeless(read_run(place / "run").outcomes) == timeless(alone)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rough.yaml", "--target", "shop:agnt"), "Did you mean 'agent'"),
        (("rough.yaml", "--target", "elsewhere"), "module:object"),
        (("rough.yaml", "--header", "no colon"), "--header"),
        (("rough.yaml", "--tag", "god"), "Did you mean 'good'"),
        (("rough.yaml", "--model", "openai:none"), "OPENAI_API_KEY"),
    ],
)
def test_bad_input_ends_with_code_2(
    arguments: tuple[str, ...], said: str, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.chdir(place)
    monkeypatch.setattr(sys, "path", list(sys.path))
    with pytest.raises(SystemExit) as ended:
        main(["eval", *arguments])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
