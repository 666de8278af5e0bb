"""`recommender eval` and `recommender bench`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from ..tools.errors import SettingsError
from .benches import BENCHES, BenchReport, Options, find_bench
from .benches.figures import machine
from .opened import OpenCatalogs
from .outcome import Outcome
from .report import as_data, by_suite, summarise, write_report
from .running.evaluation import Evaluation, run_evaluation
from .running.screen import RunProgress
from .suite import Suite, bind, load_suite, select_tagged, shipped_suites
from .suite.schema import schema_text
from .targets.opening import GRAPH, TargetSpec

evaluate = typer.Typer(add_completion=False)
bench = typer.Typer(add_completion=False)

_SUITES = typer.Argument(help="Suite files, or names of suites that ship; all that ship when none is given.")
_CATALOG = typer.Option("--catalog", help="Run every conversation on this catalog instead of its own.")
_TARGET = typer.Option("--target", help="graph (ours), MODULE:OBJECT, the URL of a LangServe runnable, openai:MODEL.")
_MODEL = typer.Option("--model", help="Chat model of our graph: offline, openai:NAME, ...")
_BASE_URL = typer.Option("--base-url", help="Address of an OpenAI-compatible server.")
_HEADER = typer.Option("--header", help="NAME: VALUE to send to the target, such as Authorization; may be repeated.")
_TAG = typer.Option("--tag", help="Only conversations with this tag; may be repeated.")
_REPEAT = typer.Option("--repeat", min=1, help="Run each conversation so many times.")
_SEED = typer.Option("--seed", help="Other simulated people than with another seed.")
_WORKERS = typer.Option("--workers", min=1, help="Conversations side by side; as many as pay when not given.")
_TIMEOUT = typer.Option("--timeout", min=0.1, help="Seconds that an agent has for one turn.")
_REPORT = typer.Option("--report", help="Directory that keeps the run, to go on with it too, and its reports.")
_FRESH = typer.Option("--fresh", help="Remove what another run left in the directory.")
_JSON = typer.Option("--json", help="Print the whole report as JSON.")


def _print_schema(wanted: bool) -> None:
    if wanted:
        typer.echo(schema_text(), nl=False)
        raise typer.Exit


_SCHEMA = typer.Option("--schema", callback=_print_schema, is_eager=True, help="Print the JSON Schema of a suite.")


@evaluate.command()
def run(
    suites: Annotated[list[str] | None, _SUITES] = None,
    catalog: Annotated[str, _CATALOG] = "",
    target: Annotated[str, _TARGET] = GRAPH,
    model: Annotated[str, _MODEL] = "offline",
    base_url: Annotated[str | None, _BASE_URL] = None,
    header: Annotated[list[str] | None, _HEADER] = None,
    tag: Annotated[list[str] | None, _TAG] = None,
    repeat: Annotated[int, _REPEAT] = 1,
    seed: Annotated[int, _SEED] = 0,
    workers: Annotated[int | None, _WORKERS] = None,
    timeout: Annotated[float, _TIMEOUT] = 120.0,
    report: Annotated[Path | None, _REPORT] = None,
    fresh: Annotated[bool, _FRESH] = False,
    as_json: Annotated[bool, _JSON] = False,
    _schema: Annotated[bool, _SCHEMA] = False,
) -> None:
    """Runs conversations and simulated people, and says what did not hold.

    Exit code 1 when something did not, 2 on bad input, 130 when it is interrupted: the same command goes on then.
    """
    opened = OpenCatalogs()
    spec = TargetSpec(target, model, base_url, _headers(header or []), timeout)
    asked = Evaluation(_chosen(suites or [], catalog, tag or [], opened), spec, catalog, tuple(tag or ()), repeat, seed)
    outcomes = _run(asked, opened, workers, report, fresh=fresh)
    about = {"target": target, "model": model, **machine()}
    if report:
        write_report(outcomes, report, about)
    if as_json:
        typer.echo(json.dumps(as_data(outcomes, about), ensure_ascii=False, indent=1))
    else:
        print_outcomes(outcomes, Console())
    if any(one.failures for one in outcomes):
        raise typer.Exit(1)


def _chosen(names: Sequence[str], catalog: str, tags: Sequence[str], opened: OpenCatalogs) -> list[Suite]:
    loaded = [load_suite(file) for file in find_suites(names)]
    moved = [one.on_catalog(catalog) for one in loaded] if catalog else loaded
    chosen = select_tagged(moved, tags)
    for suite in chosen:
        bind(suite, opened.facts)
    return chosen


def _headers(given: Sequence[str]) -> dict[str, str]:
    split = [one.partition(":") for one in given]
    wrong = next(
        (whole for whole, (name, colon, _) in zip(given, split, strict=True) if not (name.strip() and colon)), ""
    )
    if wrong:
        raise SettingsError(f"--header {wrong!r} has no name.", cure="Write it as 'Authorization: Bearer ...'.")
    return {name.strip(): value.strip() for name, _, value in split}


def _run(
    asked: Evaluation, opened: OpenCatalogs, workers: int | None, directory: Path | None, *, fresh: bool
) -> list[Outcome]:
    """Runs behind a progress bar on standard error; Ctrl-C leaves what is done in the directory."""
    progress = RunProgress(Console(stderr=True), directory)
    try:
        with progress.bar:
            return run_evaluation(
                asked,
                opened,
                workers=workers,
                directory=directory,
                fresh=fresh,
                machine=machine(),
                progress=progress.hear,
            )
    except KeyboardInterrupt:
        progress.say_interrupted()
        raise typer.Exit(130) from None


@bench.command()
def measure(
    name: Annotated[str, typer.Argument(help="; ".join(f"{key}: {one.about}" for key, one in BENCHES.items()))],
    data: Annotated[Path | None, typer.Option("--data", help="Folder of data that does not ship.")] = None,
    count: Annotated[int | None, typer.Option("--count", min=1, help="Conversations or runs.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="Of everything random.")] = 1,
    catalog: Annotated[list[str] | None, typer.Option("--catalog", help="Name or file; may be repeated.")] = None,
    rehearse: Annotated[bool, typer.Option("--rehearse", help="Leave test data alone: judge by validation.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Runs a benchmark and prints its figures. Exit code 1 when a bound is not reached, 2 on bad input."""
    chosen = find_bench(name)
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task(name)
        report = chosen.run(
            Options(count, seed, tuple(catalog or ()), data, rehearse),
            lambda done, total: bar.update(task, completed=done, total=total),
        )
    if as_json:
        typer.echo(json.dumps(report.as_data(), ensure_ascii=False, indent=1))
    else:
        print_figures(report, Console())
    if not report.reached:
        raise typer.Exit(1)


