"""`recommender batch`: a catalog, a file of users, and what a person at the terminal sees."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from langgraph_recommender.agent.cli import main
from langgraph_recommender.tools.catalog import open_catalog
from langgraph_recommender.tools.items import Item
from langgraph_recommender.tools.ranking.batch.opening import OverCatalog
from langgraph_recommender.tools.ranking.batch.recommending import Recommend
from langgraph_recommender.tools.ranking.data.model import Histories, ItemTable
from langgraph_recommender.tools.ranking.data.reading import read_interactions
from langgraph_recommender.tools.ranking.data.report import ReadReport
from langgraph_recommender.tools.ranking.learning.bundle import save_model
from langgraph_recommender.tools.ranking.learning.card import Card
from langgraph_recommender.tools.ranking.learning.trained import TrainedModel
from langgraph_recommender.tools.ranking.learning.voices import Voice
from langgraph_recommender.tools.ranking.models import cooccurrence, popularity

Run = Callable[..., tuple[int, str, str]]
IDS = tuple(f"b{n}" for n in range(12))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalog of 13 items, of which the last came after the model was trained, users, and a model."""
    made = tmp_path_factory.mktemp("batch")
    items = [{"id": one, "title": f"Book {one}", "year": 2000 + n} for n, one in enumerate((*IDS, "b12"))]
    (made / "shelf.jsonl").write_text("\n".join(json.dumps(row) for row in items))
    events = [("ann", "b1"), ("ann", "b2"), ("bob", "b1"), ("bob", "b2"), ("bob", "b3"), ("cid", "b7")]
    (made / "users.csv").write_text("user,item\n" + "".join(f"{user},{item}\n" for user, item in events))
    save_model(made / "ranker", trained(made / "users.csv", IDS))
    save_model(made / "other", trained(made / "users.csv", tuple(f"x{one}" for one in IDS)))
    return made


