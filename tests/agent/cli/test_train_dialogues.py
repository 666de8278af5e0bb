"""`recommender train --dialogues`, and a shop whose chat profits from its logs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from langgraph_recommender.agent import create_recommender
from langgraph_recommender.agent.cli import main
from langgraph_recommender.tools.catalog import Catalog, open_catalog

BOOKS = ("Dune", "Hyperion", "Foundation", "Emma", "Persuasion", "The Hobbit", "Mort", "Neuromancer", "Circe")
SAID = "I just finished Emma, what should I read on the train?"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RECOMMENDER_HOME", str(tmp_path / "home"))
    path = tmp_path / "shop.csv"
    path.write_text("\n".join(["id,title", *(f"b{i},{title}" for i, title in enumerate(BOOKS))]), encoding="utf-8")
    return path


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """The clerk's habits: Circe after Emma, Hyperion after Dune."""
    habits = [("Emma", "b8"), ("Dune", "b1"), ("The Hobbit", "b2")] * 4
    rows = [
        {
            "id": f"d{i}",
            "turns": [
                {"role": "user", "text": f"I just finished {said}"},
                {"role": "assistant", "text": "Then this one.", "recommended": [item]},
            ],
        }
        for i, (said, item) in enumerate(habits)
    ]
    path = tmp_path / "logs.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main([str(one) for one in ("train", *arguments)])
    out, err = capsys.readouterr()
    return int(end.value.code or 0), out, err


def test_a_shop_with_logs_profits_in_chat(shop: Path, logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--dialogues", logs, "--catalog", shop, "--json")
    assert code == 0, err
    told = json.loads(out)
    assert told["choices"] == 12
    assert told["recall"]["1"] > told["recall_of_popularity"]["1"]
    assert sorted(path.name for path in Path(told["out"]).iterdir()) == ["dialogues.json", "dialogues.safetensors"]

    with_logs, without = _turn(shop), _turn(shop, without=Path(told["out"]))
    assert [one["item_id"] for one in with_logs].index("b8") < [one["item_id"] for one in without].index("b8")
    circe = next(one for one in with_logs if one["item_id"] == "b8")
    assert circe["contributions"]["dialogue_together"] > 0
    assert "goes with Emma, which came up" in circe["reasons"]
    assert not any(name.startswith("dialogue_") for one in without for name in one["contributions"])


def _turn(shop: Path, without: Path | None = None) -> list[dict]:
    if without:
        without.rename(without.with_name("put away"))
    catalog = open_catalog(shop, home=shop.parent / "home")
    try:
        return _recommended(catalog)
    finally:
        catalog.close()


def _recommended(catalog: Catalog) -> list[dict]:
    recommender = create_recommender(catalog)
    config = {"configurable": {"thread_id": "t"}}
    turn = recommender.invoke({"messages": [("user", f"{SAID} Show me 9 books")]}, config)["turn"]
    return [one.model_dump() for one in turn.recommendations]


def test_without_a_catalog_items_are_ids_and_facts_may_be_added(
    logs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = tmp_path / "facts.tsv"
    facts.write_text("b8\tauthor\tMadeline Miller\n", encoding="utf-8")
    out = tmp_path / "model"
    code, said, err = run(capsys, "--dialogues", logs, "--knowledge", facts, "--out", out)
    assert (code, err) == (0, "12 dialogues, 24 turns, 12 recommendations to learn from.\n")
    assert "12 recommendations, each as if its own dialogue had never been heard: recall @1" in said
    assert f"Kept in {out}." in said
    assert (out / "dialogues.safetensors").is_file()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--dialogues", "none.jsonl"], "There is no file none.jsonl"),
        (["--dialogues", "LOGS", "--interactions", "LOGS"], "--dialogues trains a ranker of its own"),
        (["--dialogues", "LOGS", "--parts", "ease"], "--dialogues trains a ranker of its own"),
        (["--dialogues", "LOGS", "--knowledge", "none.tsv"], "There is no file none.tsv"),
        (["--dialogues", "LOGS", "--out", "LOGS"], "is a file"),
        (["--knowledge", "none.tsv", "--interactions", "LOGS"], "--knowledge is read with --dialogues"),
    ],
)
def test_what_cannot_be_trained_is_refused(
    logs: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    code, out, err = run(capsys, *(str(logs) if one == "LOGS" else one for one in arguments))
    assert (code, out) == (2, "")
    assert message in " ".join(err.split())