def print_figures(report: BenchReport, console: Console) -> None:
    """Notes, then a line a figure, then what they depend on."""
    for note in report.notes:
        console.print(note, markup=False, highlight=False, soft_wrap=True)
    table = Table("figure", "value", "should be", "reached")
    for one in report.figures:
        bound = f"at most {one.at_most:g}" if one.at_most is not None else ""
        bound = f"at least {one.at_least:g}" if one.at_least is not None else bound
        reached = {True: "yes", False: "NO", None: ""}[one.reached]
        table.add_row(one.name, f"{one.value:.4g} {one.unit}".strip(), bound, reached)
    console.print(table)
    held = report.machine
    versions = ", ".join(f"{name} {number}" for name, number in held["versions"].items())
    line = f"seed {report.options.seed}; {held['machine']}, load {held['load']}; Python {held['python']}; {versions}"
    console.print(line, markup=False, highlight=False, soft_wrap=True)


def find_suites(names: Sequence[str]) -> list[Path]:
    """Paths of the suites: a name without a folder may be one that ships. Raises SuiteError with the nearest name."""
    shipped = {path.stem: path for path in shipped_suites()}
    if not names:
        return list(shipped.values())
    return [Path(name) if Path(name).exists() else shipped.get(name, Path(name)) for name in names]


def print_outcomes(outcomes: Sequence[Outcome], console: Console) -> None:
    """Every failure, then a table by suite."""
    for outcome in outcomes:
        for line in _failure_lines(outcome):
            console.print(line, markup=False, highlight=False, soft_wrap=True)
    table = Table("suite", "passed", "turns", "items", "ungrounded", "calls", "p50 ms", "p95 ms")
    for name, group in [*by_suite(outcomes).items(), ("all", list(outcomes))]:
        one = summarise(group)
        times = [f"{value:.0f}" if value is not None else "" for value in (one.latency_p50, one.latency_p95)]
        counts = (one.items_shown, one.ungrounded, one.model_calls)
        passed = (f"{one.passed}/{one.conversations}", f"{one.turns_passed}/{one.turns}")
        table.add_row(Path(name).stem, *passed, *(str(count) for count in counts), *times)
    console.print(table)


def _failure_lines(outcome: Outcome) -> Iterable[str]:
    where = f"{outcome.suite}:{outcome.line} {outcome.name}"
    for number, turn in enumerate(outcome.turns, start=1):
        for one in turn.failures:
            yield f"{where}, turn {number} {turn.said!r}: {one.check}: expected {one.expected}, got {one.got}"
    for one in outcome.at_end:
        yield f"{where}, at the end: {one.check}: expected {one.expected}, got {one.got}"
