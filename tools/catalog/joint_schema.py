"""One schema for several catalogs: facets that mean the same become one, the others keep apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import get_args

import yaml

from ..items import CatalogSchema, Facet, FacetKind, FacetRole, Language
from ..normalize import normalize

CATALOG = "catalog"
"""Name of the facet that says which catalog an item is in."""
_LANGUAGES: tuple[Language, ...] = get_args(Language)
_AND: dict[Language, tuple[str, str]] = {"en": (", ", " or "), "zh": ("、", "或")}
_LABELS: dict[Language, tuple[str, ...]] = {"en": ("kind of thing", "catalog"), "zh": ("目录",)}


@dataclass(frozen=True, slots=True)
class Naming:
    """What the parts of one catalog are called in the joint one."""

    key: str
    """Stands before its ids: `books:17`."""
    label: str
    """Its value of the facet CATALOG."""
    facets: Mapping[str, str]
    """Its facet -> the facet of the joint schema."""


def joint_schema(schemas: Sequence[CatalogSchema]) -> tuple[CatalogSchema, tuple[Naming, ...]]:
    """The schema of several catalogs together, and what becomes of the names of each.

    Facets of one name are one when kind, unit and role agree; otherwise each keeps a name of its own (`shop_price`), so
    that dollars are never compared with yuan. Names of the schemas must differ.
    """
    clashing, labels = _clashing(schemas), _labels(schemas)
    named = tuple(_naming(schema, label, clashing) for schema, label in zip(schemas, labels, strict=True))
    merged: dict[str, Facet] = {}
    for schema, naming in zip(schemas, named, strict=True):
        for facet in schema.facets:
            name = naming.facets[facet.name]
            own = _told_apart(facet, schema) if facet.name in clashing else facet
            merged[name] = _merged(merged[name], own) if name in merged else own.model_copy(update={"name": name})
    languages = {schema.language for schema in schemas}
    joint = CatalogSchema(
        name="+".join(naming.key for naming in named),
        language=schemas[0].language if len(languages) == 1 else "en",
        noun={language: joined([noun_of(one, language) for one in schemas], language) for language in _LANGUAGES},
        plural=joined([plural(one) for one in schemas], "en"),
        facets=(_catalog_facet(schemas, labels), *merged.values()),
    )
    return joint, named


def _naming(schema: CatalogSchema, label: str, clashing: frozenset[str]) -> Naming:
    own = {name: f"{schema.name}_{name}" if name in clashing else name for name in (one.name for one in schema.facets)}
    return Naming(schema.name.replace(":", "-"), label, own)


def plural(schema: CatalogSchema) -> str:
    """The English plural of a catalog's noun."""
    return schema.plural or f"{schema.noun.get('en', 'item')}s"


def _clashing(schemas: Sequence[CatalogSchema]) -> frozenset[str]:
    """Names of facets that mean different things in different catalogs, and the name that the joint one needs."""
    kinds: dict[str, set[tuple[FacetKind, str, FacetRole | None]]] = {}
    for facet in (facet for schema in schemas for facet in schema.facets):
        kinds.setdefault(facet.name, set()).add((facet.kind, facet.unit, facet.role))
    return frozenset({CATALOG, *(name for name, found in kinds.items() if len(found) > 1)})


def _told_apart(facet: Facet, schema: CatalogSchema) -> Facet:
    """A facet whose names say of what: the price of a product, 商品价格."""
    joined = {"en": "{} {}", "zh": "{}{}"}
    names = {
        language: (*(joined[language].format(noun_of(schema, language), word) for word in words), *words)
        for language, words in facet.names.items()
    }
    return facet.model_copy(update={"names": names})


def _merged(one: Facet, other: Facet) -> Facet:
    """One facet for both: what either is called, and all other words for its values."""
    names = {
        language: tuple(dict.fromkeys((*one.names.get(language, ()), *other.names.get(language, ()))))
        for language in (*one.names, *other.names)
    }
    spelt = {normalize(value): value for value in reversed((*one.aliases, *other.aliases))}
    aliases: dict[str, tuple[str, ...]] = {}
    for value, words in (*one.aliases.items(), *other.aliases.items()):
        known = spelt[normalize(value)]
        aliases[known] = tuple(dict.fromkeys((*aliases.get(known, ()), *words)))
    askable = one.askable and other.askable
    return one.model_copy(update={"names": names, "aliases": aliases, "askable": askable})


def _labels(schemas: Sequence[CatalogSchema]) -> list[str]:
    """The noun of each catalog, where no other has it; else its name."""
    nouns = [noun_of(schema, "en") for schema in schemas]
    counts = Counter(map(normalize, nouns))
    return [noun if counts[normalize(noun)] == 1 else one.name for noun, one in zip(nouns, schemas, strict=True)]


def noun_of(schema: CatalogSchema, language: Language) -> str:
    """What a catalog calls one of its items."""
    return schema.noun.get(language) or schema.noun.get("en", "item")


def joined(words: Sequence[str], language: Language) -> str:
    """ "book, movie or game": each word once."""
    once = list(dict.fromkeys(words))
    comma, last = _AND[language]
    return last.join((comma.join(once[:-1]), once[-1])) if len(once) > 1 else once[0]


def _catalog_facet(schemas: Sequence[CatalogSchema], labels: Sequence[str]) -> Facet:
    said = [_words(schema) for schema in schemas]
    shared = {word for word, count in Counter(word for words in said for word in words).items() if count > 1}
    aliases = {
        label: tuple(word for word in (*words, *_named(schema)) if word not in shared and word != normalize(label))
        for label, words, schema in zip(labels, said, schemas, strict=True)
    }
    return Facet(name=CATALOG, kind=FacetKind.CATEGORICAL, role=FacetRole.CATALOG, names=_LABELS, aliases=aliases)


def _named(schema: CatalogSchema) -> tuple[str, ...]:
    """The catalog's name, and of a file without a schema, which has no noun, one of them: teas, tea."""
    name = schema.name
    return (name, name.removesuffix("s")) if noun_of(schema, "en") == "item" and name.endswith("s") else (name,)


def _words(schema: CatalogSchema) -> tuple[str, ...]:
    """What people call the items of a catalog: its noun first, then what else is known for it."""
    own = tuple(dict.fromkeys(map(normalize, (noun_of(schema, "en"), plural(schema), noun_of(schema, "zh")))))
    groups = [group for group in _kinds() if set(group) & {own[0], own[-1]}]
    return tuple(dict.fromkeys((*own, *(word for group in groups for word in group))))


@cache
def _kinds() -> tuple[tuple[str, ...], ...]:
    text = Path(__file__).with_name("joint_kinds.yaml").read_text(encoding="utf-8")
    return tuple(tuple(map(str, group)) for group in yaml.safe_load(text))
