"""The benches on dialogues: data in the published forms, targets and floors counted by hand, honesty about splits."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langgraph_recommender.evals.benches import Options, find_bench
from langgraph_recommender.evals.benches.dialogue_judged import (
    OURS,
    POPULAR,
    REPEAT,
    Case,
    rank_cases,
    recall_by_dialogue,
)
from langgraph_recommender.evals.benches.inspired_data import inspired_dev, inspired_train
from langgraph_recommender.evals.benches.movie_facts import FilmNames, films_of, resource_name
from langgraph_recommender.evals.benches.opendialkg_data import read_opendialkg
from langgraph_recommender.evals.benches.zero_shot_data import read_zero_shot
from langgraph_recommender.tools.errors import SettingsError
from langgraph_recommender.tools.ranking.data.model import ItemTable
from langgraph_recommender.tools.ranking.dialogues.fitting import fit
from langgraph_recommender.tools.ranking.dialogues.model import Choice, Dialogue, Turn, choices

DATA = Path(os.environ.get("RECOMMENDER_TEST_DATA", ""))
needs_data = pytest.mark.skipif("RECOMMENDER_TEST_DATA" not in os.environ, reason="needs data that does not ship")
FILMS = ("Up", "Heat", "Jaws", "Alien", "Big", "Ran")


def write(path: Path, value: Any, *, lines: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(map(json.dumps, value)) if lines else json.dumps(value), encoding="utf-8")


def silent(_done: int, _total: int) -> None:
    """No progress bar."""


@pytest.fixture
def opendialkg(tmp_path: Path) -> Path:
    """Ten films, an actor each; who asks for the actor gets the film."""
    names = [f"Film {letter}" for letter in "ABCDEFGHIJ"]
    actors = [f"Actor {letter}" for letter in "ABCDEFGHIJ"]
    folder = tmp_path / "opendialkg" / "ievalm"
    write(folder / "entity2id.json", {name: i for i, name in enumerate([*names, *actors])})
    write(folder / "item_ids.json", list(range(10)))
    write(folder / "id2info.json", {str(i): {"name": name, "actor": [actors[i]]} for i, name in enumerate(names)})
    write(folder / "relation2id.json", {"actor": 0})
    write(folder / "kg.json", {str(i): [[0, 10 + i]] for i in range(10)})
    for part, first in (("train", 0), ("valid", 6), ("test", 8)):
        rows = [_row(i, actors[i], names[i]) for i in range(first, 10 if part != "train" else 8)]
        write(folder.with_name("ievalm_eval") / f"{part}_data_processed.jsonl", rows, lines=True)
    return tmp_path


def _row(number: int, actor: str, film: str) -> dict[str, Any]:
    said = ["Hi.", "Hello! Whom do you like?", f"I like {actor} and not {film.lower()} only"]
    entities = ["", actor, film]
    ids = {"dialog_id": number, "turn_id": 3}
    return {**ids, "context": said, "entity": entities, "rec": [film], "resp": f"{film}!"}


def test_opendialkg_rows_become_dialogues(opendialkg: Path) -> None:
    read = read_opendialkg(opendialkg, "test")
    first = read.judged[0]
    assert (len(read.train), len(read.judged), len(read.triples)) == (8, 2, 10)
    assert [turn.role for turn in first.turns] == ["user", "assistant", "user", "assistant"]
    assert (first.turns[2].mentions, first.turns[2].entities) == (("Film I",), ("Actor I",))
    assert (first.turns[0].mentions, first.turns[0].entities) == ((), ())
    assert [one.chosen for one in choices([first])] == [("Film I",)]


def test_the_opendialkg_bench_reports_every_part(opendialkg: Path) -> None:
    report = find_bench("opendialkg").run(Options(data=opendialkg, rehearse=True), silent)
    assert [one.at_least for one in report.figures] == [None] * 9
    found = {one.name: one.value for one in report.figures}
    assert found["published split: Recall@1"] == 1.0
    assert found["dialogues that training has no turn of: Recall@10"] == 1.0
    text = "\n".join(report.notes)
    for words in (
        "A rehearsal",
        "UniCRS",
        "popularity: @1",
        "repeat the mention: @1",
        "random: @1",
        "without the know",
    ):
        assert words in text
    assert "published split: 4 targets of 4 dialogues" in text
    assert "no turn of: 2 targets of 2 dialogues" in text


@pytest.mark.parametrize("name", ["opendialkg", "inspired", "redial"])
def test_a_folder_without_the_data_is_refused(name: str, tmp_path: Path) -> None:
    for data in (None, tmp_path):
        with pytest.raises(SettingsError) as error:
            find_bench(name).run(Options(data=data), silent)
        assert "--data" in error.value.cure


def test_floors_and_targets_counted_by_hand() -> None:
    """b is recommended twice, c once; a target that is not among the items is missed by everybody."""
    items = ItemTable(("a", "b", "c", "d"))
    heard = [
        Dialogue(id=str(i), turns=(Turn(role="user", text="hi"), Turn(role="assistant", recommended=(one,))))
        for i, one in enumerate(("b", "b", "c"))
    ]
    ranker = fit(heard, items).ranker
    said = (Turn(role="user", text="d?", mentions=("a", "d"), entities=()),)
    cases = [
        Case(Choice("x", said, ("c", "d", "unknown"))),
        Case(Choice("y", said, ("c",)), excluded=frozenset({"b", "d"})),
    ]
    ranks = rank_cases(cases, ranker, 1, silent)
    assert ranks.of[POPULAR].tolist() == [2.0, 3.5, np.inf, 1.0]
    assert ranks.of[REPEAT].tolist() == [4.0, 1.5, np.inf, 2.0]
    assert ranks.new.tolist() == [True, False, True, True]
    assert ranks.dialogues.tolist() == ["x", "x", "x", "y"]
    found = ranks.recall(POPULAR, 2, np.array([True, True, True, False]), 1)
    assert (found.mean, found.low, found.high) == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert len(ranks.of[OURS]) == 4


def test_intervals_draw_whole_dialogues() -> None:
    """Of one dialogue there is nothing to draw; alike turns of few dialogues are less sure than as many dialogues."""
    hits = np.array([True, False] * 20)
    together = recall_by_dialogue(hits, np.array(["a", "b"] * 20), 1)
    apart = recall_by_dialogue(hits, np.arange(40).astype(str), 1)
    assert together.mean == apart.mean == 0.5
    assert (together.low, together.high) == (0.0, 1.0)
    assert 0.3 < apart.low < apart.high < 0.7


def resource(name: str) -> str:
    return f"<http://dbpedia.org/resource/{name.replace(' ', '_')}>"


@pytest.fixture
def inspired(tmp_path: Path) -> Path:
    """Six films; training pairs of which one opens as a validation dialogue does."""
    folder = tmp_path / "inspired"
    for name in ("inspired", "redial"):
        tests = tmp_path / name / "llms_zeroshot_crs"
        write(tests / "entity2id.json", {resource(one): i for i, one in enumerate((*FILMS, "Tom Hanks"))})
        write(tests / "item_ids.json", list(range(6)))
        row = {"dialog_id": "t", "context": ["", "Hi", "Any film like Jaws?"], "rec": [1, 2, 1], "prev_entity": [2, 6]}
        write(tests / "test.jsonl", [row, {**row, "rec": [2]}], lines=True)
    pairs = [(["Hello", "Sharks please", "Hm", "Well?"], "Jaws (1975)"), (["Hello", "Space please"], "Alien (1979)")]
    pairs += [(["Hi you", f"One {i}"], "Heat (1995)") for i in range(4)]
    pairs += [(["Hi you", "Dev talk"], "Big (1988)"), (["Hi you", "Other"], "Nobody Knows It (2031)")]
    write(
        folder / "reficr" / "inspired_conv_db.jsonl",
        {str(i): {"context": a, "target": [b]} for i, (a, b) in enumerate(pairs)},
    )
    turn = {"movie": [], "entity_link": [], "entity_name": [], "movie_name": [], "movie_link": []}
    write(
        folder / "unicrs" / "dev.jsonl",
        [
            [
                {**turn, "role": "RECOMMENDER", "text": "Hi you"},
                {**turn, "role": "SEEKER", "text": "Dev talk"},
                {**turn, "role": "RECOMMENDER", "text": "Up?", "movie_link": [resource("Up"), resource("Else")]},
                {**turn, "role": "RECOMMENDER", "text": "Or Heat.", "movie_link": [resource("Heat"), resource("Up")]},
                {**turn, "role": "SEEKER", "text": "Jaws!", "movie_link": [resource("Jaws")]},
            ]
        ],
        lines=True,
    )
    return tmp_path


def test_only_new_films_are_targets(inspired: Path) -> None:
    published = read_zero_shot(inspired, "inspired")
    assert len(published.test) == 1
    case = published.test[0]
    assert case.choice.chosen == (resource("Heat"),)
    assert case.excluded == {resource("Jaws")}
    assert [(turn.role, turn.text) for turn in case.choice.talk] == [
        ("assistant", "Hi"),
        ("user", "Any film like Jaws?"),
    ]
    dev = inspired_dev(inspired, published.items)
    assert [one.choice.chosen for one in dev] == [(resource("Up"),), (resource("Heat"),)]
    assert [turn.text for turn in dev[1].choice.talk] == ["Hi you", "Dev talk", "Up?"]
    assert dev[1].excluded >= {resource("Up")}


def test_a_dialogue_that_is_judged_by_is_not_learned_from(inspired: Path) -> None:
    items = read_zero_shot(inspired, "inspired").items
    everything = inspired_train(inspired, items, [])
    learned = inspired_train(inspired, items, [one.choice for one in inspired_dev(inspired, items)])
    assert {turn.text for one in everything for turn in one.turns} - {
        turn.text for one in learned for turn in one.turns
    } == {"Dev talk"}
    assert [one.turns[-1].recommended for one in learned][:2] == [(resource("Jaws"),), (resource("Alien"),)]


@pytest.mark.parametrize("name", ["inspired", "redial"])
def test_new_only_benches_report_beside_what_was_published(name: str, inspired: Path) -> None:
    report = find_bench(name).run(Options(data=inspired), silent)
    assert [one.name for one in report.figures] == [f"new items: Recall@{k}" for k in (1, 10, 20)]
    assert [one.at_least for one in report.figures] == ([None, 0.175, 0.237] if name == "inspired" else [None] * 3)
    assert report.figures[1].value == 1.0
    text = "\n".join(report.notes)
    assert "GPT-4" in text
    assert "1 turns: 1 targets of 1 dialogues" in text


def test_films_are_found_by_title_and_year() -> None:
    named = {resource(one): resource_name(resource(one)) for one in ("Up_(2009_film)", "The_Matrix", "It_(1990_film)")}
    names = FilmNames(named)
    assert names.of("Up (2009)") == resource("Up_(2009_film)")
    assert names.of("up") == resource("Up_(2009_film)")
    assert names.of("Matrix, The (1999)") == resource("The_Matrix")
    assert names.of("It (2017)") is None


def test_facts_are_read_from_the_sources_that_are_there(tmp_path: Path) -> None:
    film = {"title": "Jaws", "year": 1975, "genres": ["Thriller"], "cast": ["Roy Scheider"], "href": "Jaws"}
    write(tmp_path / "wikipedia_movies" / "facts_only_1970_2023.jsonl", [film], lines=True)
    folder = tmp_path / "ml_latest_small"
    folder.mkdir()
    (folder / "movies.csv").write_text("movieId,title,genres\n1,Jaws (1975),\n2,Alien (1979),\n")
    rated = [f"{person},{film},5.0,0" for person in range(3) for film in (1, 2)]
    (folder / "ratings.csv").write_text("\n".join(["userId,movieId,rating,timestamp", *rated]))
    films = films_of([resource(one) for one in FILMS], tmp_path)
    facts = {(one.relation, one.object) for one in films.triples if one.subject == resource("Jaws")}
    assert facts == {
        ("genre", "Thriller"),
        ("star", "Roy Scheider"),
        ("decade", "1970s"),
        ("liked with", resource("Alien")),
    }
    assert films.items.texts is not None
    assert films.items.texts[2] == "Jaws Thriller Roy Scheider 1975"
    assert films.prior[2] == films.prior[3] > films.prior[0]


@needs_data
def test_the_published_files_are_read_as_they_are() -> None:
    read = read_opendialkg(DATA, "valid")
    assert (len(read.train), len(read.judged), len(read.items), len(read.triples)) == (5547, 1188, 2965, 46402)
    assert len(read_zero_shot(DATA, "inspired").items) == 1123
