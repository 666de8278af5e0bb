"""A report as JUnit XML, which build servers show as tests."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

from ..outcome import Outcome
from .model import Report
from .wording import failure_lines

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


def as_junit(report: Report) -> str:
    """A test case for each conversation, a test suite for each suite file; times in seconds."""
    root = ElementTree.Element("testsuites", name="recommender eval")
    for file in dict.fromkeys(one.suite for one in report.outcomes):
        _suite(root, file, [one for one in report.outcomes if one.suite == file])
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(root: ElementTree.Element, file: str, outcomes: list[Outcome]) -> None:
    failed, skipped = sum(one.failed for one in outcomes), sum(bool(one.not_run) for one in outcomes)
    spent = sum(map(_seconds, outcomes))
    counts = {"tests": str(len(outcomes)), "failures": str(failed), "errors": "0", "skipped": str(skipped)}
    suite = ElementTree.SubElement(
        root, "testsuite", {"name": _clean(Path(file).stem), "time": f"{spent:.3f}", **counts}
    )
    for one in outcomes:
        name = one.name if one.repeat == 1 else f"{one.name} ({one.repeat})"
        place = {"classname": _clean(Path(file).stem), "file": _clean(file), "line": str(one.line)}
        case = ElementTree.SubElement(
            suite, "testcase", {"name": _clean(name), "time": f"{_seconds(one):.3f}", **place}
        )
        if one.not_run:
            ElementTree.SubElement(case, "skipped", message=_clean(one.not_run))
        if one.failed:
            lines = [_clean(line) for line in failure_lines(one)] or ["the conversation ended early"]
            ElementTree.SubElement(case, "failure", message=lines[0]).text = "\n".join(lines)


def _seconds(outcome: Outcome) -> float:
    return sum(turn.observed.latency_ms for turn in outcome.turns if turn.observed) / 1000


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("�", text)
