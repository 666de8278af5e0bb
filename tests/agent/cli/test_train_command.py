"""`recommender train`: what a person at the terminal sees, and no traceback ever."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from langgraph_recommender.agent.cli import main
from langgraph_recommender.tools.ranking.data.model import Histories
from langgraph_recommender.tools.ranking.learning.bundle import load_model

Run = Callable[..., tuple[int, str, str]]
PARTS = ("--parts", "popularity,cooccurrence")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command in a home of its own; returns exit code, standard output and standard error."""
    monkeypatch.setenv("RECOMMENDER_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def command(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            main(["train", *map(str, words)])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        else:
            code = 0
        return code, *capsys.readouterr()

    return command


@pytest.fixture
def events(tmp_path: Path) -> Path:
    """90 users who walk along 20 items, and rate every third one low."""
    random, lines = np.random.default_rng(5), ["user,item,rating,time"]
    for user in range(90):
        start = int(random.integers(20))
        items = [(start + step + int(random.random() < 0.2)) % 20 for step in range(6)]
        lines += [f"u{user},i{item:02},{5 - 3 * (item % 3 == 0)},{1000 + step}" for step, item in enumerate(items)]
    path = tmp_path / "events.csv"
    path.write_text("\n".join(lines))
    return path


def test_a_model_from_plain_ids(run: Run, events: Path, tmp_path: Path) -> None:
    words = ("--set", "cooccurrence.window=3", "--licence", "ours", "--correct", "popularity=0.2")
    code, out, err = run("--interactions", events, *PARTS, *words)
    assert code == 0, err
    for told in ("validation, 44 choices", "mixture", "popularity", "cooccurrence", "rows/s", "split", "events-ranker"):
        assert told in out
    assert "Lists corrected by popularity 0.2 among the best 100, on validation" in out
    assert "change of NDCG with its 95% interval" in out
    assert "test, " not in out
    model = load_model(tmp_path / "events-ranker")
    assert model.card.licence == "ours"
    assert model.card.settings == {"cooccurrence": {"window": 3}}
    assert model.score(Histories.of([[3, 4]])).shape == (1, 20)


def test_as_json_with_the_test(run: Run, events: Path, tmp_path: Path) -> None:
    code, out, err = run("--interactions", events, *PARTS, "--liked-from", 1, "--test", "--json", "--out", "kept")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert {one["split"] for one in told["measured"]} == {"validation", "test"}
    assert told["weights"].keys() <= {"popularity", "cooccurrence"}
    assert (told["epochs"], told["rows_per_second"]) == ({}, {})
    assert told["seconds"].keys() == {"popularity", "cooccurrence"}
    assert told["read"]["columns"] == {name: name for name in ("user", "item", "rating", "time")}
    assert (told["read"]["rows"], told["read"]["left_alone"], told["read"]["left_out"]) == (540, [], {})
    assert told["split_hash"] == load_model(tmp_path / "kept").card.split_hash


def test_the_same_seed_gives_the_same_files(run: Run, events: Path, tmp_path: Path) -> None:
    for out in ("one", "other"):
        assert run("--interactions", events, *PARTS, "--json", "--out", out)[0] == 0
    for name in ("ranker.safetensors", "ranker.json", "README.md"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()


def test_over_a_catalog(run: Run, events: Path, tmp_path: Path) -> None:
    catalog = tmp_path / "shop.jsonl"
    rows = [{"id": f"i{item:02}", "title": f"Thing number {item}"} for item in range(21)]
    catalog.write_text("\n".join(json.dumps(row) for row in rows))
    code, out, err = run("--catalog", catalog, "--interactions", events, *PARTS, "--json")
    assert code == 0, err
    model = load_model(Path(json.loads(out)["out"]))
    assert model.items.item_ids == tuple(row["id"] for row in rows)


def test_tuning_goes_on_where_it_stopped(run: Run, events: Path, tmp_path: Path) -> None:
    pytest.importorskip("optuna")
    words = ("--interactions", events, *PARTS, "--liked-from", 1, "--json")
    first = json.loads(run(*words, "--tune", 2)[1])["tuned"]
    second = json.loads(run(*words, "--tune", 3)[1])["tuned"]
    assert (first["tries"], second["tries"]) == (2, 3)
    assert second["best"] >= first["best"] >= first["before"] == second["before"]
    study = (tmp_path / "events-ranker.study.jsonl").read_text()
    assert all(json.loads(line) for line in study.splitlines())


def test_a_study_that_is_damaged(run: Run, events: Path, tmp_path: Path) -> None:
    pytest.importorskip("optuna")
    (tmp_path / "events-ranker.study.jsonl").write_text("nonsense\nmore\n")
    code, _, err = run("--interactions", events, *PARTS, "--tune", 1)
    assert code == 2
    assert "events-ranker.study.jsonl cannot be read" in err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "There are no interactions to train on."),
        (("--interactions", "nowhere.csv"), "nowhere.csv"),
        (("--interactions", "events.csv", "--parts", "popularty"), "Did you mean 'popularity'?"),
        (("--interactions", "events.csv", "--set", "popularity=3"), "'popularity=3' sets nothing."),
        (("--interactions", "events.csv", "--set", "popularity.half_life=[1"), "'[1' is no value of a setting."),
        (("--interactions", "events.csv", "--set", "popularity.half_life=-1e-3"), "cannot be -0.001"),
        (("--interactions", "events.csv", "--set", "popularity.halflife=3"), "Did you mean 'half_life'?"),
        (("--interactions", "events.csv", "--set", "popularity.half_life=soon"), "cannot be 'soon'"),
        (("--interactions", "events.csv", "--liked-from", "9"), "No event is rated 9 or more."),
        (("--interactions", "events.csv", "--out", "events.csv"), "events.csv is a file."),
        (("--interactions", "events.csv", "--out", "events.csv/model"), "events.csv/model cannot be written"),
        (
            ("--interactions", "events.csv", *PARTS, "--set", "ease.ridge=5"),
            "changes the part ease, which is not fitted",
        ),
        (("--interactions", "brief.csv", "--split", "time"), "leave --split time out"),
        (("--interactions", "events.csv", "--from", "nowhere"), "There is no trained ranker in nowhere"),
        (("--interactions", "events.csv", "--correct", "variety=1"), "cannot be corrected for 'variety'"),
        (("--interactions", "few.csv"), "Only 1 choices are held out to choose weights by."),
        (("--interactions", "same.csv"), "with three events each, of different items."),
        (("--interactions", "events.csv", "--catalog", "shop.jsonl"), "none of its 540 rows can be used"),
    ],
)
def test_bad_input(run: Run, events: Path, tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    (tmp_path / "few.csv").write_text("user,item\na,1\na,2\na,3\na,4\n")
    (tmp_path / "same.csv").write_text(
        "user,item,time\n" + "\n".join(f"u{n},1,{t}" for n in range(30) for t in range(4))
    )
    brief = [f"u{n},{(7 * n + 3 * t) % 10},{10 * n + t}" for n in range(30) for t in range(4)]
    (tmp_path / "brief.csv").write_text("\n".join(["user,item,when", *brief]))
    (tmp_path / "shop.jsonl").write_text('{"id": "x", "title": "Another shop"}\n')
    code, out, err = run(*words)
    assert code == 2
    assert told in err
    assert "Traceback" not in err
    assert out == ""


def test_interrupted_and_resumed(run: Run, events: Path, tmp_path: Path) -> None:
    """A real process is interrupted while the network is trained; what it finished is taken up."""
    words = [
        "--interactions",
        str(events),
        "--parts",
        "cooccurrence,sequential",
        "--set",
        "sequential.dim=16",
        "--set",
        "sequential.layers=1",
        "--set",
        "sequential.epochs=20",
        "--set",
        "sequential.patience=20",
        "--json",
    ]
    code = "from langgraph_recommender.agent.cli import main; main()"
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, "-c", code, "train", *words], stderr=subprocess.PIPE, text=True, env=environment, cwd=tmp_path
    )
    work = tmp_path / "events-ranker.unfinished"
    while process.poll() is None and not list(work.glob("sequential/*.safetensors")):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "--resume" in err
    assert (work / "cooccurrence.safetensors").exists()
    code_after, out, err = run(*words, "--resume")
    assert code_after == 0, err
    told = json.loads(out)
    assert "cooccurrence" not in told["seconds"]
    assert told["rows_per_second"]["sequential"] > 0
    assert not work.exists()
