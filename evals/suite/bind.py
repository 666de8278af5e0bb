"""Checks a suite against its catalogs before it runs: every filter parses, every item and facet exists."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any

from pydantic import BaseModel

from ...tools.errors import CatalogError, FilterError, InputError, SuiteError, did_you_mean
from ..facts import CatalogFacts
from .conversation import Setting, Turn
from .fields import Refers
from .load import Place, Suite
from .simulation import Simulation


def bind(suite: Suite, facts: Callable[[str], CatalogFacts], personas: Collection[str]) -> None:
    """Raises SuiteError, with file and line, for the first name in the suite that nobody knows.

    Args:
        suite: what will be run.
        facts: gives the catalog of a name; called once for each conversation and simulation.
        personas: the names that simulations may give.
    """
    for index, conversation in enumerate(suite.conversations):
        _check(suite, conversation, ("conversations", index), facts)
    for index, simulation in enumerate(suite.simulations):
        place = ("simulations", index)
        if simulation.persona not in personas:
            cure = did_you_mean(simulation.persona, list(personas))
            raise _wrong(suite, (*place, "persona"), f"no persona {simulation.persona!r}.", cure)
        _check(suite, simulation, place, facts)
        if not _can_be_met(simulation, facts(simulation.catalog)):
            raise _wrong(suite, (*place, "need"), "no item of the catalog meets the need.", "Ask for less in `must`.")


def _check(suite: Suite, setting: Setting, place: Place, facts: Callable[[str], CatalogFacts]) -> None:
    try:
        catalog = facts(setting.catalog)
    except InputError as error:
        where = (*place, "catalog") if suite.states((*place, "catalog")) else ("catalog",)
        raise _wrong(suite, where, error.message, error.cure) from error
    for refers, text, at in _references(setting, place):
        problem = _problem(refers, text, catalog)
        if problem:
            raise _wrong(suite, at, problem)


def _wrong(suite: Suite, place: Place, problem: str, cure: str = "") -> SuiteError:
    return SuiteError(f"{suite.file}:{suite.line(place)}: {problem}", cure=cure)


def _can_be_met(simulation: Simulation, catalog: CatalogFacts) -> bool:
    must = simulation.need.must if simulation.need else ()
    return not must or bool(catalog.admitted(catalog.filters(must)))


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
        return (value,) if value else ()
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
