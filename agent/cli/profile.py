"""`recommender profile build|show|export|forget`: what is remembered of people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from ...tools.catalog import embedded_catalogs
from ...tools.catalog.opening import embedded_schema
from ...tools.errors import InputError, LogError, StoreError
from ...tools.items import CatalogSchema, Language
from ...tools.profile.build import BuildReport, build_from_behaviour, build_from_logs
from ...tools.profile.describe import describe
from ...tools.profile.joint import memory_for
from ...tools.profile.memory import ProfileMemory
from ...tools.profile.model import UserProfile
from ...tools.profile.stores import is_missing, store_at
from ..settings import Settings
from .profile_plot import plotted
from .profile_reading import offline_extract
from .progress import open_with_bar

profile = typer.Typer(help="What is remembered of people: build, show, export, forget.", no_args_is_help=True)

_SHOWN_PROBLEMS = 20
_Store = Annotated[
    str | None, typer.Option(help="SQLite file or postgresql:// address; the one of `chat` when not given.")
]
_Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@profile.command()
def build(
    logs: Annotated[list[Path] | None, typer.Argument(help="Chat logs: JSON Lines of {user_id, messages}.")] = None,
    behaviour: Annotated[Path | None, typer.Option(help="Ratings, views, purchases: CSV, JSON Lines, Parquet.")] = None,
    catalog: Annotated[
        list[str] | None, typer.Option(help="What the logs are about: embedded name, file, index; repeatable.")
    ] = None,
    user: Annotated[str, typer.Option(help="Whose the chat logs are that name no user_id.")] = "",
    store: _Store = None,
    as_json: _Json = False,
) -> None:
    """Build profiles from chat logs and behaviour. Running it again writes nothing twice."""
    if not logs and not behaviour:
        raise LogError("There is nothing to build from.", cure="Give chat logs, or --behaviour FILE.")
    settings, report, now = Settings.read(), BuildReport(), datetime.now(UTC)
    with closing(open_with_bar(catalog, settings, quiet=as_json)) as opened, _memory(store) as kept:
        memory = memory_for(kept, opened)
        extract = offline_extract(opened) if logs else None
        for path in logs or []:
            assert extract
            with _bar(path.name, quiet=as_json) as progress:
                build_from_logs(memory, path, extract, report, now=now, progress=progress, user_id=user)
        if behaviour:
            with _bar(behaviour.name, quiet=as_json) as progress:
                build_from_behaviour(memory, behaviour, opened, report, now=now, progress=progress)
    _print_report(report, as_json=as_json)


@profile.command()
def show(
    user: Annotated[str, typer.Argument(help="User id.")],
    plot: Annotated[bool, typer.Option(help="Draw the likes and dislikes, as they weigh now.")] = False,
    store: _Store = None,
    as_json: _Json = False,
) -> None:
    """Show what is remembered of a person, in sentences or drawn."""
    with _memory(store, reading=True) as memory:
        known = memory.load(user)
    language: Language = known.language or "en"
    lines = describe(known, _schemas(known), language)
    if as_json:
        _print_json({"user_id": user, "language": known.language, "statements": lines})
    elif plot and known.preferences:
        Console().print(plotted(known, datetime.now(UTC), language))
    else:
        typer.echo("\n".join(lines) if lines else f"Nothing is remembered of {user!r}.")


@profile.command()
def export(user: Annotated[str, typer.Argument(help="User id.")], store: _Store = None, as_json: _Json = False) -> None:
    """Print all that is stored of a person as JSON, history included; with --json on one line."""
    with _memory(store, reading=True) as memory:
        typer.echo(json.dumps(memory.export(user), ensure_ascii=False, indent=None if as_json else 2))


@profile.command()
def forget(
    user: Annotated[str, typer.Argument(help="User id.")],
    target: Annotated[str | None, typer.Argument(help='What to forget: "horror", a title, "my budget".')] = None,
    everything: Annotated[bool, typer.Option("--all", help="Erase all that is stored of this person.")] = False,
    store: _Store = None,
    as_json: _Json = False,
) -> None:
    """Forget what a person said or did, or everything about them."""
    if everything == bool(target):
        raise InputError("Say what to forget, or --all, and not both.", cure='Example: forget alice "horror films".')
    with _memory(store, reading=True) as memory:
        if everything:
            _print_erased(user, memory.forget_all(user), as_json=as_json)
            return
        removed = memory.forget(user, target or "", schemas=_schemas(memory.load(user)))
    if as_json:
        _print_json({"user_id": user, "removed": removed})
    elif removed:
        typer.echo("\n".join(f"Forgotten: {one}" for one in removed))
    else:
        typer.echo(f"Nothing that is remembered of {user!r} matches {target!r}.")


@contextmanager
def _memory(store: str | None, *, reading: bool = False) -> Iterator[ProfileMemory]:
    """A store to read from must be there already: a typing mistake in its path makes no new one."""
    source = store or Settings.read().memory
    if reading and is_missing(source):
        raise StoreError(f"There is no profile store {source}.", cure="Nothing is remembered yet, or check --store.")
    with store_at(source) as opened:
        yield ProfileMemory(opened)


def _schemas(known: UserProfile) -> dict[str, CatalogSchema]:
    """The schemas of the embedded catalogs that the profile speaks of: names and other words, without their items."""
    statements = [*known.preferences, *known.constraints, *(one.statement for one in known.history), *known.events]
    names = {one.catalog for one in statements} & set(embedded_catalogs())
    return {name: embedded_schema(name) for name in sorted(names)}


@contextmanager
def _bar(name: str, *, quiet: bool) -> Iterator[Any]:
    """A callback (done, total) that moves a bar on standard error."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as progress:
        task = progress.add_task(name, total=None)
        yield partial(_move, progress, task)


def _move(progress: Progress, task: Any, done: int, total: int) -> None:
    progress.update(task, completed=done, total=total)


def _print_report(report: BuildReport, *, as_json: bool) -> None:
    if as_json:
        _print_json(_as_json(report))
        return
    typer.echo(
        f"{len(report.users):,} people: {report.statements:,} new statements from {report.messages:,} messages, "
        f"{report.events:,} new events from {report.rows:,} rows, {report.inferred:,} preferences inferred."
    )
    if report.problems.count:
        plural = "s" * (report.problems.count > 1)
        typer.echo(f"{report.problems.count:,} problem{plural}:", err=True)
        for problem in report.problems.first[:_SHOWN_PROBLEMS]:
            typer.echo(f"  {problem}", err=True)
        more = report.problems.count - _SHOWN_PROBLEMS
        if more > 0:
            typer.echo(f"  and {more:,} more", err=True)


def _as_json(report: BuildReport) -> dict[str, Any]:
    counts = {name: getattr(report, name) for name in ("conversations", "messages", "rows", "statements", "events")}
    listed = [
        {"file": one.file, "row": one.row, "field": one.field, "reason": one.reason} for one in report.problems.first
    ]
    problems = {"count": report.problems.count, "first": listed}
    return {"users": len(report.users), **counts, "inferred": report.inferred, "problems": problems}


def _print_erased(user: str, count: int, *, as_json: bool) -> None:
    if as_json:
        _print_json({"user_id": user, "erased": count})
    else:
        typer.echo(
            f"Erased all {count} statements and events of {user!r}." if count else f"Nothing is stored of {user!r}."
        )


def _print_json(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))
