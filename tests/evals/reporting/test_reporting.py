"""The four forms of a report: complete, readable by their own parsers, and nothing of a conversation comes alive."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from langgraph_recommender.evals.checks import Failure
from langgraph_recommender.evals.facts import CatalogFacts
from langgraph_recommender.evals.outcome import Outcome, SimulatedResult, TurnOutcome
from langgraph_recommender.evals.reporting import NAMES, Report, build_report, write_report
from langgraph_recommender.evals.targets import Observed, Shown, ToolUse
from langgraph_recommender.tools.errors import SuiteError
from langgraph_recommender.tools.items import CatalogSchema, Item

NASTY = '<script>alert("x")</script> | \x07\x1b[31m & 书 😀 {{ 7 * 7 }}'
FACTS = CatalogFacts.build(CatalogSchema(facets=()), [Item(id="1", title="Dune", facets={})])


def outcome(name: str, language: str, *, failed: bool = False, turn: int | None = 1) -> Outcome:
    observed = Observed(
        NASTY,
        intent="recommend",
        language=language,
        shown=(Shown("1", "Dune", (NASTY,), 1.0, {"text": 0.75, "popularity": -0.25}),),
        tools=(ToolUse("search_catalog", {"query": NASTY}),),
        latency_ms=12.5,
    )
    failures = (Failure("shown.satisfy", "price <= 10", NASTY),) if failed else ()
    told = SimulatedResult("patient", ("1",), turn)
    turns = (TurnOutcome(NASTY, observed, failures),)
    return Outcome(f"sim_{language}.yaml", 3, name, "books", language, 5, turns, simulated=told)


@pytest.fixture
def report() -> Report:
    ones = [outcome(f"p {n}", language, turn=1 + n % 3) for n in range(6) for language in ("en", "zh")]
    ones += [outcome(NASTY, "en", failed=True, turn=None)]
    return build_report(ones, {"model": NASTY}, lambda _: FACTS, seed=1)


@pytest.fixture
def folder(report: Report, tmp_path: Path) -> Path:
    write_report(report, tmp_path / "new" / "folder")
    return tmp_path / "new" / "folder"


class _Page(HTMLParser):
    """Tags, addresses, and the text of a page; the tags that are never closed are no elements to stay open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "action")]
        self.open += [] if tag in ("meta", "path", "rect", "polygon", "polyline", "circle") else [tag]

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_stands_alone_and_escapes_everything(folder: Path) -> None:
    text = (folder / "report.html").read_text(encoding="utf-8")
    page = _Page(text)
    assert "script" not in page.tags
    assert page.addresses == []
    assert "url(" not in text
    assert page.open == []
    assert '<script>alert("x")</script>' in page.text
    assert "{{ 7 * 7 }}" in page.text


def test_the_page_shows_a_failed_conversation_with_what_was_wanted(folder: Path) -> None:
    page = _Page((folder / "report.html").read_text(encoding="utf-8"))
    for part in ("price <= 10", "search_catalog", "popularity -0.250", "sim_en.yaml:3", "12 of 13 passed"):
        assert part in page.text
    assert page.tags.count("svg") == 3


def test_json_holds_every_conversation_and_every_metric(folder: Path, report: Report) -> None:
    data: Any = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert [Outcome.from_data({k: v for k, v in one.items() if k != "passed"}) for one in data["outcomes"]] == list(
        report.outcomes
    )
    assert data["passed"] == 12
    assert data["metrics"]["success@1"] == pytest.approx({"value": 4 / 13, "low": 0, "high": 1, "of": 13}, abs=0.6)
    assert data["metrics"]["success@1"]["value"] == pytest.approx(4 / 13)
    assert set(data["by"]) >= {"suite", "language"}
    assert {one["verdict"] for one in data["parity"]} == {"can't tell"}
    gap = next(one for one in data["gaps"] if (one["metric"], one["by"]) == ("passed", "language"))
    assert (gap["best"], gap["worst"], gap["gap"]) == ("zh", "en", pytest.approx(1 / 7))
    assert gap["low"] <= gap["gap"] <= gap["high"]
    for name in ("report.html", "report.md"):
        assert "passed by language: zh 100.0% against en 85.7%" in (folder / name).read_text(encoding="utf-8")


def test_build_servers_can_read_the_xml(folder: Path) -> None:
    root = ElementTree.parse(folder / "junit.xml").getroot()
    suites = {one.get("name"): one for one in root}
    assert suites["sim_en"].get("tests") == "7"
    assert suites["sim_en"].get("failures") == "1"
    failure = root.find(".//failure")
    assert failure is not None
    assert "price <= 10" in (failure.text or "")
    assert "😀" in (failure.text or "")


def test_markdown_keeps_its_tables_whole(folder: Path) -> None:
    lines = (folder / "report.md").read_text(encoding="utf-8").splitlines()
    tables = [line for line in lines if line.startswith("|")]
    assert tables
    for before, line in pairwise(tables):
        if set(line) <= set("|-"):
            width = len(re.findall(r"(?<!\\)\|", before))
            assert len(re.findall(r"(?<!\\)\|", line)) == width
    assert any(line.startswith("> **person**") for line in lines)
    assert "**12 of 13 conversations passed.**" in lines


def test_a_run_without_conversations_or_a_folder_without_room_is_refused(report: Report, tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="no conversation"):
        build_report([], {}, lambda _: FACTS)
    (tmp_path / "file").write_text("")
    with pytest.raises(SuiteError, match="file"):
        write_report(report, tmp_path / "file")


def test_ten_megabytes_of_reply_make_a_page_that_a_browser_opens(tmp_path: Path) -> None:
    long = Outcome(
        "s.yaml", 1, "x", "c", "en", 1, (TurnOutcome("x", Observed("y" * 10_000_000), (Failure("a", "b", "c"),)),)
    )
    write_report(build_report([long], {}, lambda _: FACTS), tmp_path)
    assert (tmp_path / "report.html").stat().st_size < 200_000
    assert set(NAMES) == {one.name for one in tmp_path.iterdir()}
