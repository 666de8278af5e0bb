"""True statements beside a reply: the way out when nothing fits, and what the catalog cannot tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from ...tools.catalog import Catalog
from ...tools.constraints import Constraint, Source, render
from ...tools.items import FacetRole, Language
from ..catalogs import GivenWay
from ..nouns import nouns_of
from ..state import SentPicture
from ..understanding import TurnUnderstanding


@lru_cache(maxsize=1)
def _notes() -> Mapping[Language, Mapping[str, Any]]:
    return yaml.safe_load(Path(__file__).with_name("notes.yaml").read_text("utf-8"))


def unknown_facets(said: TurnUnderstanding, catalog: Catalog) -> Iterator[str]:
    """A sentence for every direction ("cheaper") about something that the catalog does not record."""
    words, schema = _notes()[said.language], catalog.schema
    plural = schema.plural or f"{schema.noun.get('en', 'item')}s"
    for facet in dict.fromkeys(one.facet for one in said.critiques if schema.facet(one.facet) is None):
        yield words["unknown_facet"].format(facet=words["roles"].get(facet, facet), plural=plural)


def catalog_notes(given: Sequence[GivenWay], catalog: Catalog, language: Language) -> Iterator[str]:
    """A sentence for every condition that gave way because the kind of thing asked for cannot meet it."""
    words, facet = _notes()[language], catalog.schema.by_role(FacetRole.CATALOG)
    for one in given:
        kinds = nouns_of(one.labels, catalog, language)
        switched = facet is not None and one.constraint.facet == facet.name
        name = "instead" if switched else "by_meaning" if one.by_meaning else "lacking"
        former = nouns_of([str(value) for value in one.constraint.values], catalog, language) if switched else kinds
        said = {**kinds, "former": former["plural"] or former["noun"]}
        yield words["catalogs"][name].format(constraint=render(one.constraint, catalog.schema, language), **said)


def lifted_notes(lifted: Sequence[Constraint], catalog: Catalog, language: Language) -> Iterator[str]:
    """A sentence for every condition that a direction ("dearer") left behind."""
    words = _notes()[language]
    yield from (words["lifted"].format(constraint=render(one, catalog.schema, language)) for one in lifted)


def all_refused(language: Language) -> str:
    """What is said when all that fits was turned down or is known already."""
    return _notes()[language]["all_refused"]


def picture_notes(sent: SentPicture | None, language: Language) -> Iterator[str]:
    """Why the picture that was sent is not searched by."""
    if sent and sent.problem:
        yield _notes()[language]["pictures"][sent.problem].format(reason=sent.reason)


def nothing_alike(language: Language) -> str:
    """What is said of recommendations none of which looks like the picture that was sent."""
    return _notes()[language]["nothing_alike"]


def relaxation_notes(catalog: Catalog, constraints: Sequence[Constraint], language: Language) -> list[str]:
    """What stands in the way when nothing fits: a rule of the house, the condition whose change helps most, or both."""
    change, words = catalog.relaxation(constraints), _notes()[language]
    own = [one for one in constraints if one.source is not Source.POLICY]
    rule = [words["rule"]] if len(own) < len(constraints) and catalog.mask(own).any() else []
    if change is not None:
        facet = catalog.schema.facet(change.constraint.facet)
        if facet and facet.role is FacetRole.CATALOG:
            return [*rule, words["catalogs"]["other_kind"].format(count=change.fitting)]
        said = {
            "constraint": render(change.constraint, catalog.schema, language),
            "loosened": render(change.loosened, catalog.schema, language) if change.loosened else "",
        }
        return [*rule, words["loosened" if change.loosened else "without"].format(count=change.fitting, **said)]
    return rule
