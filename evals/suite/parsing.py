"""YAML with the line of every value. What would take the reader's memory or stack is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from ...tools.errors import SuiteError

Place = tuple[str | int, ...]
"""Where a value stands in a suite: ("conversations", 0, "turns", 2, "expect", "shown")."""
Lines = dict[Place, int]
"""Line of each value, 1 is the first."""

_DEEPEST = 40
_MOST_CHARACTERS = 5_000_000
_MOST_VALUES = 500_000
_MERGE = "tag:yaml.org,2002:merge"
_BOOL = "tag:yaml.org,2002:bool"
_SafeLoader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Yaml(_SafeLoader):
    """YAML in which only true and false are booleans: `say: no` is something a person says."""


_Yaml.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOL]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Yaml.add_implicit_resolver(_BOOL, re.compile(r"^(true|false|True|False)$"), list("tTfF"))


def parse(text: str, file: str) -> tuple[Any, Lines]:
    """The values of a YAML text and their lines. Raises SuiteError; `file` is what it calls the text."""
    if len(text) > _MOST_CHARACTERS:
        raise SuiteError(f"{file}: longer than {_MOST_CHARACTERS:,} characters.", cure="Make several suites of it.")
    lines: Lines = {}
    try:
        _guard(text, file)
        loader = _Yaml(text)
        node = loader.get_single_node()
        if node is None:
            raise SuiteError(
                f"{file}:1: the suite is empty.", cure="Begin with `suite:`, `catalog:`, `conversations:`."
            )
        _size(node, {}, set(), file)
        for place, line in _walk(node, (), file):
            lines.setdefault(place, line)
        return loader.construct_document(node), lines
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise SuiteError(
            f"{file}:{line}: not YAML: {error.problem or error}.", cure="Check quotes and indents."
        ) from error
    except RecursionError as error:
        raise SuiteError(f"{file}: aliases nested without end.", cure="Write them out.") from error
    except (yaml.YAMLError, ValueError) as error:  # a date such as 2020-99-99 is a ValueError
        raise SuiteError(f"{file}: not YAML: {error}.", cure="Remove control characters; quote dates.") from error


def line_of(place: Place, lines: Lines) -> int:
    """Line of a value (1 is the first); that of the nearest value around it when it has none of its own."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def _guard(text: str, file: str) -> None:
    """Raises SuiteError for values nested so deep that reading them would break the reader."""
    depth = 0
    for event in yaml.parse(text, Loader=_Yaml):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            line = event.start_mark.line + 1
            raise SuiteError(f"{file}:{line}: nested more than {_DEEPEST} deep.", cure="Check brackets and indents.")


def _size(node: yaml.Node, sizes: dict[int, int], around: set[int], file: str) -> int:
    """How many values a node holds, written out. Raises SuiteError when that is without end, or far too many."""
    line, key = node.start_mark.line + 1, id(node)
    if key in around:
        raise SuiteError(f"{file}:{line}: the anchor stands for something it is part of.", cure="Write it out.")
    if key not in sizes:
        around.add(key)
        sizes[key] = 1 + sum(_size(part, sizes, around, file) for part in _parts(node))
        around.remove(key)
    if sizes[key] > _MOST_VALUES:
        raise SuiteError(f"{file}:{line}: more than {_MOST_VALUES:,} values.", cure="Use fewer aliases (`*`).")
    return sizes[key]


def _parts(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.SequenceNode):
        yield from node.value
    elif isinstance(node, yaml.MappingNode):
        yield from (part for pair in node.value for part in pair)


def _walk(node: yaml.Node, place: Place, file: str) -> Iterator[tuple[Place, int]]:
    """Every value below a node and its line; of a value that an alias repeats, the line of its anchor."""
    yield place, node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for index, part in enumerate(node.value):
            yield from _walk(part, (*place, index), file)
    elif isinstance(node, yaml.MappingNode):
        yield from _walk_mapping(node, place, file)


def _walk_mapping(node: yaml.MappingNode, place: Place, file: str) -> Iterator[tuple[Place, int]]:
    """Its keys before those that `<<` merges into it, because they win."""
    seen = set[str]()
    for key, value in sorted(node.value, key=lambda pair: pair[0].tag == _MERGE):
        line, name = key.start_mark.line + 1, str(key.value)
        if name in seen:
            raise SuiteError(f"{file}:{line}: {name!r} stands here twice.", cure="Keep one.")
        seen.add(name)
        if key.tag != _MERGE:
            yield (*place, name), line
            yield from _walk(value, (*place, name), file)
            continue
        for one in value.value if isinstance(value, yaml.SequenceNode) else [value]:
            yield from _walk(one, place, file)
