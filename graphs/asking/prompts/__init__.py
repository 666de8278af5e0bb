"""Prompts, one a file beside this one; `${name}` is a placeholder."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from string import Template


@cache
def template(name: str) -> Template:
    """The prompt of that name, unfilled. Raises FileNotFoundError when there is no such file."""
    return Template(files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8"))


def prompt(name: str, **values: str) -> str:
    """The prompt with every placeholder filled. Raises KeyError for one that is missing or not in the file."""
    found = template(name)
    unknown = set(values) - set(found.get_identifiers())
    if unknown:
        raise KeyError(f"{name}.md has no placeholder {', '.join(sorted(unknown))}")
    return found.substitute(values).strip()
