"""Kinds of values that stand in a suite, and what each of them names in the catalog."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from ...graphs.understanding import Emotion, Intent


class Spec(BaseModel):
    """A part of a suite: it cannot be changed, and takes no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Refers(StrEnum):
    """What a text of a suite names in the catalog; checked before the suite runs."""

    FILTER = "filter"
    ITEM = "item"
    FACET = "facet"
    PATTERN = "pattern"


def _listed(value: Any) -> Any:
    """One value may be written without the brackets of a list."""
    return value if isinstance(value, list | tuple) else [value]


def _listed_or_absent(value: Any) -> Any:
    return None if value is None else _listed(value)


def _number(value: Any) -> Any:
    """A variable leaves digits in a text."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def _as_one(value: Any) -> Any:
    """Several catalogs as one name: [books, movies] is `books,movies`."""
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else value


_Written = str | tuple[str, ...]
_several = BeforeValidator(_listed, json_schema_input_type=_Written)
_several_or_none = BeforeValidator(_listed_or_absent, json_schema_input_type=_Written | None)

Texts = Annotated[tuple[str, ...], _several]
Filters = Annotated[tuple[str, ...], _several, Refers.FILTER]
Items = Annotated[tuple[str, ...], _several, Refers.ITEM]
Facets = Annotated[tuple[str, ...], _several, Refers.FACET]
Patterns = Annotated[tuple[str, ...], _several, Refers.PATTERN]
TextsOrNone = Annotated[tuple[str, ...] | None, _several_or_none]
FiltersOrNone = Annotated[tuple[str, ...] | None, _several_or_none, Refers.FILTER]
Intents = Annotated[tuple[str, ...], BeforeValidator(_listed, json_schema_input_type=Intent | tuple[Intent, ...])]
Emotions = Annotated[tuple[str, ...], BeforeValidator(_listed, json_schema_input_type=Emotion | tuple[Emotion, ...])]
_FromNought = Annotated[int, Field(strict=True, ge=0)]
_FromOne = Annotated[int, Field(strict=True, ge=1)]
Count = Annotated[_FromNought, BeforeValidator(_number, json_schema_input_type=_FromNought)]
Rank = Annotated[_FromOne, BeforeValidator(_number, json_schema_input_type=_FromOne)]
Catalogs = Annotated[str, BeforeValidator(_as_one, json_schema_input_type=_Written)]


def known_labels(name: str, given: tuple[str, ...], kind: type[StrEnum]) -> None:
    """Raises ValueError for a label that is none of the kind's."""
    known = [one.value for one in kind]
    unknown = [one for one in given if one not in known]
    if unknown:
        raise ValueError(f"unknown {name} {unknown[0]!r}; known: {', '.join(known)}")
