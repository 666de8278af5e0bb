"""`recommender bench NAME`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from .benches import BENCHES, BenchReport, LoadOptions, Options, find_bench

bench = typer.Typer(add_completion=False)


@bench.command()
def measure(
    name: Annotated[str, typer.Argument(help="; ".join(f"{key}: {one.about}" for key, one in BENCHES.items()))],
    data: Annotated[Path | None, typer.Option("--data", help="Folder of data that does not ship.")] = None,
    count: Annotated[int | None, typer.Option("--count", min=1, help="Conversations or runs.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="Of everything random.")] = 1,
    catalog: Annotated[list[str] | None, typer.Option("--catalog", help="Name or file; may be repeated.")] = None,
    rehearse: Annotated[bool, typer.Option("--rehearse", help="Leave test data alone: judge by validation.")] = False,
    clients: Annotated[int, typer.Option("--clients", min=1, help="serving: at the same time.")] = 32,
    seconds: Annotated[float, typer.Option("--seconds", min=1, help="serving: measured after warm-up.")] = 30,
    workers: Annotated[int, typer.Option("--workers", min=1, help="serving: measure so many beside one.")] = 1,
    database: Annotated[str, typer.Option("--database", help="serving: PostgreSQL URL that workers share.")] = "",
    rate: Annotated[float, typer.Option("--rate", min=0, help="serving: turns/s, answered or not.")] = 0,
    soak: Annotated[float, typer.Option("--soak", min=0, help="serving: seconds of load, memory flat.")] = 0,
    idle: Annotated[int, typer.Option("--idle", min=0, help="serving: conversations that wait.")] = 0,
    canaries: Annotated[bool, typer.Option("--canaries", help="serving: nothing crosses users.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Runs a benchmark and prints its figures. Exit code 1 when a bound is not reached, 2 on bad input."""
    chosen = find_bench(name)
    load = LoadOptions(clients, seconds, workers, database, rate, soak, idle, canaries)
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task(name)
        report = chosen.run(
            Options(count, seed, tuple(catalog or ()), data, rehearse, load),
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
