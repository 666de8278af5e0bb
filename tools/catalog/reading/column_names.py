"""What the name of a column says: words, role, unit, names in both languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ...items import FacetRole, Language
from ...normalize import normalize

_WORDS: dict[str, Any] = yaml.safe_load((files(__package__ or "") / "column_names.yaml").read_text(encoding="utf-8"))
ID_NAMES: tuple[str, ...] = tuple(_WORDS["ids"])
TITLE_NAMES: tuple[str, ...] = tuple(_WORDS["titles"])
TEXT_NAMES: tuple[str, ...] = tuple(_WORDS["texts"])
IMAGE_NAMES: tuple[str, ...] = tuple(_WORDS["images"])
IDENTIFIERS = frozenset(_WORDS["identifiers"])
PRODUCT_NUMBERS = frozenset(_WORDS["product_numbers"])
FORMER_PRICES = frozenset(_WORDS["former_prices"])
_UNITS = {word: unit for unit, words in _WORDS["units"].items() for word in words}
_VAGUE = ("score", "value", "type", "kind", "count", "amount", "level", "status", "label")
"""Of a nested value these say too little without what they belong to."""
_BREAK = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^\w]+|_")


@dataclass(frozen=True, slots=True)
class NameMeaning:
    """An entry of facet_names.yaml."""

    columns: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    role: FacetRole | None = None
    unit: str = ""
    names: tuple[tuple[Language, tuple[str, ...]], ...] = ()


def key_of(path: str) -> str:
    """The facet key for a column path: `Unit Price` -> unit_price, `dimensions.width` -> dimensions_width."""
    words = [normalize(word) for word in _BREAK.split(re.sub(r"\[\d+\]", "", path)) if word]
    return "_".join(words) or "value"


def leaf_of(path: str) -> str:
    """The key of the last step of a path: `[1].人均消费` -> 人均消费."""
    return key_of(path.rpartition(".")[2])


def own_name(path: str) -> str:
    """What people call a column: `unit price`; of `provider.name` the provider, for a name says whose it is."""
    above, _, leaf = path.rpartition(".")
    if leaf_of(leaf) in _VAGUE:
        return key_of(path).replace("_", " ")
    return leaf_of(above if key_of(above) != "value" and leaf_of(leaf) in TITLE_NAMES else path).replace("_", " ")


def meaning_of(path: str) -> NameMeaning | None:
    """What the name of a column says it is; None when it says nothing."""
    name = leaf_of(path)
    exact = next((entry for entry in _meanings() if name in entry.columns), None)
    words = set(name.split("_"))
    return exact or next((entry for entry in _meanings() if entry.words & words), None)


def unit_in_name(path: str) -> str:
    """The unit that a column name ends with or has in brackets: price_usd, weight (kg), 时长（分钟）."""
    last = leaf_of(path).rpartition("_")[2]
    return _UNITS.get(last, "") if "_" in leaf_of(path) else ""


def known_unit(word: str) -> str:
    """The unit's code for a word written beside numbers, or the word itself."""
    return _UNITS.get(word, word)


@cache
def _meanings() -> tuple[NameMeaning, ...]:
    data = (files(__package__ or "") / "facet_names.yaml").read_text(encoding="utf-8")
    return tuple(
        NameMeaning(
            columns=frozenset(normalize(name) for name in entry["columns"]),
            words=frozenset(entry["words"]),
            role=FacetRole(entry["role"]) if "role" in entry else None,
            unit=entry.get("unit", ""),
            names=tuple((language, tuple(words)) for language, words in entry["names"].items()),
        )
        for entry in yaml.safe_load(data)
    )
