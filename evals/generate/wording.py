"""Puts conditions and moves into the words of a person, from the templates of `phrases.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from ...tools.items import Facet, FacetKind, FacetRole, Language
from ...tools.normalize import has_chinese, normalize
from ..facts import CatalogFacts
from .conditions import Condition

_BY_ROLE = {
    FacetRole.PRICE: "price",
    FacetRole.RATING: "rating",
    FacetRole.DATE: "date",
    FacetRole.CATEGORY: "category",
    FacetRole.CREATOR: "creator",
    FacetRole.BRAND: "brand",
}
_BEFORE_NOUN = "<"
_BARE = "{n}"
_SHORT_SHARE = 0.3


@cache
def phrases(language: Language) -> dict[str, Any]:
    """The templates of a language."""
    text = (Path(__file__).parent / "phrases.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)[language]


@dataclass(frozen=True)
class Wording:
    """How one person talks about one catalog."""

    facts: CatalogFacts
    language: Language
    rng: Random

    def pick(self, kind: str) -> str:
        """A random template of a kind of move."""
        return self.rng.choice(phrases(self.language)[kind])

    def nth(self, rank: int) -> str:
        """The word for a rank, 1 to 5."""
        return phrases(self.language)["nth"][rank - 1]

    def label(self, facet: Facet) -> str:
        """What the facet is called."""
        return facet.label(self.language)

    @property
    def noun(self) -> str:
        """What one item of the catalog is called."""
        known = self.facts.schema.noun
        return known.get(self.language, known.get("en", "item"))

    @property
    def plural(self) -> str:
        """What several are called, in English."""
        return self.facts.schema.plural or f"{self.noun}s"

    def opening(self, conditions: list[Condition], kind: str = "open") -> str:
        """A request with all the conditions."""
        said = [self._condition(one, may_stand_before=index == 0) for index, one in enumerate(conditions)]
        before = "".join(text[1:] for text in said if text.startswith(_BEFORE_NOUN))
        behind = phrases(self.language)["join"].join(text for text in said if not text.startswith(_BEFORE_NOUN))
        text = self.pick(kind).format(before=before, behind=behind, noun=self.noun, plural=self.plural)
        return " ".join(text.split()).replace(" ?", "?").strip("，")

    def condition(self, condition: Condition) -> str:
        """One condition on its own."""
        return self._condition(condition, may_stand_before=False)

    def value(self, condition: Condition) -> str:
        """The value of a condition on its own, as an answer to a question about its facet."""
        return self._value(condition.values[0], condition.facet)

    def said(self, condition: Condition) -> list[str]:
        """Words by which an agent may name a condition, normalized: its values and their other words, its numbers."""
        aliases = [word for value in condition.values for word in condition.facet.aliases.get(value, ())]
        numbers = [f"{number:g}" for number in condition.numbers]
        return [normalize(word) for word in (*condition.values, *aliases, *numbers)]

    def _condition(self, condition: Condition, *, may_stand_before: bool) -> str:
        templates = phrases(self.language)["conditions"][self._family(condition)][condition.form]
        fitting = [one for one in templates if may_stand_before or not one.startswith(_BEFORE_NOUN)]
        if self._ambiguous(condition):
            fitting = [one for one in fitting if "{label}" in one] or fitting
        return self.rng.choice(fitting).format(label=self.label(condition.facet), **self._slots(condition))

    def _family(self, condition: Condition) -> str:
        facet = condition.facet
        if facet.kind is FacetKind.BOOLEAN:
            return "flag"
        role = _BY_ROLE.get(facet.role) if facet.role else None
        numeric = facet.kind is FacetKind.NUMERIC
        if role in ("price", "rating", "date"):
            return role if numeric and not self._ambiguous(condition) else "number"
        return "number" if numeric else self._known_family(role, condition)

    def _known_family(self, role: str | None, condition: Condition) -> str:
        """Phrases without the facet's name are for values that no other facet has."""
        return "value" if role is None or self._ambiguous(condition) else role

    def _ambiguous(self, condition: Condition) -> bool:
        """Whether the value could be another facet's, or the facet shares its role."""
        facet = condition.facet
        if condition.values:
            return not all(self.facts.means_only(facet.name, value) for value in condition.values)
        return any(one.role is facet.role and one != facet for one in self.facts.schema.facets)

    def _slots(self, condition: Condition) -> dict[str, str]:
        if condition.form == "decade":
            full = f"{condition.numbers[0]:.0f}"
            return {"full_decade": full, "decade": full[2:] if "1930" <= full <= "1990" else full}
        if condition.numbers:
            return self._numbers(condition)
        spoken = [self._value(value, condition.facet) for value in condition.values]
        return {"value": spoken[0] if spoken else "", "other": spoken[-1] if spoken else ""}

    def _numbers(self, condition: Condition) -> dict[str, str]:
        known = phrases(self.language)["unit"]
        unit = condition.facet.unit
        template = self.rng.choice(self._unit_templates(known.get(unit, [f"{_BARE} {unit}"]), unit, known))
        first, last = condition.numbers[0], condition.numbers[-1]
        shortened = template == _BARE and self.rng.random() < _SHORT_SHARE
        low, high = (self._spell(one, shortened) for one in (first, last))
        alone = not template.startswith(_BARE) or template == _BARE
        return {
            "n": template.format(n=low),
            "a": template.format(n=low) if alone else low,
            "b": template.format(n=high),
        }

    def _unit_templates(self, templates: list[str], unit: str, known: dict[str, Any]) -> list[str]:
        """A bare number is a price only where it cannot be a year."""
        years = any(facet.unit == "year" for facet in self.facts.schema.facets)
        if unit in known and unit != "year" and years:
            return [one for one in templates if one != _BARE] or templates
        return templates

    def _spell(self, number: float, shortened: bool) -> str:
        """Digits, or the short form of round thousands: 5k, 5千, 3万."""
        if shortened and self.language == "zh" and number >= 10_000 and number % 10_000 == 0:
            return f"{number / 10_000:g}万"
        if shortened and number >= 1000 and number % 1000 == 0 and (self.language == "en" or number < 10_000):
            return f"{number / 1000:g}{'k' if self.language == 'en' else '千'}"
        return f"{number:.10g}"

    def _value(self, value: str, facet: Facet) -> str:
        """The value as the person would say it: in their language when the catalog knows a word that means only it."""
        wants_chinese = self.language == "zh"
        if has_chinese(value) == wants_chinese:
            return value
        other = {normalize(one) for key, words in facet.aliases.items() if key != value for one in (key, *words)}
        words = [one for one in facet.aliases.get(value, ()) if has_chinese(one) == wants_chinese]
        fitting = [one for one in words if normalize(one) not in other]
        return self.rng.choice(fitting) if fitting else value
