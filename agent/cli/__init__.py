"""The `recommender` command. Sub-commands come from entry points, so that `agent` never imports `evals`."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, entry_points

import typer

from ...tools.errors import RecommenderError, did_you_mean

COMMANDS = "langgraph_recommender.commands"


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line; an error that the input caused ends with its message and exit code 2."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        _app(arguments)(args=arguments, prog_name="recommender")
    except RecommenderError as error:
        typer.echo(f"recommender: {error}", err=True)
        sys.exit(2)


def _app(arguments: list[str]) -> typer.Typer:
    """An app that holds only the sub-command asked for, or all of them for help: each costs its imports."""
    points = {point.name: point for point in entry_points(group=COMMANDS)}
    asked = next((word for word in arguments[:1] if not word.startswith("-")), "")
    if asked and asked not in points:
        raise RecommenderError(f"There is no command {asked!r}.", cure=did_you_mean(asked, sorted(points)))
    app = typer.Typer(
        help="Conversational recommendation: chat, catalogs, profiles, serving, evaluation.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )

    @app.callback()
    def recommender() -> None: ...

    for name in [asked] if asked else sorted(points):
        _add(app, points[name])
    return app


def _add(app: typer.Typer, point: EntryPoint) -> None:
    """A Typer with one command becomes that command, one with several a group."""
    loaded: typer.Typer = point.load()
    if len(loaded.registered_commands) == 1 and not loaded.registered_groups:
        only = loaded.registered_commands[0]
        assert only.callback
        app.command(point.name, help=only.help, context_settings=only.context_settings)(only.callback)
    else:
        app.add_typer(loaded, name=point.name)
