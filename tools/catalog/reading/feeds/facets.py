"""The facets that feeds have, and what shops call the options that fill them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from ....items import Facet, FacetKind, FacetRole, Language
from ....normalize import normalize
from .formats import read_table


@dataclass(frozen=True, slots=True)
class KnownFacet:
    """An entry of facets.yaml."""

    name: str
    kind: Literal["numeric", "boolean", "words"]
    role: FacetRole | None
    unit: str
    money: bool
    """Its unit is the feed's currency."""
    quiet: bool
    """No question is asked about it."""
    names: Mapping[Language, tuple[str, ...]]
    aliases: Mapping[str, tuple[str, ...]]
    option: frozenset[str]

    def described(self, kind: FacetKind, unit: str, aliases: Mapping[str, tuple[str, ...]]) -> Facet:
        """The facet of a schema."""
        return Facet(
            name=self.name,
            kind=kind,
            unit=unit if self.money else self.unit,
            role=self.role,
            names=dict(self.names),
            aliases=dict(aliases),
            askable=not self.quiet,
        )


@cache
def known_facets() -> tuple[KnownFacet, ...]:
    """The facets in the order in which they are shown."""
    return tuple(_entry(one) for one in read_table("facets.yaml"))


@cache
def words_facets() -> frozenset[str]:
    """Names of the facets that hold words."""
    return frozenset(facet.name for facet in known_facets() if facet.kind == "words")


@cache
def facet_of_option(name: str) -> str:
    """The facet that an option called so fills; empty when it is one of the shop's own."""
    words = normalize(name)
    return next((facet.name for facet in known_facets() if words in facet.option), "")


def _entry(entry: Mapping[str, Any]) -> KnownFacet:
    return KnownFacet(
        name=entry["name"],
        kind=entry["kind"],
        role=FacetRole(entry["role"]) if "role" in entry else None,
        unit=entry.get("unit", ""),
        money=entry.get("money", entry.get("role") == "price"),
        quiet=entry.get("quiet", False),
        names={language: tuple(words) for language, words in entry["names"].items()},
        aliases={value: tuple(words) for value, words in entry.get("aliases", {}).items()},
        option=frozenset(normalize(word) for word in entry.get("option", ())),
    )
