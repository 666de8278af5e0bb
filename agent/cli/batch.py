"""`recommender batch`: recommendations for every user of a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from ...tools.catalog import Catalog
from ...tools.constraints import Constraint, parse_filter
from ...tools.errors import FilterError, InputError, ModelFileError
from ...tools.ranking.batch.batch import BatchReport, Run, recommend_all
from ...tools.ranking.batch.batch import Progress as Watch
from ...tools.ranking.batch.correcting import COMPARED
from ...tools.ranking.batch.opening import OverCatalog, fitting, labels_of
from ...tools.ranking.batch.reading import UsersFile
from ...tools.ranking.batch.recommending import Choice, Recommend
from ...tools.ranking.batch.running import here, load_ray, on_ray
from ...tools.ranking.batch.writing import check_out
from ...tools.ranking.correction import correction_of
from ...tools.ranking.cost import CostLine
from ...tools.ranking.data.cures import cure_of
from ...tools.ranking.data.report import ReadReport, columns_line
from ...tools.ranking.kept_models import models_of
from ..settings import Settings
from .nothing import unknown_values, why_nothing
from .progress import open_with_bar

batch_app = typer.Typer()


@batch_app.command("batch")
def batch(
    users: Annotated[Path, typer.Option(help="CSV, TSV, JSON Lines or Parquet: events, or user and items.")],
    out: Annotated[Path, typer.Option(help="Where to, .parquet or .jsonl; there only when it is complete.")],
    catalog: Annotated[str | None, typer.Option(help="Embedded catalog, file or index directory.")] = None,
    model: Annotated[
        Path | None, typer.Option(help="Directory of a trained ranker; the catalog's when left out.")
    ] = None,
    k: Annotated[int, typer.Option("-k", help="How many for each user.", min=1)] = 10,
    where: Annotated[str, typer.Option(help='Filter, such as "year>=2000 and language=English".')] = "",
    correct: Annotated[
        list[str] | None,
        typer.Option(help="Correct lists for diversity=0.2, popularity, calibration, exposure; repeatable."),
    ] = None,
    keep_seen: Annotated[bool, typer.Option("--keep-seen", help="Items of the history may come again.")] = False,
    contributions: Annotated[
        bool, typer.Option("--contributions", help="Also what each part adds to a score.")
    ] = False,
    threads: Annotated[int, typer.Option(help="Threads of torch in each process.", min=1)] = 1,
    ray: Annotated[bool, typer.Option("--ray", help="On Ray: RAY_ADDRESS, or one for this run.")] = False,
    workers: Annotated[int, typer.Option(help="Tasks at once on Ray.", min=1)] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Recommend for every user of a file, in bounded memory: rows of user, rank, item_id, title, score."""
    check_out(out)
    if out.resolve() == users.resolve():
        raise InputError(f"{out} is the file of the users.", cure="Name another file with --out.")
    if ray:
        load_ray()
    run: Run = partial(on_ray, workers=workers, threads=threads) if ray else _here(threads)
    with closing(open_with_bar([catalog] if catalog else None, Settings.read(), quiet=as_json)) as opened:
        ranker = _model(model, opened)
        choice = Choice(k, fitting(ranker, opened, _conditions(opened, where)), keep_seen)
        labels = labels_of(ranker, opened, contributions=contributions)
        rows = {item_id: row for row, item_id in enumerate(labels.item_ids)}
        file = UsersFile(users, rows, ReadReport(), datetime.now(UTC))
        given = correction_of(correct or (), opened, labels.item_ids)
        with _interruptible(out), _bars(quiet=as_json) as progress:
            report = recommend_all(
                file, Recommend(ranker, choice), labels, out, run=run, progress=progress, correction=given
            )
    summary = _summary(report, out, choice)
    typer.echo(json.dumps(summary, ensure_ascii=False)) if as_json else _print(report, summary)


def _conditions(catalog: Catalog, where: str) -> Sequence[Constraint]:
    """Raises FilterError for a filter that no item meets: nothing could be recommended to anybody."""
    found = parse_filter(where, catalog.schema) if where else ()
    if found and not catalog.mask(found).any():
        cure = " ".join([*unknown_values(catalog, found), *why_nothing(catalog, found).lines()])
        raise FilterError(f"No item of {catalog.name} meets --where {where!r}.", cure=cure)
    return found


def _model(directory: Path | None, catalog: Catalog) -> OverCatalog:
    """The one named, else that of the catalog. Raises ModelFileError for none, or one of another catalog."""
    found = models_of(catalog, directory, clock=lambda: datetime.now(UTC)).get(catalog.name)
    if found is None:
        raise ModelFileError(f"The catalog {catalog.name} has no ranker.", cure="Make one with `recommender train`.")
    return OverCatalog.of(found, catalog)


def _here(threads: int) -> Run:
    import torch  # noqa: PLC0415

    torch.set_num_threads(threads)
    return here


def _summary(report: BatchReport, out: Path, choice: Choice) -> dict[str, Any]:
    return {
        "out": str(out),
        "users": report.users,
        "rows": report.rows,
        "without_history": report.without_history,
        "short": report.short,
        "fitting_items": int(choice.allowed.sum()),
        "read": report.read.as_data() | {"scale": report.scale},
        "corrected": [asdict(one) for one in report.corrected],
    }


def _print(report: BatchReport, summary: dict[str, Any]) -> None:
    typer.echo(f"{report.rows:,} recommendations for {report.users:,} users in {summary['out']}.")
    for line in _remarks(report, summary["fitting_items"]):
        typer.echo(line, err=True)
    if report.corrected:
        typer.echo(
            "\n".join([CostLine.head(f"first {min(report.users, COMPARED):,} users"), *map(str, report.corrected)])
        )


def _remarks(report: BatchReport, fitting_items: int) -> Iterator[str]:
    if report.read.left_alone:
        yield columns_line(report.read)
    if report.without_history:
        yield f"{report.without_history:,} users have no history: they have what is popular."
    if report.short:
        yield f"{report.short:,} users have fewer: {fitting_items:,} items fit, less those that a user has seen."
    for reason, found in report.read.left_out.items():
        yield f"{found.count:,} times left out, {reason}; the first: {found.first[0]}. {cure_of(found)}".rstrip()


@contextmanager
def _interruptible(out: Path) -> Iterator[None]:
    """Ctrl-C ends with what became of the file, and exit code 130."""
    try:
        yield
    except KeyboardInterrupt:
        kept = "is as it was" if out.exists() else "was not written"
        typer.echo(f"Interrupted: {out} {kept}. To begin again, give the same command.", err=True)
        raise typer.Exit(130) from None


@contextmanager
def _bars(*, quiet: bool) -> Iterator[Watch]:
    """A bar for reading and one for recommending, on standard error."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield show
