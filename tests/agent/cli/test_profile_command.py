"""`recommender profile`: what a person at the terminal sees, and no traceback ever."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from langgraph_recommender.agent.cli import main
from langgraph_recommender.tools.profile.memory import ProfileMemory
from langgraph_recommender.tools.profile.model import Preference
from langgraph_recommender.tools.profile.stores import store_at

Run = Callable[..., tuple[int, str, str]]
GENRES = ("fantasy", "crime", "drama", "war", "comedy")


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("catalog") / "shelf.jsonl"
    rows = [{"id": f"b{n}", "title": f"The Book of {n}", "genre": GENRES[n % 5]} for n in range(50)]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def run(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command with a store of its own; returns exit code, standard output and standard error."""
    monkeypatch.setenv("RECOMMENDER_HOME", str(home))

    def command(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            main(["profile", *map(str, words), "--store", str(tmp_path / "memory.sqlite")])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        else:
            code = 0
        return code, *capsys.readouterr()

    return command


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    path = tmp_path / "chats.jsonl"
    said = {
        "ann": ["I love fantasy in general, but I never read crime", "hello"],
        "王芳": ["我不喜欢战争题材", "我一直很喜欢喜剧"],
    }
    rows = [
        json.dumps({"user_id": user, "messages": [{"role": "user", "content": text} for text in texts]})
        for user, texts in said.items()
    ]
    path.write_text(
        "\n".join([*rows, "{broken", '{"messages": [{"role": "user", "content": "hi"}]}']), encoding="utf-8"
    )
    return path


@pytest.fixture
def ratings(tmp_path: Path) -> Path:
    path = tmp_path / "ratings.csv"
    rows = [f"bob,b{5 * n},5" for n in range(8)] + ["bob,b1,five", "bob,nope,5"]
    path.write_text("\n".join(["user,item,rating", *rows]))
    return path


def test_from_logs_and_behaviour_to_sentences_and_out_again(run: Run, catalog: Path, logs: Path, ratings: Path) -> None:
    code, out, err = run("build", logs, "--behaviour", ratings, "--catalog", catalog)
    assert code == 0, err
    assert out.startswith("3 people: ")
    for problem in ("row 3: broken JSON", "row 4, user_id: missing", "row 10, rating: not a number: 'five'", "'nope'"):
        assert problem in err
    assert "4 problems:" in err

    _, ann, _ = run("show", "ann")
    assert "You like fantasy (you said: " in ann
    assert "You never want: genre crime" in ann
    _, bob, _ = run("show", "bob")
    assert "You seem to like fantasy (8 of 8" in bob
    assert "You liked The Book of 35" in bob
    _, wang, _ = run("show", "王芳")
    assert "喜剧" in wang
    assert "你说过" in wang

    _, out, _ = run("forget", "ann", "what I said about crime novels")
    assert out.startswith("Forgotten: You never want: genre crime")
    assert "crime" not in run("show", "ann")[1]
    assert "crime" not in run("export", "ann")[1]
    assert run("forget", "ann", "--all")[1].startswith("Erased all ")
    assert run("show", "ann")[1] == "Nothing is remembered of 'ann'.\n"
    assert "fantasy" in run("show", "bob")[1]


def test_json(run: Run, catalog: Path, logs: Path, ratings: Path) -> None:
    _, out, _ = run("build", logs, "--behaviour", ratings, "--catalog", catalog, "--json")
    report = json.loads(out)
    assert (report["users"], report["events"], report["inferred"], report["problems"]["count"]) == (3, 8, 1, 4)
    assert report["problems"]["first"][0] == {
        "file": str(logs),
        "row": 3,
        "field": "",
        "reason": report["problems"]["first"][0]["reason"],
    }
    again = json.loads(run("build", logs, "--behaviour", ratings, "--catalog", catalog, "--json")[1])
    assert (again["statements"], again["events"], again["inferred"]) == (0, 0, 0)
    shown = json.loads(run("show", "bob", "--json")[1])
    assert shown["user_id"] == "bob"
    assert len(shown["statements"]) == 9
    exported = json.loads(run("export", "bob", "--json")[1])
    assert len(exported["events"]) == 8
    assert json.loads(run("forget", "bob", "fantasy", "--json")[1])["removed"] == [shown["statements"][0]]
    assert json.loads(run("forget", "bob", "--all", "--json")[1]) == {"user_id": "bob", "erased": 8}
    assert json.loads(run("show", "bob", "--json")[1])["statements"] == []


def test_a_person_nobody_knows(run: Run, catalog: Path, ratings: Path) -> None:
    run("build", "--behaviour", ratings, "--catalog", catalog)
    assert run("show", "eve") == (0, "Nothing is remembered of 'eve'.\n", "")
    assert run("forget", "eve", "jazz") == (0, "Nothing that is remembered of 'eve' matches 'jazz'.\n", "")
    assert run("forget", "eve", "--all") == (0, "Nothing is stored of 'eve'.\n", "")
    assert json.loads(run("export", "eve")[1])["preferences"] == []


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("build",), "nothing to build from"),
        (("build", "gone.jsonl", "--catalog", "CATALOG"), "gone.jsonl: no such file"),
        (("build", "--behaviour", "gone.csv", "--catalog", "CATALOG"), "gone.csv: no such file"),
        (("build", "x.jsonl", "--catalog", "boks"), "books"),
        (("show", "ann"), "There is no profile store"),
        (("forget", "ann"), "Say what to forget, or --all"),
        (("forget", "ann", "jazz", "--all"), "not both"),
    ],
)
def test_what_cannot_be_done_is_said_with_exit_code_2(
    run: Run, catalog: Path, words: tuple[str, ...], reason: str
) -> None:
    code, out, err = run(*(str(catalog) if word == "CATALOG" else word for word in words))
    assert (code, out) == (2, "")
    assert reason in err
    assert "Traceback" not in err


