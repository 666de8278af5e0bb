"""A model's opinion beside the checks: over HTTP, marked as such everywhere, paid for once, never a failure."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage, BaseMessage
from langgraph_recommender.agent.cli import main
from langgraph_recommender.agent.scripted import ScriptedChatModel
from langgraph_recommender.evals.checks import Failure
from langgraph_recommender.evals.facts import CatalogFacts
from langgraph_recommender.evals.hosted import Hosted
from langgraph_recommender.evals.judge import criteria, judged, open_judge, opinion_of
from langgraph_recommender.evals.judge.criteria import prompt_of
from langgraph_recommender.evals.judge.transcript import transcript
from langgraph_recommender.evals.metrics.agreement import agreement
from langgraph_recommender.evals.openai_faults import Fault
from langgraph_recommender.evals.openai_server import OpenAIServer
from langgraph_recommender.evals.outcome import Outcome, TurnOutcome
from langgraph_recommender.evals.targets import Observed, Shown
from langgraph_recommender.tools.catalog import Catalog
from langgraph_recommender.tools.errors import SettingsError

WRONG = Failure("shown.satisfy", "price < 50", "shown: Chair")
SUITE = """\
suite: phones
catalog: products
conversations:
  - name: a phone
    turns: [{say: a phone under 500, expect: {shown: {at_least: 1, satisfy: price < 500}}}]
  - name: one
    turns: [{say: hello}]
