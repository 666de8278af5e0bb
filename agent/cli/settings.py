"""`recommender settings`: every environment variable that is read, from the classes that read it."""

from __future__ import annotations

import ast
import inspect
import json
import types
import typing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import typer
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from rich.console import Console
from rich.table import Table

from ..environment import PREFIX, EnvironmentSettings
from ..serve.edge.settings import EdgeSettings
from ..settings import Settings

GROUPS: dict[str, type[EnvironmentSettings]] = {"Recommender": Settings, "Server": EdgeSettings}
_KINDS = {str: "text", int: "whole number", float: "number", bool: "true or false", Path: "path", SecretStr: "secret"}
_BOUNDS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
_HEAD = """# Settings

Environment variables, read once at the start; `recommender settings` shows this list, and this page is what
`recommender settings --markdown` prints. A wrong value ends a command with the variable's name and exit code 2.
"""
settings_app = typer.Typer()


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable, as the class that reads it describes it."""

    variable: str
    kind: str
    default: str
    """Empty when there is none."""
    meaning: str


@settings_app.command("settings")
def settings(
    markdown: Annotated[bool, typer.Option("--markdown", help="As a page of Markdown: docs/settings.md.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable output.")] = False,
) -> None:
    """Show every environment variable, what it means and its default."""
    if as_json:
        groups = {title: [asdict(one) for one in settings_of(read)] for title, read in GROUPS.items()}
        typer.echo(json.dumps(groups, ensure_ascii=False))
    elif markdown:
        typer.echo(page(), nl=False)
    else:
        for title, read in GROUPS.items():
            Console().print(_table(title, settings_of(read)))


def page() -> str:
    """All of them as Markdown."""
    parts = [_HEAD]
    for title, read in GROUPS.items():
        rows = "".join(_row(one) for one in settings_of(read))
        parts.append(f"## {title}\n\n| variable | value, default | meaning |\n|---|---|---|\n{rows}")
    return "\n".join(parts)


def settings_of(read: type[EnvironmentSettings]) -> list[Setting]:
    """The settings of a class, in its order, with the docstrings of its attributes."""
    meanings = _docstrings(read)
    return [
        Setting(PREFIX + name.upper(), _kind(field), _default(field), meanings[name])
        for name, field in read.model_fields.items()
    ]


def _docstrings(read: type) -> dict[str, str]:
    body = ast.parse(inspect.getsource(read)).body[0]
    assert isinstance(body, ast.ClassDef)
    return {
        field.target.id: " ".join(said.value.value.split())
        for field, said in zip(body.body, body.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(said, ast.Expr)
        and isinstance(said.value, ast.Constant)
        and isinstance(said.value.value, str)
    }


def _kind(field: FieldInfo) -> str:
    bounds = [(one, name) for one in field.metadata for name in _BOUNDS if hasattr(one, name)]
    said = [f"{_BOUNDS[name]} {getattr(one, name):g}" for one, name in bounds]
    return ", ".join([_words(field.annotation), *said])


def _words(annotation: Any) -> str:
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{one}`" for one in get_args(annotation))
    if get_origin(annotation) in (types.UnionType, typing.Union):
        return " or ".join(_words(one) for one in get_args(annotation) if one is not type(None))
    return _KINDS[annotation]


def _default(field: FieldInfo) -> str:
    """What is taken when the variable is not set; what depends on the machine is described by its meaning."""
    default = "" if field.default_factory or field.default is None else field.default
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, float | int):
        return f"{default:,}".replace(",", "_") if default >= 10_000 else f"{default:g}"
    return str(default)


def _row(one: Setting) -> str:
    cells = one.variable, f"{one.kind}; `{one.default}`" if one.default else one.kind, one.meaning
    name, value, meaning = (cell.replace("|", "\\|") for cell in cells)
    return f"| `{name}` | {value} | {meaning} |\n"


def _table(title: str, rows: list[Setting]) -> Table:
    table = Table("variable", "default", "meaning", title=title, title_justify="left")
    for one in rows:
        table.add_row(one.variable, one.default, one.meaning)
    return table