def trained(path: Path, ids: tuple[str, ...]) -> TrainedModel:
    named = read_interactions(path, ItemTable(IDS), now=datetime.now(UTC), report=ReadReport())
    parts = (
        popularity.fit(named, popularity.PopularityConfig()),
        cooccurrence.fit(named, cooccurrence.CooccurrenceConfig()),
    )
    card = Card("shelf", "", "", "", "none", 3, 12, 6, (), ("popularity", "cooccurrence"), (), 0)
    return TrainedModel(ItemTable(ids), parts, {part.name: Voice() for part in parts}, 1.0, card)


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command on the catalog; returns exit code, standard output and standard error."""
    monkeypatch.setenv("RECOMMENDER_HOME", str(folder / "home"))

    def command(*words: object, users: str = "users.csv", model: str = "ranker") -> tuple[int, str, str]:
        capsys.readouterr()
        given = ["--catalog", folder / "shelf.jsonl", "--users", folder / users, "--model", folder / model]
        try:
            main(["batch", *map(str, (*given, *words))])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        else:
            code = 0
        return code, *capsys.readouterr()

    return command


def test_recommendations_for_everyone(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "o.jsonl"
    code, said, told = run("--out", out, "-k", 3, "--contributions")
    assert (code, told) == (0, "")
    assert said == f"9 recommendations for 3 users in {out}.\n"
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [one["user"] for one in rows] == ["ann"] * 3 + ["bob"] * 3 + ["cid"] * 3
    assert (rows[0]["item_id"], rows[0]["title"]) == ("b3", "Book b3")
    assert all(sum(one["contributions"].values()) == pytest.approx(one["score"], abs=1e-5) for one in rows)


def test_corrected_lists_and_what_changed(run: Run, tmp_path: Path) -> None:
    words = ("--out", tmp_path / "o.jsonl", "-k", 3, "--correct", "popularity=0.5")
    code, out, err = run(*words, "--correct", "diversity=0.2")
    assert code == 0, err
    for told in ("first 3 users", "average popularity", "diversity within a list", "(lower is better)"):
        assert told in out
    assert "NDCG" not in out
    code, out, _ = run(*words, "--json")
    assert {one["metric"] for one in json.loads(out)["corrected"]} >= {"coverage", "Gini", "average popularity"}


def test_a_filter_and_json(run: Run, tmp_path: Path) -> None:
    code, said, told = run("--out", tmp_path / "o.parquet", "--where", "year>=2009", "--json")
    assert (code, told) == (0, "")
    found = json.loads(said)
    assert (found["users"], found["fitting_items"], found["rows"], found["short"]) == (3, 4, 12, 3)


def test_what_was_left_out_is_told(run: Run, folder: Path, tmp_path: Path) -> None:
    (folder / "odd.csv").write_text("user,item\nann,b1\ndan,gone\n")
    code, _, told = run("--out", tmp_path / "o.jsonl", users="odd.csv")
    assert code == 0
    assert "1 users have no history" in told
    assert "not in the catalog" in told
    assert "gone" in told


def test_a_list_without_a_header_is_a_file_of_users_too(run: Run, folder: Path, tmp_path: Path) -> None:
    (folder / "pairs.txt").write_text("ann b1\nbob b2\n")
    code, said, _ = run("--out", tmp_path / "o.jsonl", "--json", users="pairs.txt")
    assert (code, json.loads(said)["users"]) == (0, 2)


def test_columns_that_are_left_alone_are_named(run: Run, folder: Path, tmp_path: Path) -> None:
    (folder / "wide.csv").write_text("user,item,colour\nann,b1,red\n")
    (folder / "lists.csv").write_text("user,age,items\nann,7,b1 b2\n")
    _, _, told = run("--out", tmp_path / "o.jsonl", users="wide.csv")
    assert told == "Columns: 'user' as user, 'item' as item; left alone: 'colour'.\n"
    _, said, _ = run("--out", tmp_path / "o.jsonl", "--json", users="lists.csv")
    read = json.loads(said)["read"]
    assert (read["columns"], read["left_alone"]) == ({"user": "user", "items": "items"}, ["age"])


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        ("user,item", b"\xe9ric,b1", "row 2, user: not UTF-8. Save the file as UTF-8."),
        ("user,items", b"\xe9ric,b1 b2", "row 2: not UTF-8. Save the file as UTF-8."),
        ("user,items,pr\xe9nom", b"u,b1 b2,x", "bad.csv, row 1: not UTF-8. Save the file as UTF-8, with a header"),
        ("user,items", b"", "no rows."),
        ("user,item", b",b1", "row 2, user: missing."),
        ("user,item", b"", "no rows. Give a row an event of a user, or a row a user."),
    ],
)
def test_a_users_file_without_a_usable_row(
    run: Run, folder: Path, tmp_path: Path, header: str, row: bytes, said: str
) -> None:
    (folder / "bad.csv").write_bytes(header.encode("latin-1") + b"\n" + row + b"\n")
    code, out, told = run("--out", tmp_path / "o.jsonl", users="bad.csv")
    assert (code, out) == (2, "")
    assert "bad.csv" in told
    assert said in told
    assert not list(tmp_path.iterdir())


def test_a_filter_that_nothing_meets_is_refused_and_the_last_lists_stay(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "o.jsonl"
    assert run("--out", out)[0] == 0
    before = out.read_bytes()
    code, said, told = run("--out", out, "--where", "year>=3000")
    assert (code, said) == (2, "")
    assert "No item of shelf meets --where 'year>=3000'. Items that meet each condition: year >= 3000 (0)." in told
    assert "The nearest that has results: --where 'year >= 2012', 1 item." in told
    assert out.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--out", "o.csv"), "o.csv"),
        (("--out", "nowhere/o.jsonl"), "no directory"),
        (("--out", "o.jsonl", "-k", "0"), "-k"),
        (("--out", "o.jsonl", "--where", "colour=red"), "colour"),
        (("--out", "o.jsonl", "--correct", "calibration=0.2"), "a facet that says what kind of thing an item is"),
    ],
)
def test_bad_options_end_with_exit_code_2(run: Run, words: tuple[str, ...], said: str) -> None:
    code, _, told = run(*words)
    assert code == 2
    assert said in told
    assert "Traceback" not in told


@pytest.mark.parametrize(("before", "told"), [("", "was not written"), ("old lists\n", "is as it was")])
def test_interrupted(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, told: str) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    out = tmp_path / "o.jsonl"
    if before:
        out.write_text(before)
    monkeypatch.setattr(Recommend, "__call__", stop)
    code, said, err = run("--out", out)
    assert (code, said) == (130, "")
    assert f"Interrupted: {out} {told}." in err
    assert [one.read_text() for one in tmp_path.iterdir()] == [before] * bool(before)


def test_a_missing_users_file(run: Run, tmp_path: Path) -> None:
    assert run("--out", tmp_path / "o.jsonl", users="none.csv")[0] == 2
    assert not list(tmp_path.iterdir())


def test_the_users_file_is_not_written_over(run: Run, folder: Path) -> None:
    (folder / "u.jsonl").write_text('{"user": "ann", "item": "b1"}\n')
    code, _, told = run("--out", folder / "u.jsonl", users="u.jsonl")
    assert code == 2
    assert "u.jsonl" in told


def test_a_model_of_another_catalog_and_none(run: Run, tmp_path: Path) -> None:
    for model in ("other", "nowhere"):
        code, _, told = run("--out", tmp_path / "o.jsonl", model=model)
        assert code == 2
        assert model in told


def test_a_model_goes_over_the_items_of_now(folder: Path) -> None:
    model = trained(folder / "users.csv", IDS)
    catalog = open_catalog([Item(id=one, title=one, text="") for one in ("b0", "b1", "b2", "b3", "new")])
    wide = OverCatalog.of(model, catalog)
    assert wide.items.item_ids == (*IDS, "new")
    asked = Histories.of([[1, 12], [12]])
    wider, own = wide.contributions(asked), model.contributions(Histories.of([[1, -1], [-1]]))
    for name, values in wider.items():
        assert values.shape == (2, 13)
        assert (values[:, :12] == own[name]).all()
        assert (values[:, 12] == 0).all()
