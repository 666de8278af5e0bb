"""What a turn looks like on a wide and on a narrow terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from langgraph_recommender.agent.cli import main

ROWS = "id,title,brand,price\n1,Blue lamp,Lumo,20\n2,Red lamp,Lumo,35\n3,Oak desk,Holt,240\n"


def said(capsys: pytest.CaptureFixture[str], path: Path, *words: str) -> str:
    with pytest.raises(SystemExit):
        main(["chat", "--catalog", str(path), *words])
    return capsys.readouterr().out


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RECOMMENDER_HOME", str(tmp_path / "home"))
    (tmp_path / "shop.csv").write_text(ROWS)
    return tmp_path / "shop.csv"


def test_a_narrow_terminal_shows_the_list_and_a_wide_one_the_table(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    narrow = said(capsys, shop, "a lamp under 50")
    assert "1. " in narrow
    assert "│" not in narrow
    monkeypatch.setenv("COLUMNS", "100")
    wide = said(capsys, shop, "a lamp under 50")
    assert "1. " not in wide
    assert "1 │" in wide


def test_one_item_is_told_once(shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    assert said(capsys, shop, "a lamp under 30").count("Blue lamp") == 1
