"""`recommender eval --simulated-by MODEL`: a model over HTTP plays the people, hears the replies, never the title."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage
from langgraph_recommender.agent.cli import main
from langgraph_recommender.agent.scripted import ScriptedChatModel
from langgraph_recommender.evals.openai_faults import Fault
from langgraph_recommender.evals.openai_server import OpenAIServer
from langgraph_recommender.evals.running.directory import read_run
from langgraph_recommender.evals.simulate.leaking import without_title
from langgraph_recommender.tools.catalog import Catalog
from langgraph_recommender.tools.items import Item

PEOPLE = """\
suite: people
catalog: products
simulations:
  - {name: owner, persona: seeker, item: Rolex Submariner Watch, count: 2, budget: 3}
"""
SHOP = """\
def agent(messages):
    return "Nothing yet.\\nSome take the rolex submariner watch.\\nWhat else do you want?"
"""
PERSON = AIMessage("something nice to wear on the wrist, pls")


@pytest.fixture(autouse=True)
def place(tmp_path: Path, products: Catalog, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RECOMMENDER_HOME", str(own_home))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people.yaml").write_text(PEOPLE)
    (tmp_path / "watch_shop.py").write_text(SHOP)
    return tmp_path


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as left:
        main(["eval", "people.yaml", "--target", "watch_shop:agent", "--simulated-by", "openai:person", *arguments])
    out, err = capsys.readouterr()
    return int(left.value.code or 0), out + err


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_model_talks_and_the_run_says_who_played(
    workers: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with OpenAIServer(ScriptedChatModel.of(*[lambda _: PERSON] * 6)) as server:
        code, said = command(capsys, "--evaluator-url", server.base_url, "--workers", workers, "--report", "run")
    run = read_run(place / "run")
    assert code == 0, said
    assert run.about.what["simulated_by"] == "openai:person"
    assert {turn.said for one in run.outcomes for turn in one.turns} == {PERSON.text}
    assert len(server.calls) == 6
    prompts = [json.dumps(one.body["messages"], ensure_ascii=False) for one in server.calls]
    heard = [one for one in prompts if "Recommender: Nothing yet." in one and "What else do you want?" in one]
    assert len(heard) == 4, "every message but the first follows a reply"
    assert not [one for one in prompts if "submariner" in one.lower()]
    assert "simulated by: openai:person" in (place / "run" / "report.md").read_text()


def test_a_title_that_the_model_guesses_is_not_said(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    guess = AIMessage("is it the Rolex Submariner Watch?")
    with OpenAIServer(ScriptedChatModel.of(*[lambda _: guess] * 12)) as server:
        code, said = command(capsys, "--evaluator-url", server.base_url, "--report", "run", "--workers", "1")
    assert code == 0
    outcomes = read_run(place / "run").outcomes
    assert not any(one.simulated and one.simulated.leaked for one in outcomes)
    assert "6 messages of simulated people are phrases" in said


def test_a_model_that_fails_ends_the_run_with_a_cure(capsys: pytest.CaptureFixture[str]) -> None:
    with OpenAIServer(ScriptedChatModel.of(), faults=frozenset({Fault.DROP})) as server:
        code, said = command(capsys, "--evaluator-url", server.base_url, "--workers", "1")
    assert code == 2
    assert "plays the person failed" in said
    assert "Traceback" not in said


def test_lines_that_tell_the_title_are_not_passed_on() -> None:
    item = Item(id="w1", title="Rolex Submariner Watch", facets={})
    assert without_title("one\nthe rolex submariner watch\ntwo", item) == "one\n...\ntwo"
    assert without_title("one\nSubmariner\nWatch", item) == "..."
    assert without_title("nothing of it", item) == "nothing of it"
