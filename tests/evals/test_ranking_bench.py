"""The ranking benchmark: its data, its judging by hand, its rivals in another process, and what is taken up again."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from langgraph_recommender.evals.benches import Options, find_bench, ranking_ours, ranking_rivals
from langgraph_recommender.evals.benches.ranking import _bounds, _figures
from langgraph_recommender.evals.benches.ranking_data import DATA_SETS, Bounds, read_data_set, without_last
from langgraph_recommender.evals.benches.ranking_judged import compared, judge, lines, ndcg_of_lists
from langgraph_recommender.evals.benches.ranking_ours import _parts
from langgraph_recommender.evals.benches.ranking_rivals import Arena, methods_for, rivals_python
from langgraph_recommender.evals.benches.ranking_task import Entry, read_entry, run_in, write_entry, write_task
from langgraph_recommender.tools.errors import InputError, SettingsError
from langgraph_recommender.tools.ranking.data.model import Interactions, ItemTable
from langgraph_recommender.tools.ranking.data.splits import Split, leave_one_out
from langgraph_recommender.tools.ranking.learning.fitting import train_model
from langgraph_recommender.tools.ranking.learning.preparing import TrainSettings
from langgraph_recommender.tools.ranking.learning.recipes import PARTS

RIVAL = """
import json, sys, pathlib, numpy as np
task, out = map(pathlib.Path, sys.argv[1:])
how = json.loads((out / "method.json").read_text())
users = np.load(task / "users.npy")
lists = np.full((len(users), 10), -1)
lists[:, 0] = users if how["config"].get("good") else 9
np.save(out / "lists.npy", lists)
told = {"fit_s": 2.0, "ask_ms": 0.5, "peak_mb": 100.0, "rows_per_s": 50.0, "version": "1.2"}
(out / "told.json").write_text(json.dumps(told))
"""


def interactions() -> Interactions:
    """Ten users who end with the items 9, then (the validation) their own number, then their own number less one."""
    rows = np.array([row for user in range(10) for row in ((user + 5) % 10, user, (user + 9) % 10)], np.int32)
    owners = np.repeat(np.arange(10), 3).astype(np.int32)
    names = tuple(map(str, range(10)))
    return Interactions(names, ItemTable(names), owners, rows, np.ones(30, np.float32), np.arange(30.0))


@pytest.fixture
def split() -> Split:
    return leave_one_out(interactions())


def entry(name: str, lists: np.ndarray, seed: int = 1) -> Entry:
    return Entry(name, seed, lists, fit_s=3.0, ask_ms=1.0, peak_mb=200.0, rows_per_s=100.0)


def lists_with(split: Split, place: int) -> np.ndarray:
    """What was held out, at a place of every list."""
    lists = np.full((len(split.test.targets), 10), -1)
    lists[:, place] = split.test.targets
    return lists


def test_lists_are_judged_by_hand(split: Split) -> None:
    first, third = lists_with(split, 0), lists_with(split, 2)
    assert ndcg_of_lists(third, split.test.targets).tolist() == [0.5] * 10
    one, two = judge([entry("a", first), entry("b", first), entry("b", third, 2)], split)
    assert (one.mean, two.mean, two.seeds) == (1.0, 0.75, 2)
    assert (one.coverage, one.popularity) == (1.0, 2.0)
    assert compared(one, two, 1) == "a less b: NDCG@10 0.2500 (0.2500 to 0.2500)"
    assert [line.split()[0] for line in lines([two, one], 1)] == ["a", "b"]


def test_bounds_hold_for_the_test_and_not_for_a_rehearsal(split: Split) -> None:
    judged = judge([entry("our mixture", lists_with(split, 2)), entry("implicit als", lists_with(split, 0))], split)
    assert _bounds("goodbooks10k", judged, rehearse=False).at_least == 1.0
    assert _bounds("amazon_beauty", judged, rehearse=False).at_least == 0.034
    assert _bounds("goodbooks10k", judged, rehearse=True) == Bounds()
    figures = {one.name: one for one in _figures("x", judged, Bounds(at_least=0.6, fit_at_most=5))}
    assert figures["x: NDCG@10, our mixture"].reached is False
    assert figures["x: NDCG@10, implicit als"].reached is None
    assert figures["x: fitting everything"].reached is True


@pytest.mark.parametrize(("ours", "theirs", "reached"), [(2, 2, True), (1, 3, True), (3, 1, None)])
def test_training_has_to_be_fast_where_it_is_as_good(
    split: Split, ours: int, theirs: int, reached: bool | None
) -> None:
    found = {"our mixture": 0, "our sequential": ours, "rectools sasrec": theirs}
    entries = [entry(name, lists_with(split, places)) for name, places in found.items()]
    figures = {one.name: one for one in _figures("x", judge(entries, split), Bounds())}
    assert figures["x: rows of training per second over RecTools'"].value == 1.0
    assert figures["x: time of training over RecTools'"].reached is reached


def test_closed_forms_that_the_mixture_left_out_are_fitted_as_the_training_would_have() -> None:
    assert not DATA_SETS["goodbooks10k"].ordered
    random = np.random.default_rng(3)
    rows = np.concatenate([random.permutation(12)[:6] for _ in range(60)]).astype(np.int32)
    names, table = tuple(f"u{n:02}" for n in range(60)), ItemTable(tuple(f"i{n:02}" for n in range(12)))
    owners = np.repeat(np.arange(60), 6).astype(np.int32)
    mixed = Interactions(names, table, owners, rows, np.ones(360, np.float32), np.full(360, np.nan))
    settings = TrainSettings(parts=("cooccurrence",), ordered=False)
    training = train_model(mixed, settings)
    kept = next((one for one in training.model.parts if one.name == "cooccurrence"), None)
    model = replace(training.model, parts=(), card=replace(training.model.card, left_out=("cooccurrence",)))
    (made,) = _parts(replace(training, model=model), leave_one_out(mixed), settings)
    assert made.name == "cooccurrence"
    assert made.state().config["backward"] == PARTS["cooccurrence"].unordered["backward"]
    assert kept is None or made.state().config == kept.state().config


def test_a_rehearsal_never_sees_the_test() -> None:
    everything = interactions()
    left = without_last(everything)
    assert len(left) == 20
    assert left.rows.tolist() == [row for user in range(10) for row in ((user + 5) % 10, user)]


def test_the_best_setting_goes_on_to_be_judged(split: Split, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "rivals" / "contender.py"
    script.parent.mkdir()
    script.write_text(RIVAL)
    method = ranking_rivals.Method("implicit", "als", [{"good": False}, {"good": True}, {}], seeds=True)
    monkeypatch.setattr(ranking_rivals, "_SCRIPT", script)
    monkeypatch.setattr(ranking_rivals, "methods_for", lambda _: [method])
    told: list[str] = []
    arena = Arena("x", split, tmp_path, Path(sys.executable))
    found = list(arena.entries([1, 2], told.append))
    assert [(one.name, one.seed, one.about, one.peak_mb) for one in found] == [
        ("implicit als", 1, "1.2", 100.0),
        ("implicit als", 2, "1.2", 100.0),
    ]
    assert found[0].lists[:, 0].tolist() == split.test.users.tolist()
    assert told == ["implicit als"]
    again = list(Arena("x", split, tmp_path, Path("nothing is run any more")).entries([1, 2], told.append))
    assert (again[0].lists == found[0].lists).all()


def test_a_rival_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such library"):
        run_in(tmp_path / "als", [sys.executable, "-c", "raise SystemExit('no such library')"], 60)
    with pytest.raises(InputError, match="nowhere"):
        run_in(tmp_path / "als", ["nowhere/python"], 60)
    with pytest.raises(InputError, match="timed out"):
        run_in(tmp_path / "als", [sys.executable, "-c", "import time; time.sleep(60)"], 0.2)


def test_results_are_kept(split: Split, tmp_path: Path) -> None:
    write_entry(tmp_path, entry("a", lists_with(split, 0)))
    run_in(tmp_path, ["nothing is run any more"], 1)
    kept = read_entry(tmp_path, "a", 7)
    assert (kept.fit_s, kept.seed, kept.lists.shape) == (3.0, 7, (10, 10))


def test_a_task_holds_plain_arrays(split: Split, tmp_path: Path) -> None:
    folder = write_task(tmp_path / "task", split.train, split.validation)
    assert json.loads((folder / "task.json").read_text()) == {"items": 10, "k": 10}
    for name, expected in (("fit_users", split.train.users), ("fit_rows", split.train.rows)):
        assert (np.load(folder / f"{name}.npy", allow_pickle=False) == expected).all()


def test_every_method_has_settings() -> None:
    names = [method.name for name in DATA_SETS for method in methods_for(name)]
    assert {"implicit als", "implicit bpr", "lenskit iknn", "lenskit ease", "rectools sasrec"} <= set(names)
    assert all(method.grid for name in DATA_SETS for method in methods_for(name))
    assert all(len({one.name for one in methods_for(name)}) == len(methods_for(name)) for name in DATA_SETS)


@pytest.mark.parametrize("data", [None, Path("nowhere")])
def test_without_data_the_cure_is_named(data: Path | None) -> None:
    with pytest.raises(SettingsError, match="--data"):
        find_bench("ranking").run(Options(data=data), lambda _done, _all: None)


def test_an_unknown_data_set_suggests_the_nearest() -> None:
    with pytest.raises(SettingsError, match="ml_100k"):
        read_data_set("ml_100", Path())


def test_a_python_for_rivals_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOMMENDER_RIVALS_PYTHON", "/nowhere/python")
    with pytest.raises(SettingsError, match="RECOMMENDER_RIVALS_PYTHON"):
        rivals_python()
    monkeypatch.delenv("RECOMMENDER_RIVALS_PYTHON")
    assert rivals_python() is None


def test_pairs_are_read_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "amazon_beauty").mkdir()
    (tmp_path / "amazon_beauty" / "beauty.txt").write_text("2 30\n1 10\n2 20\n1 30\n")
    found = read_data_set("amazon_beauty", tmp_path)
    assert found.user_ids == ("1", "2")
    assert [found.items.item_ids[row] for row in found.rows] == ["10", "30", "30", "20"]
    assert found.users.tolist() == [0, 0, 1, 1]


@pytest.mark.slow
def test_from_a_folder_of_data_to_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking_ours, "_MINUTES", 0.01)
    monkeypatch.setenv("RECOMMENDER_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("RECOMMENDER_RIVALS_PYTHON", raising=False)
    file = tmp_path / DATA_SETS["ml_100k"].file
    file.parent.mkdir(parents=True)
    events = [(user, (user + step) % 17, 1 + user % 5, 1_000 * user + step) for user in range(40) for step in range(6)]
    header = "user_id:token\titem_id:token\trating:float\ttimestamp:float\n"
    file.write_text(header + "".join("\t".join(map(str, one)) + "\n" for one in events))
    options = Options(count=1, catalogs=("ml_100k",), data=tmp_path, rehearse=True)
    report = find_bench("ranking").run(options, lambda _done, _all: None)
    figures = {one.name.removeprefix("ml_100k: "): one.value for one in report.figures}
    assert figures["NDCG@10, our cooccurrence"] > 0.9 > figures["NDCG@10, our popularity"]
    assert figures["NDCG@10, our mixture"] > 0.9
    assert report.notes[0].startswith("A rehearsal")
    assert "pip install" in report.notes[1]
    folder = next((tmp_path / "home" / "bench" / "ranking").iterdir())
    kept = {path: path.stat().st_mtime_ns for path in folder.rglob("told.json")}
    assert find_bench("ranking").run(options, lambda _done, _all: None).figures == report.figures
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("told.json")} == kept
