"""Checks a suite against its catalogs before it runs: every filter parses, every item and facet exists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import BaseModel

from ...tools.errors import CatalogError, FilterError, SuiteError, did_you_mean
from ..facts import CatalogFacts
from .conversation import Turn
from .fields import Refers
from .load import Place, Suite


def bind(suite: Suite, facts: Callable[[str], CatalogFacts]) -> None:
    """Raises SuiteError, with file and line, for the first name in the suite that its catalog does not know.

    `facts` gives the catalog of a name and is called once a conversation.
    """
    for index, conversation in enumerate(suite.conversations):
        catalog = facts(conversation.catalog)
        for refers, text, place in _references(conversation, ("conversations", index)):
            problem = _problem(refers, text, catalog)
            if problem:
                raise SuiteError(f"{suite.file}:{suite.line(place)}: {problem}")


def _references(model: BaseModel, place: Place) -> Iterator[tuple[Refers, str, Place]]:
    """Every text below a model that names something in the catalog."""
    for name, field in type(model).model_fields.items():
        value, here = getattr(model, name), (*place, name)
        refers = next((one for one in field.metadata if isinstance(one, Refers)), None)
        if refers:
            yield from ((refers, text, here) for text in _texts(value))
        elif isinstance(value, BaseModel):
            yield from _references(value, here)
        elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
            for index, one in enumerate(value):
                yield from _references(one, (*here, index))
    if isinstance(model, Turn):
        yield from _answers(model, place)


def _answers(turn: Turn, place: Place) -> Iterator[tuple[Refers, str, Place]]:
    for facet, answer in turn.answer.items():
        if facet != "else":
            yield Refers.FACET, facet, (*place, "answer", facet)
        yield from _references(answer, (*place, "answer", facet))


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return value if isinstance(value, tuple) else ()


def _problem(refers: Refers, text: str, catalog: CatalogFacts) -> str:
    try:
        if refers is Refers.FILTER:
            catalog.filter(text)
        elif refers is Refers.ITEM and "{" not in text:
            catalog.ids(text)
        elif refers is Refers.FACET and catalog.schema.facet(text) is None:
            return f"no facet {text!r}. {did_you_mean(text, [one.name for one in catalog.schema.facets])}"
        elif refers is Refers.PATTERN:
            re.compile(text)
    except (FilterError, CatalogError) as error:
        return str(error)
    except re.error as error:
        return f"the pattern {text!r} does not compile: {error}. Quote special characters."
    return ""
