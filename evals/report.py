"""The report of a run, as JSON for programs and Markdown for people."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..tools.errors import SuiteError
from .benches.figures import percentile
from .checks import Failure
from .outcome import Outcome, TurnOutcome

JSON_NAME = "report.json"
MARKDOWN_NAME = "report.md"


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over some outcomes; latency in milliseconds, None without turns."""

    conversations: int
    passed: int
    turns: int
    turns_passed: int
    items_shown: int
    ungrounded: int
    """Items shown that do not exist or break a hard constraint."""
    model_calls: int
    latency_p50: float | None
    latency_p95: float | None


def summarise(outcomes: Sequence[Outcome]) -> Summary:
    """The counts over the outcomes."""
    turns = [turn for outcome in outcomes for turn in outcome.turns]
    observed = [turn.observed for turn in turns if turn.observed]
    latencies = [one.latency_ms for one in observed]
    return Summary(
        conversations=len(outcomes),
        passed=sum(outcome.passed for outcome in outcomes),
        turns=sum(outcome.planned for outcome in outcomes),
        turns_passed=sum(not turn.failures for turn in turns),
        items_shown=sum(len(one.shown) for one in observed),
        ungrounded=sum(failure.check == "grounded" for turn in turns for failure in turn.failures),
        model_calls=sum(one.model_calls for one in observed),
        latency_p50=statistics.median(latencies) if latencies else None,
        latency_p95=percentile(latencies, 0.95) if latencies else None,
    )


def as_data(outcomes: Sequence[Outcome], about: dict[str, Any]) -> dict[str, Any]:
    """The whole run as JSON values; `about` says what was run and where."""
    summary = summarise(outcomes)
    return {
        "about": about,
        "summary": {name: getattr(summary, name) for name in Summary.__slots__},
        "conversations": [_conversation(one) for one in outcomes],
    }


def write_report(outcomes: Sequence[Outcome], folder: Path, about: dict[str, Any]) -> tuple[Path, Path]:
    """Writes report.json and report.md into a folder, which is made; returns the two paths. Raises SuiteError."""
    data, page = folder / JSON_NAME, folder / MARKDOWN_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        data.write_text(json.dumps(as_data(outcomes, about), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        page.write_text(as_markdown(outcomes, about), encoding="utf-8")
    except OSError as error:
        raise SuiteError(f"{folder}: {error.strerror}.", cure="Give --report a folder that can be written.") from error
    return data, page


def as_markdown(outcomes: Sequence[Outcome], about: dict[str, Any]) -> str:
    """A summary table by suite, then every failed conversation in full."""
    parts = ["# Evaluation", "", *[f"- {key}: {value}" for key, value in about.items()], "", *_table(outcomes)]
    for outcome in outcomes:
        if not outcome.passed:
            parts += ["", *_failed(outcome)]
    return "\n".join(parts) + "\n"


def by_suite(outcomes: Iterable[Outcome]) -> dict[str, list[Outcome]]:
    """The outcomes of each suite file, in the order they ran."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(outcome.suite, []).append(outcome)
    return groups


def _table(outcomes: Sequence[Outcome]) -> list[str]:
    rows = ["| suite | conversations | turns | items shown | ungrounded | p50 ms |", "|---|---|---|---|---|---|"]
    for name, group in [*by_suite(outcomes).items(), ("all", list(outcomes))]:
        one = summarise(group)
        middle = "" if one.latency_p50 is None else f"{one.latency_p50:.0f}"
        rows.append(
            f"| {Path(name).stem} | {one.passed} of {one.conversations} | {one.turns_passed} of {one.turns} "
            f"| {one.items_shown} | {one.ungrounded} | {middle} |"
        )
    return rows


def _failed(outcome: Outcome) -> list[str]:
    lines = [f"## {outcome.name}", "", f"`{outcome.suite}:{outcome.line}`", ""]
    for turn in outcome.turns:
        lines += [f"> **person** {turn.said}", ">"]
        if turn.observed:
            lines += [f"> **agent** {turn.observed.reply}".replace("\n", "\n> "), ">"]
            shown = "; ".join(one.title for one in turn.observed.shown)
            lines += [f"> *shown: {shown}*", ">"] if shown else []
        lines += ["", *(f"- {_failure_line(one)}" for one in turn.failures), ""]
    return lines + [f"- {_failure_line(one)}" for one in outcome.at_end]


def _failure_line(failure: Failure) -> str:
    return f"**{failure.check}**: expected `{failure.expected}`, got {failure.got}"


def _conversation(outcome: Outcome) -> dict[str, Any]:
    return {
        "suite": outcome.suite,
        "line": outcome.line,
        "name": outcome.name,
        "catalog": outcome.catalog,
        "language": outcome.language,
        "passed": outcome.passed,
        "turns": [_turn(one) for one in outcome.turns],
        "at_end": [_failure(one) for one in outcome.at_end],
    }


def _turn(turn: TurnOutcome) -> dict[str, Any]:
    data: dict[str, Any] = {"said": turn.said, "failures": [_failure(one) for one in turn.failures]}
    now = turn.observed
    if now:
        data |= {
            "reply": now.reply,
            "intent": now.intent,
            "language": now.language,
            "emotion": now.emotion,
            "shown": [{"id": one.id, "title": one.title, "reasons": list(one.reasons)} for one in now.shown],
            "question": now.question and {"facet": now.question.facet, "values": list(now.question.values)},
            "constraints": [one.model_dump(mode="json") for one in now.constraints],
            "tool_calls": [{"name": one.name, "args": one.args} for one in now.tools],
            "model_calls": now.model_calls,
            "degraded": list(now.degraded),
            "latency_ms": now.latency_ms,
        }
    return data


def _failure(failure: Failure) -> dict[str, str]:
    return {"check": failure.check, "expected": failure.expected, "got": failure.got}
