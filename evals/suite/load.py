"""Reads suite files. Every error names the file, the line and what to write instead."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from ...tools.errors import SuiteError, did_you_mean
from .conversation import Conversation
from .spec import SuiteSpec

Place = tuple[str | int, ...]
"""Where a value stands in a suite: ("conversations", 0, "turns", 2, "expect", "shown")."""


@dataclass(frozen=True)
class Suite:
    """A suite, the file it came from, and the line of each of its values."""

    file: str
    spec: SuiteSpec
    lines: dict[Place, int] = field(default_factory=dict)

    @property
    def conversations(self) -> tuple[Conversation, ...]:
        """The conversations, with the suite's catalog and language filled in."""
        return tuple(
            one.model_copy(
                update={"catalog": one.catalog or self.spec.catalog, "language": one.language or self.spec.language}
            )
            for one in self.spec.conversations
        )

    def line(self, place: Place) -> int:
        """Line of a value (1 is the first); that of the nearest value around it when it has none of its own."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


class _Yaml(yaml.SafeLoader):
    """YAML in which only true and false are booleans: `say: no` is something a person says."""


_Yaml.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Yaml.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false|True|False)$"), list("tTfF"))


def shipped_suites() -> list[Path]:
    """The suite files that come with the package, by name."""
    return sorted((Path(__file__).parent.parent / "suites").glob("*.yaml"))


def load_suite(file: str | Path) -> Suite:
    """The suite in a file. Raises SuiteError for a missing or unreadable file and for anything it does not know."""
    path = Path(file)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SuiteError(f"{path}: byte {error.start} is not UTF-8.", cure="Save the suite as UTF-8.") from error
    except OSError as error:
        shipped = [one.stem for one in shipped_suites()]
        raise SuiteError(f"{path}: {error.strerror or error}.", cure=did_you_mean(path.stem, shipped)) from error
    return read_suite(text, str(path))


def read_suite(text: str, file: str = "suite.yaml") -> Suite:
    """The suite in a YAML text; `file` is what errors call it. Raises SuiteError."""
    data, lines = _parse(text, file)
    try:
        spec = SuiteSpec.model_validate(data)
    except ValidationError as error:
        raise _explain(error, file, lines) from error
    return Suite(file, spec, lines)


def _parse(text: str, file: str) -> tuple[Any, dict[Place, int]]:
    lines: dict[Place, int] = {}
    try:
        node = yaml.compose(text, Loader=_Yaml)
        if node is None:
            raise SuiteError(
                f"{file}:1: the suite is empty.", cure="Begin with `suite:`, `catalog:`, `conversations:`."
            )
        _walk(node, (), lines, file)
        return yaml.load(text, Loader=_Yaml), lines  # _Yaml is a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise SuiteError(
            f"{file}:{line}: not YAML: {error.problem or error}.", cure="Check quotes and indents."
        ) from error
    except yaml.YAMLError as error:
        raise SuiteError(f"{file}: not YAML: {error}.", cure="Remove control characters.") from error


def _walk(node: yaml.Node, place: Place, lines: dict[Place, int], file: str) -> None:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for index, part in enumerate(node.value):
            _walk(part, (*place, index), lines, file)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*place, str(key.value))
            if here in lines:
                raise SuiteError(
                    f"{file}:{key.start_mark.line + 1}: {key.value!r} stands here twice.", cure="Keep one."
                )
            lines[here] = key.start_mark.line + 1
            _walk(value, here, lines, file)


def _explain(error: ValidationError, file: str, lines: dict[Place, int]) -> SuiteError:
    """The first problem as a message with file and line."""
    first = error.errors()[0]
    place = tuple(part for part in first["loc"] if not _is_branch(part))
    near = place
    while near and near not in lines:
        near = near[:-1]
    where = f"{file}:{lines.get(near, 1)}"
    if first["type"] == "extra_forbidden":
        word, known = str(place[-1]), _known(SuiteSpec, place[:-1])
        what = "expectation" if "expect" in place or "at_end" in place else "key"
        return SuiteError(f"{where}: unknown {what} {word!r}.", cure=did_you_mean(word, known))
    if first["type"] == "model_type" and not place:
        return SuiteError(f"{where}: not a suite.", cure="Begin with `suite:`, `catalog:`, `conversations:`.")
    name = ".".join(str(part) for part in place) or "the suite"
    message = str(first["msg"]).removeprefix("Value error, ")
    cure = "Put it in quotes." if first["type"] == "string_type" else ""
    return SuiteError(f"{where}: {name}: {message}.", cure=cure)


def _is_branch(part: str | int) -> bool:
    """Whether a part of pydantic's location names a branch of a union or a validator rather than a key."""
    return isinstance(part, str) and (part in {"bool", "str"} or "[" in part)


def _known(model: type[BaseModel], place: Place) -> list[str]:
    """Keys that may stand at a place below a model."""
    for depth, part in enumerate(place):
        if isinstance(part, str) and part in model.model_fields:
            inner = _models_in(model.model_fields[part].annotation)
            if inner:
                return _known(inner[0], place[depth + 1 :])
    return list(model.model_fields)


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for argument in get_args(annotation) for found in _models_in(argument)]
