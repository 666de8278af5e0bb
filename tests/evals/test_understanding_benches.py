"""The understanding benchmarks: slots and their scores, CrossWOZ's states, IARD's labels, wrong data."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from langgraph_recommender.evals.benches import Options, find_bench
from langgraph_recommender.evals.benches.crosswoz_data import ceilings, read_dialogues
from langgraph_recommender.evals.benches.iard import Told, accuracy, is_exact, is_right
from langgraph_recommender.evals.benches.iard_data import Line, digest, mapping, read_talks, split
from langgraph_recommender.evals.benches.slots import Judged, counts, exact, f1_with_interval, range_slot, slots_of
from langgraph_recommender.graphs.understanding import Intent
from langgraph_recommender.tools.constraints import Constraint, Op
from langgraph_recommender.tools.errors import CatalogError, SettingsError

DATA = Path(os.environ.get("RECOMMENDER_TEST_DATA", ""))
needs_data = pytest.mark.skipif("RECOMMENDER_TEST_DATA" not in os.environ, reason="needs dialogues that do not ship")
DUCK, NOODLES, CHEAP = ("dishes", "烤鸭"), ("dishes", "炸酱面"), ("price", "..100")


def test_constraints_on_one_number_are_one_range() -> None:
    said = [
        Constraint(facet="price", op=Op.GE, value=50.0),
        Constraint(facet="price", op=Op.LT, value=100.0),
        Constraint(facet="rating", op=Op.GE, value=4.5, hard=False),
        Constraint(facet="dishes", op=Op.ALL, value=("烤鸭", "炸酱面")),
        Constraint(facet="dishes", op=Op.NE, value="火锅"),
    ]
    expected = {("price", "50..100"), ("rating", "4.5.."), DUCK, NOODLES, ("dishes", "not 火锅")}
    assert slots_of(said, ceilings()) == expected


def test_the_highest_rating_is_the_same_as_at_least_it() -> None:
    held = slots_of([Constraint(facet="rating", op=Op.EQ, value=5.0)], ceilings())
    assert held == {range_slot("rating", 5, 5, 5)} == {("rating", "5..")}


def test_scores_by_hand() -> None:
    moments = [
        Judged("a", frozenset({DUCK, CHEAP}), frozenset({DUCK, NOODLES})),
        Judged("a", frozenset({DUCK}), frozenset({DUCK})),
        Judged("b", frozenset(), frozenset()),
    ]
    total = counts(moments)
    assert (total.right, total.wrong, total.missed) == (2, 1, 1)
    assert (total.precision, total.recall, total.f1) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    assert counts(moments, "price").recall == 0.0
    assert exact(moments) == pytest.approx(2 / 3)
    found = f1_with_interval(moments, 1)
    assert found.low <= found.mean <= found.high


def woz(state: list[list[Any]], said: str, acts: list[list[str]]) -> dict[str, Any]:
    return {"role": "usr", "content": said, "user_state": state, "dialog_act": acts}


def one_dialogue() -> dict[str, Any]:
    goal = [
        [1, "餐馆", "推荐菜", ["烤鸭"], False],
        [1, "餐馆", "人均消费", "50-100元", False],
        [1, "餐馆", "名称", "", False],
    ]
    first = [[*row[:4], row[2] != "名称"] for row in goal]
    accepted = [first[0], [1, "餐馆", "人均消费", "120元", True], [1, "餐馆", "名称", "老店", True]]
    asks = [["Inform", "餐馆", "推荐菜", "烤鸭"], ["Inform", "餐馆", "人均消费", "50-100元"]]
    messages = [
        woz(first, "想吃烤鸭，人均50到100", asks),
        {"role": "sys", "content": "老店", "dialog_act": []},
        woz(accepted, "地址呢", [["Request", "餐馆", "地址", ""]]),
        woz(accepted, "再找个酒店", [["Request", "酒店", "名称", ""]]),
    ]
    return {"goal": goal, "final_goal": accepted, "messages": messages}


def archive(path: Path, content: str) -> Path:
    with ZipFile(path / "val.json.zip", "w") as held:
        held.writestr("val.json", content)
    return path


def test_a_price_that_was_accepted_was_not_said(tmp_path: Path) -> None:
    (dialogue,) = read_dialogues(archive(tmp_path, json.dumps({"7": one_dialogue()})), "val")
    assert [turn.text for turn in dialogue.turns] == ["想吃烤鸭，人均50到100", "地址呢"]
    assert {turn.stated for turn in dialogue.turns} == {frozenset({DUCK, ("price", "50..100")})}
    assert dialogue.turns[1].annotated == {DUCK, ("price", "120..120")}
    assert dialogue.choices == {1: "老店"}


@pytest.mark.parametrize("content", ["nonsense", '{"7": {"goal": []}}', '{"7": 3}'])
def test_damaged_dialogues_are_named(tmp_path: Path, content: str) -> None:
    with pytest.raises(CatalogError, match=r"val\.json\.zip"):
        read_dialogues(archive(tmp_path, content), "val")


@pytest.mark.parametrize("name", ["crosswoz", "iard"])
@pytest.mark.parametrize("data", [None, Path("nowhere")])
def test_without_data_the_cure_is_named(name: str, data: Path | None) -> None:
    with pytest.raises(SettingsError, match="--data"):
        find_bench(name).run(Options(data=data), lambda _done, _all: None)


def test_a_film_is_read_with_its_title(tmp_path: Path) -> None:
    rows = {
        "R1": {"role": "recommender", "utterance_text": "Seen @12 <Heat (1995)>  ?", "sub-intent/action": ["REC-E"]},
        "S2": {"role": "seeker", "utterance_text": "I &lt;3 @12 <Heat (1995)>", "sub-intent/action": ["SEE", "OTH"]},
    }
    file = tmp_path / "umap2020_IARD_Cai.json"
    file.write_text(json.dumps({"5": {"dialogue_info": rows}}), encoding="utf-8")
    (talk,) = read_talks(tmp_path)
    assert talk.lines[0].films[0].title == "Heat"
    assert (talk.lines[0].text, talk.lines[0].labels) == ("Seen Heat ?", ())
    assert (talk.lines[1].text, talk.lines[1].labels) == ("I <3 Heat", ("SEE", "OTH"))
    file.write_text('{"5": {}}', encoding="utf-8")
    with pytest.raises(CatalogError, match="umap2020"):
        read_talks(tmp_path)


def test_an_intent_is_right_for_any_of_the_labels() -> None:
    line = Line(seeker=True, text="Loved it. Anything else?", films=(), labels=("SEE", "CON"))
    told = {intent: Told("1", line, intent) for intent in Intent}
    assert {intent for intent, one in told.items() if is_right(one)} == {"feedback", "refine", "recommend"}
    assert {intent for intent, one in told.items() if is_exact(one)} == {"feedback", "refine"}
    both = [told[Intent.FEEDBACK], told[Intent.PROFILE]]
    assert accuracy(both, is_right, 1).mean == 0.5


@needs_data
def test_every_label_is_mapped_and_the_halves_are_apart() -> None:
    talks = read_talks(DATA)
    dev, test = split(talks, "dev"), split(talks, "test")
    assert len(talks) == len(dev) + len(test) == 336
    assert digest(dev) != digest(test)
    assert {label for one in talks for line in one.lines for label in line.labels} == set(mapping())


@needs_data
def test_a_few_dialogues_are_understood_and_reported() -> None:
    report = find_bench("crosswoz").run(Options(data=DATA, rehearse=True, count=4), lambda _done, _all: None)
    figures = {one.name: one.value for one in report.figures}
    assert figures["slot F1 after each turn, one thread a goal"] > 0.8
    assert any("floor: nothing" in line and "0.000" in line for line in report.notes)
