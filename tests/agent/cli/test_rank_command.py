"""`recommender rank`: lists by history and by profile, why, and what is refused."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from langgraph_recommender.agent.cli import main
from langgraph_recommender.tools.constraints import Constraint, Op
from langgraph_recommender.tools.profile.memory import ProfileMemory
from langgraph_recommender.tools.profile.model import FeedbackKind, ItemEvent, LastingConstraint, Preference
from langgraph_recommender.tools.profile.stores import store_at

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _settings(own_home: Path, monkeypatch: pytest.MonkeyPatch, books: object) -> None:
    monkeypatch.setenv("RECOMMENDER_HOME", str(own_home))


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main(["rank", *arguments])
    out, err = capsys.readouterr()
    return int(end.value.code or 0), out, err


def listed(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    code, out, err = run(capsys, "--catalog", "books", "--json", *arguments)
    assert code == 0, err
    return json.loads(out)


def test_a_history_is_followed_by_what_goes_with_it_and_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    found = listed(capsys, "--history", "18, 24", "-k", "4", "--explain")
    ids = [one["id"] for one in found["items"]]
    assert found["history"] == ["18", "24"]
    assert len(ids) == 4
    assert not {"18", "24"} & set(ids)
    assert sum("Harry Potter" in one["title"] for one in found["items"]) >= 2
    for one in found["items"]:
        assert one["score"] == pytest.approx(sum(one["contributions"].values()), abs=1e-5)
        assert set((one["not_here"] or {"without": []})["without"]) <= {"18", "24"}
    assert [one["score"] for one in found["items"]] == sorted((one["score"] for one in found["items"]), reverse=True)


def test_a_stranger_gets_what_is_popular_and_no_more_than_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    nobody, empty = listed(capsys, "-k", "20000"), listed(capsys, "--history", "", "-k", "3")
    assert len(nobody["items"]) == nobody["candidates"] == 10_000
    assert empty["items"] == nobody["items"][:3]


def test_a_person_is_ranked_by_what_is_remembered(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    store = tmp_path / "people.sqlite"
    with store_at(store) as opened:
        memory = ProfileMemory(opened)
        liked = ItemEvent(item_id="126", catalog="books", kind=FeedbackKind.LIKE, time=NOW)
        memory.record("ann", liked, key="1")
        memory.remember("ann", Preference(facet="authors", value="Frank Herbert", weight=1, time=NOW), key="2")
    found = listed(capsys, "--user", "ann", "--store", str(store), "-k", "40", "--explain")
    assert found["history"] == ["126"]
    said = [one["said"] for each in found["items"] for one in each["because"]]
    assert {"feedback on Dune", "likes Frank Herbert"} <= set(said)


def test_a_person_of_whom_nothing_is_known_is_told_apart(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    store = tmp_path / "people.sqlite"
    with store_at(store):
        pass
    code, out, err = run(capsys, "--catalog", "books", "--user", "bob", "--store", str(store), "-k", "2")
    assert code == 0
    assert "Nothing is remembered of 'bob'" in err
    assert "score" in out


@pytest.fixture
def shelf(tmp_path: Path) -> str:
    rows = [{"id": f"b{number}", "title": f"Book {number}", "year": 2000 + number} for number in range(3)]
    path = tmp_path / "shelf.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    return str(path)


def test_a_history_of_everything_leaves_nothing_and_says_so(capsys: pytest.CaptureFixture[str], shelf: str) -> None:
    everything = ("--catalog", shelf, "--history", "b0,b1,b2")
    assert run(capsys, *everything) == (
        0,
        "",
        "Nothing is left to rank: 3 of the 3 items are in the history.\n",
    )
    code, out, err = run(capsys, *everything, "--json", "--explain")
    assert (code, json.loads(out)["items"], json.loads(out)["candidates"]) == (0, [], 0)
    assert err.startswith("Nothing is left")


def test_conditions_that_nothing_else_meets_are_named(
    capsys: pytest.CaptureFixture[str], shelf: str, tmp_path: Path
) -> None:
    store = tmp_path / "people.sqlite"
    wanted = Constraint(facet="year", op=Op.LE, value=2000)
    with store_at(store) as opened:
        memory = ProfileMemory(opened)
        read = ItemEvent(item_id="b0", catalog="shelf", kind=FeedbackKind.LIKE, time=NOW)
        memory.record("ann", read, key="1")
        memory.remember("ann", LastingConstraint(constraint=wanted, catalog="shelf", time=NOW), key="2")
    code, out, err = run(capsys, "--catalog", shelf, "--user", "ann", "--store", str(store))
    assert (code, out) == (0, "")
    assert "1 of the 3 items are in the history, and no other meets year <= 2000." in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--history", "Dune"), "no item with the id 'Dune'. Did you mean '126', 'Dune'?"),
        (("--history", "1,99999999"), "no item with the id '99999999'."),
        (("--history", "9" * 10_000), f"no item with the id '{'9' * 60}…'."),
        (("--history", "1", "--user", "ann"), "not for both"),
        (("--user", "ann", "--store", "nowhere.sqlite"), "There is no profile store nowhere.sqlite"),
        (("--model", "nowhere"), "There is no trained ranker in nowhere"),
    ],
)
def test_what_is_refused(arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--catalog", "books", *arguments)
    assert (code, out) == (2, "")
    assert told in err


def test_the_explanation_is_written_out(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--catalog", "books", "--history", "126", "-k", "2", "--explain")
    assert code == 0
    assert "feedback on Dune" in out
    assert "not among the 2 without: Dune" in out