"""


def thinks(messages: Sequence[BaseMessage]) -> AIMessage:
    """Says no to every conversation about chairs."""
    score = "chair" not in messages[-1].text.lower().partition("<conversation>")[2]
    return AIMessage(json.dumps({"reasoning": "I read it.", "score": score}))


def model(times: int) -> ScriptedChatModel:
    return ScriptedChatModel.of(*[thinks] * times)


def talk(name: str, item: str, title: str, *failures: Failure) -> Outcome:
    now = Observed(f"Take the {title}.", shown=(Shown(item, title, ("costs 10 dollars",)),))
    return Outcome("s.yaml", 1, name, "shop", "en", 1, (TurnOutcome("a lamp", now, failures),))


TALKS = [talk("good", "a2", "Lamp Two"), talk("bad", "b1", "Chair", WRONG), talk("unnoticed", "b1", "Chair")]


def test_opinions_over_http_are_held_against_the_checks(facts: CatalogFacts, tmp_path: Path) -> None:
    with OpenAIServer(model(len(TALKS) * len(criteria()))) as server:
        judge = open_judge(Hosted("openai:judge", server.base_url))
        verdicts = judged(TALKS, lambda _: facts, judge, tmp_path)
        assert {one.way for one in server.calls} == {"json_schema"}
        assert judged(TALKS, lambda _: facts, judge, tmp_path) == verdicts
        assert len(server.calls) == len(TALKS) * len(criteria()), "no opinion is asked for twice"
    assert [one.score for one in verdicts if one.criterion == "fits"] == [True, False, False]
    assert {one.reason for one in verdicts} == {"I read it."}
    found = opinion_of(verdicts, TALKS, "openai:judge", 1)
    rows = {one.name: one for one in found.rows}
    assert rows["fits"].share.mean == pytest.approx(1 / 3)
    assert rows["fits"].agrees
    assert rows["fits"].agrees.share == pytest.approx(2 / 3)
    assert rows["fits"].agrees.kappa
    assert rows["fits"].agrees.kappa.mean == pytest.approx((2 / 3 - 4 / 9) / (1 - 4 / 9))
    assert rows["helpful"].agrees is None


def test_an_answer_that_is_none_is_counted_and_asked_for_again(facts: CatalogFacts, tmp_path: Path) -> None:
    with OpenAIServer(model(0), faults=frozenset({Fault.GARBAGE})) as server:
        verdicts = judged(TALKS[:1], lambda _: facts, open_judge(Hosted("openai:judge", server.base_url)), tmp_path)
    found = opinion_of(verdicts, TALKS[:1], "openai:judge", 1)
    assert (found.rows, found.unanswered) == ((), len(criteria()))
    assert found.problem
    with OpenAIServer(model(len(criteria()))) as server:
        again = judged(TALKS[:1], lambda _: facts, open_judge(Hosted("openai:judge", server.base_url)), tmp_path)
    assert [one.score for one in again] == [True] * len(criteria())


def test_a_server_without_schemas_is_asked_by_tools(facts: CatalogFacts) -> None:
    def calls(_: Sequence[BaseMessage]) -> AIMessage:
        args = {"reasoning": "yes", "score": True}
        return AIMessage("", tool_calls=[{"name": "score", "args": args, "id": "1"}])

    many = ScriptedChatModel.of(*[calls] * 8)
    with OpenAIServer(many, faults=frozenset({Fault.SCHEMA_400})) as server:
        verdicts = judged(TALKS[:1], lambda _: facts, open_judge(Hosted("openai:judge", server.base_url)))
    assert [one.score for one in verdicts] == [True] * len(criteria())


def test_without_openevals_the_extra_is_named_before_anything_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "openevals.llm", None)
    with pytest.raises(SystemExit) as left:
        main(["eval", "products_en", "--judge", "openai:judge", "--evaluator-url", "http://127.0.0.1:9/v1"])
    assert left.value.code == 2
    assert "langgraph-recommender[judge]" in " ".join(capsys.readouterr().err.split())
    with pytest.raises(SettingsError, match="neither plays nor judges"):
        Hosted("offline").open()


@pytest.fixture
def phones(products: Catalog, own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("RECOMMENDER_HOME", str(own_home))
    (tmp_path / "phones.yaml").write_text(SUITE)
    return str(tmp_path / "phones.yaml")


def test_every_report_says_that_a_model_judged(phones: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["eval", phones, "--report", str(tmp_path / "run"), "--workers", "1", "--judge", "openai:small"]
    with OpenAIServer(model(2 * len(criteria()))) as server, pytest.raises(SystemExit) as left:
        main([*asked, "--evaluator-url", server.base_url])
    marked = "Judged by openai:small (a model's opinion, which fails no conversation)"
    assert left.value.code in (0, None)
    assert marked in capsys.readouterr().out
    for name in ("report.md", "report.html"):
        assert marked in (tmp_path / "run" / name).read_text(encoding="utf-8").replace("&#39;", "'")
    data = json.loads((tmp_path / "run" / "report.json").read_text())["judged"]
    assert (data["by"], data["note"], data["unanswered"]) == ("openai:small", marked, 0)
    assert data["criteria"]["fits"]["of"] == 2
    assert data["criteria"]["fits"]["checks"] == {"same": 1.0, "kappa": None, "of": 2}


def test_a_judge_reads_what_was_shown_and_what_the_catalog_says_of_it(facts: CatalogFacts) -> None:
    told = transcript(TALKS[0], facts)
    assert "Person: a lamp" in told
    assert "Lamp Two (price = 20.0, brand = Acme, tags = lamp, year = 1999.0; )" in told
    assert "reasons given: costs 10 dollars" in told
    assert "not in the catalog" in transcript(talk("x", "zz", "Ghost"), facts)
    assert all("{outputs}" in prompt_of(name) for name in criteria())
    assert len(transcript(talk("long", "a2", "L" * 1_000_000), facts)) <= 40_000


def test_kappa_by_hand() -> None:
    found = agreement([True] * 25 + [False] * 25, [True] * 20 + [False] * 5 + [True] * 10 + [False] * 15, 1)
    assert found
    assert found.kappa
    assert (found.share, found.kappa.mean) == (pytest.approx(0.7), pytest.approx(0.4))
    assert found.kappa.low < 0.4 < found.kappa.high
    same = agreement([True, True], [True, True], 1)
    assert same
    assert (same.share, same.kappa) == (1.0, None)
    assert agreement([], [], 1) is None
