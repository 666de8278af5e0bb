"""The command line in this process, on a home that the tests share: used as a person does, without new processes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from langgraph_recommender.agent.cli import main

SHOP = """id,title,brand,kind,price
1,Blue lamp,Lumo,lamp,$20
2,Red lamp,Lumo,lamp,35
3,Green lamp,Holt,lamp,48
4,Oak desk,Holt,desk,240
5,Pine shelf,Holt,shelf,80
6,Tin box,Arne,box,9
"""


@dataclass(frozen=True)
class Done:
    """What a command left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def turns(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    def refused(self, *words: str) -> None:
        """Exit code 2 and one message on standard error that holds the words; no traceback, nothing else printed."""
        assert (self.code, self.out) == (2, "")
        assert "Traceback" not in self.err
        assert self.err.startswith("recommender: ")
        for word in words:
            assert word in self.err


Run = Callable[..., Done]


@pytest.fixture(scope="package")
def bench_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def run(bench_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `recommender` with the arguments, in an empty folder."""
    monkeypatch.setenv("RECOMMENDER_HOME", str(bench_home))
    monkeypatch.chdir(tmp_path)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)

    def command(*arguments: object) -> Done:
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main([str(one) for one in arguments])
        out, err = capsys.readouterr()
        return Done(int(end.value.code or 0), out, err)

    return command


@pytest.fixture(scope="package")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small catalog file; its index is made by the first command that opens it."""
    path = tmp_path_factory.mktemp("shop") / "shop.csv"
    path.write_text(SHOP, encoding="utf-8")
    return path
