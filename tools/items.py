"""What is recommended: an `Item` with facets, and the `CatalogSchema` that says what each facet means."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

FacetValue = str | float | bool | tuple[str, ...]
"""Categorical and ISO date values are str, numbers float, multi-valued tuple[str, ...], booleans bool."""

Language = Literal["en", "zh"]


class FacetKind(StrEnum):
    """How the values of a facet compare."""

    CATEGORICAL = "categorical"
    MULTI = "multi"
    NUMERIC = "numeric"
    DATE = "date"
    BOOLEAN = "boolean"


class FacetRole(StrEnum):
    """What a facet is for, so that "cheaper", "newer" and "in stock" work on any catalog."""

    PRICE = "price"
    RATING = "rating"
    POPULARITY = "popularity"
    DATE = "date"
    """When the item appeared: a year or a date."""
    STOCK = "stock"
    """Units left, or a boolean."""
    CATEGORY = "category"
    """What kind of thing it is: category, genre."""
    BRAND = "brand"
    CREATOR = "creator"
    """Author, director, cast, artist, teacher."""
    PLACE = "place"
    AGE = "age"
    """Minimum age of the audience, in years, or a boolean "adults only"."""
    SPONSORED = "sponsored"
    """Boolean: somebody paid for the item to be shown."""
    CATALOG = "catalog"
    """Which of several catalogs that are searched together the item is in."""
    IDENTIFIER = "identifier"
    """A number that stands for the item: GTIN, EAN, MPN, SKU, barcode. It is searched for, never asked about."""


class Facet(BaseModel):
    """One filterable property of the items of a catalog."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: FacetKind
    column: str = ""
    """Path in a source row (`price`, `dimensions.width`, `[1].人均消费`); empty means the same as `name`."""
    unit: str = ""
    """Currency code ("USD", "CNY"), "year", "minutes", "g", ...; empty when there is none."""
    role: FacetRole | None = None
    names: dict[Language, tuple[str, ...]] = Field(default_factory=dict)
    """What people call the facet in each language; the first is used when the facet is rendered."""
    aliases: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Other words for a value, in any language: {"laptops": ["laptop", "notebook", "笔记本"]}."""
    askable: bool = True
    """Whether a clarifying question may be about this facet."""

    def label(self, language: Language) -> str:
        """The facet's name in a language; its key when none is known."""
        words = self.names.get(language) or ()
        return words[0] if words else self.name.replace("_", " ")


class CatalogSchema(BaseModel):
    """Which columns of a catalog are what. Inferred from the rows, and overridden by a YAML or JSON file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = "catalog"
    records: str = ""
    """Path to the list of rows inside a JSON document; empty when the document is the list."""
    id: str = "id"
    title: str = "title"
    text: tuple[str, ...] = ()
    """Columns whose text is searched, beside the title."""
    image: str = ""
    language: Language = "en"
    """Language of titles and texts."""
    noun: dict[Language, str] = Field(default_factory=lambda: {"en": "item", "zh": "商品"})
    """What one item is called: book, movie, restaurant."""
    plural: str = ""
    """English plural of the noun; empty means noun + s."""
    facets: tuple[Facet, ...] = ()
    synonyms: tuple[str, ...] = ()
    """Lines "laptop, notebook, 笔记本" and, one way, "tv => television"; a schema file may name a file of them."""

    def facet(self, name: str) -> Facet | None:
        """The facet of that key, or None."""
        return next((facet for facet in self.facets if facet.name == name), None)

    def by_role(self, role: FacetRole) -> Facet | None:
        """The first facet with that role, or None."""
        return next((facet for facet in self.facets if facet.role is role), None)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can be recommended. `facets` holds only the facets that have a value."""

    id: str
    title: str
    text: str = ""
    facets: dict[str, FacetValue] = field(default_factory=dict)
    image: str | None = None
