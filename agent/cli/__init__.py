"""The `recommender` command. Sub-commands come from entry points, so that `agent` never imports `evals`."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points

import click
import typer

from ...tools.errors import RecommenderError

COMMANDS = "langgraph_recommender.commands"


class _LazyGroup(click.Group):
    """Loads a sub-command only when it is called or listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(point.name for point in entry_points(group=COMMANDS))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = next((point for point in entry_points(group=COMMANDS) if point.name == cmd_name), None)
        return found and _as_click(found.load(), cmd_name)


def _as_click(command: typer.Typer, name: str) -> click.Command:
    """An entry point is a Typer app: with one command it is that command, with several it is a group."""
    loaded = typer.main.get_command(command)
    loaded.name = name
    return loaded


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line; an error made by the input ends with its message and exit code 2."""
    group = _LazyGroup(name="recommender", help="Conversational recommendation from the command line.")
    try:
        group.main(args=arguments, prog_name="recommender")
    except RecommenderError as error:
        typer.echo(f"recommender: {error}", err=True)
        sys.exit(2)