def test_reading_makes_no_new_store(run: Run, tmp_path: Path) -> None:
    run("show", "ann")
    assert not (tmp_path / "memory.sqlite").exists()


def test_the_other_words_of_an_embedded_catalog_are_known_without_opening_it(run: Run, tmp_path: Path) -> None:
    said = Preference(facet="genres", value="science fiction", weight=0.9, time=datetime.now(UTC), catalog="movies")
    with store_at(tmp_path / "memory.sqlite") as store:
        ProfileMemory(store).remember("ann", said, key="1")
    assert "science fiction" in run("show", "ann")[1]
    assert "science fiction" in run("forget", "ann", "科幻")[1]
    assert run("show", "ann")[1] == "Nothing is remembered of 'ann'.\n"


def test_a_profile_is_drawn_with_dislikes_to_the_left(run: Run, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with store_at(tmp_path / "memory.sqlite") as store:
        memory = ProfileMemory(store)
        for value, weight in (("fantasy", 1.0), ("[bold]jazz[/bold]", 0.5), ("恐怖", -1.0)):
            memory.remember("ann", Preference(value=value, weight=weight, time=now), key=value)
    code, drawn, _ = run("show", "ann", "--plot")
    assert code == 0
    fantasy, jazz, horror = (
        next(line for line in drawn.splitlines() if value in line) for value in ("fantasy", "[bold]jazz", "恐怖")
    )
    assert fantasy.count("█") == 2 * jazz.count("█") == horror.count("█")
    assert horror.index("█") < fantasy.index("█") == jazz.index("█")
    assert "+1.00" in fantasy
    assert "-1.00" in horror


def test_nothing_to_draw(run: Run, logs: Path, catalog: Path) -> None:
    run("build", logs, "--catalog", catalog)
    assert "Nothing is remembered of 'nobody'" in run("show", "nobody", "--plot")[1]
