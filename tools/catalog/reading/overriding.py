"""Schema files: a partial `CatalogSchema` as YAML or JSON, merged over the inferred one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from ...errors import CatalogError, did_you_mean
from ...items import CatalogSchema, Facet
from .decoding import decode
from .readers import read_bytes
from .synonyms import synonym_lines


@dataclass(frozen=True, slots=True)
class SchemaOverride:
    """What a schema file says.

    `facets` as a list are the only facets; as a mapping they change or add facets, and `name: null` drops one.
    """

    file: str
    values: Mapping[str, Any]

    @property
    def records(self) -> str:
        """Path to the rows inside a JSON document."""
        return str(self.values.get("records", ""))

    @property
    def needs_inference(self) -> bool:
        """Whether the file leaves something open: it is complete when it has a title and a list of whole facets."""
        facets = self.values.get("facets")
        whole = isinstance(facets, list) and all("kind" in facet for facet in facets)
        return not (whole and "title" in self.values)

    @property
    def names_columns(self) -> bool:
        """Whether the file says which column is what, and so wants the source read as it stands."""
        facets = self.values.get("facets")
        listed = facets if isinstance(facets, list) else [one for one in (facets or {}).values() if one]
        placed = isinstance(facets, list) or any("column" in one for one in listed)
        return placed or bool({"records", "id", "title", "text", "image"} & set(self.values))

    def over(self, inferred: CatalogSchema) -> CatalogSchema:
        """The inferred schema with this one's keys in place of its own. Raises CatalogError naming the key."""
        facets = self._facets(inferred)
        given = {key: value for key, value in self.values.items() if key != "facets"}
        given["text"] = [given["text"]] if isinstance(given.get("text"), str) else given.get("text", inferred.text)
        return self._validated(CatalogSchema, {**inferred.model_dump(), **given, "facets": facets}, "")

    def _facets(self, inferred: CatalogSchema) -> list[Facet]:
        known = {facet.name: facet.model_dump() for facet in inferred.facets}
        changes = self.values.get("facets", {})
        if isinstance(changes, list):
            merged = {one["name"]: {**known.get(one["name"], {}), **one} for one in changes}
        else:
            merged = {**known, **{name: _changed(known.get(name), name, one) for name, one in changes.items()}}
        return [self._validated(Facet, facet, f"facets.{name}.") for name, facet in merged.items() if facet is not None]

    def _validated(self, kind: Any, values: Mapping[str, Any], place: str) -> Any:
        try:
            return kind.model_validate(values)
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"])
            raise CatalogError(f"{self.file}: {place}{key}: {first['msg']}.", cure=_suggestion(first)) from error


def read_schema(path: Path) -> SchemaOverride:
    """A schema file. Raises CatalogError naming the file and the first key that is wrong."""
    text = decode(read_bytes(path), str(path))
    try:
        values = json.loads(text) if path.suffix.lower() == ".json" else yaml.safe_load(text)
    except (json.JSONDecodeError, yaml.YAMLError) as error:
        raise CatalogError(f"{path}: cannot be parsed ({error}).", cure="Write it as YAML or JSON.") from error
    if not isinstance(values, Mapping):
        raise CatalogError(f"{path}: a schema is a mapping of keys to values.", cure="Start with `title: COLUMN`.")
    _check_keys(values, CatalogSchema, str(path), "")
    _check_facets(values.get("facets", {}), str(path))
    if "synonyms" in values:
        values = {**values, "synonyms": synonym_lines(values["synonyms"], path)}
    return SchemaOverride(str(path), values)


def schema_bytes(path: Path) -> bytes:
    """What a schema file and the file of synonyms that it names hold: a change of either is a change of the schema."""
    return b"\n".join([read_bytes(path), *(line.encode() for line in read_schema(path).values.get("synonyms", ()))])


def _check_facets(facets: object, file: str) -> None:
    if isinstance(facets, list):
        for index, facet in enumerate(facets):
            if not isinstance(facet, Mapping) or "name" not in facet:
                raise CatalogError(f"{file}: facets[{index}] has no name.", cure="Give every facet of a list a `name`.")
            _check_keys(facet, Facet, file, f"facets.{facet['name']}.")
    elif isinstance(facets, Mapping):
        for name, facet in facets.items():
            _check_keys(facet if isinstance(facet, Mapping) else {}, Facet, file, f"facets.{name}.")
    else:
        raise CatalogError(f"{file}: facets must be a list or a mapping.", cure="Use `facets: {price: {unit: USD}}`.")


def _check_keys(values: Mapping[Any, Any], kind: type[BaseModel], file: str, place: str) -> None:
    known = list(kind.model_fields)
    for key in values:
        if key not in known:
            raise CatalogError(f"{file}: unknown key {place}{key}.", cure=did_you_mean(str(key), known))


def _changed(known: Mapping[str, Any] | None, name: str, change: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return None if change is None else {**(known or {}), "name": name, **change}


def _suggestion(error: Any) -> str:
    expected = error.get("ctx", {}).get("expected", "")
    words = [word.strip("' ") for word in str(expected).replace(" or ", ",").split(",") if word.strip()]
    return did_you_mean(str(error.get("input")), words) if words else "See the keys of CatalogSchema and Facet."
