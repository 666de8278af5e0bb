"""What a request to forget removes: matching by words, and what must go or be blanked along with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..items import CatalogSchema, Facet, FacetRole
from ..normalize import normalize
from .merge import is_stated, resolve
from .model import ItemEvent, LastingConstraint, Preference
from .records import Record, Remembered
from .words import Words, target_words, union, words

_PRICE_WORDS = ("price", "budget", "cost", "spend", "money", "预算", "价格", "价位", "价钱", "人均", "花费")


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Records to remove, and records that stay with their evidence blanked."""

    removed: tuple[Record, ...]
    redacted: tuple[Record, ...]


def plan_forgetting(records: Sequence[Record], target: str, schemas: Mapping[str, CatalogSchema]) -> Forgetting:
    """Which records the request is about.

    A record goes when the target names its value, its facet, its title or its own words, and with it all that it
    replaced, so that nothing older comes back. A sentence that said several things ("horror and comedy") is blanked
    in the records that stay. A whole title means that item, not a genre that occurs in it ("Rocky Horror Picture
    Show"); part of a title counts only when nothing else matches.
    """
    wanted = target_words(target)
    titled = any(_is_title(target, wanted, one.content) for one in records)
    named = [one for one in records if (_is_exactly if titled else _names)(target, wanted, one.content, schemas)]
    said = {_evidence(one.content) for one in named} - {""}
    quoting = [one for one in records if one not in named and wanted.within(_spoken(one.content))]
    own_words = [one for one in quoting if _evidence(one.content) not in said]
    hit = named + own_words or [one for one in records if wanted.within(words(_title(one.content)))]
    removed = _with_replaced(records, hit)
    sentences = {_evidence(one.content) for one in removed} - {""}
    shared = [one for one in records if one not in removed and _evidence(one.content) in sentences]
    return Forgetting(tuple(removed), tuple(_blanked(one) for one in shared))


def _is_title(target: str, wanted: Words, content: Remembered) -> bool:
    """Whether the target is the title or the id of an item, and nothing else."""
    if not isinstance(content, ItemEvent):
        return False
    if normalize(target) in (normalize(content.title), normalize(content.item_id)):
        return True
    return bool(wanted) and target_words(content.title) == wanted


def _is_exactly(target: str, wanted: Words, content: Remembered, _schemas: Mapping[str, CatalogSchema]) -> bool:
    if isinstance(content, ItemEvent):
        return _is_title(target, wanted, content)
    return any(target_words(value) == wanted for value in _values(content))


def _names(target: str, wanted: Words, content: Remembered, schemas: Mapping[str, CatalogSchema]) -> bool:
    """Whether the target names the subject of a statement, or holds the title of an item among other words."""
    if isinstance(content, ItemEvent):
        return target_words(content.title).within(wanted)
    facets = _facets(content, schemas)
    if any(_is_facet(wanted, facet) for facet in facets) or normalize(target) in map(normalize, _values(content)):
        return True
    labels = union(words(label) for facet in facets for label in _labels(facet))
    return any(_is_value(wanted, words(value), labels) for value in _aliased(content, facets))


def _is_value(wanted: Words, value: Words, labels: Words) -> bool:
    """The target holds the whole value ("horror films"), or names part of it ("science" of science fiction)."""
    return bool(wanted) and (value.within(wanted) or wanted.without(labels).within(value))


def _is_facet(wanted: Words, facet: Facet) -> bool:
    return any(bool(wanted) and words(label) == wanted for label in _labels(facet))


def _labels(facet: Facet) -> tuple[str, ...]:
    spoken = tuple(name for names in facet.names.values() for name in names)
    priced = facet.role is FacetRole.PRICE or facet.name.casefold() in _PRICE_WORDS
    return (facet.name.replace("_", " "), *spoken, *(_PRICE_WORDS if priced else ()))


def _facets(content: Preference | LastingConstraint, schemas: Mapping[str, CatalogSchema]) -> list[Facet]:
    name = content.facet if isinstance(content, Preference) else content.constraint.facet
    scope = [schemas[content.catalog]] if content.catalog in schemas else [] if content.catalog else schemas.values()
    if not name:
        return [facet for schema in scope for facet in schema.facets if _has_value(facet, _values(content))]
    found = [facet for schema in scope if (facet := schema.facet(name))]
    return found or [Facet.model_validate({"name": name, "kind": "categorical"})]


def _has_value(facet: Facet, values: Sequence[str]) -> bool:
    known = {normalize(value) for value in facet.aliases}
    return any(normalize(value) in known for value in values)


def _values(content: Preference | LastingConstraint) -> list[str]:
    if isinstance(content, Preference):
        return [content.value]
    return [value if isinstance(value, str) else f"{float(value):g}" for value in content.constraint.values]


def _aliased(content: Preference | LastingConstraint, facets: Sequence[Facet]) -> list[str]:
    """The values of a statement with the other words that the catalog knows for them."""
    own = _values(content)
    same = {normalize(value) for value in own}
    known = [(value, aliases) for facet in facets for value, aliases in facet.aliases.items()]
    return own + [word for value, aliases in known if normalize(value) in same for word in aliases]


def _spoken(content: Remembered) -> Words:
    """The person's own words; what was read from behaviour was never said."""
    return words(_evidence(content)) if isinstance(content, ItemEvent) or is_stated(content) else words("")


def _evidence(content: Remembered) -> str:
    return content.reason if isinstance(content, ItemEvent) else content.evidence


def _title(content: Remembered) -> str:
    return content.title if isinstance(content, ItemEvent) else ""


def _with_replaced(records: Sequence[Record], hit: Sequence[Record]) -> list[Record]:
    """The records hit, and those that they replaced, directly or in turn."""
    statements = [one for one in records if not isinstance(one.content, ItemEvent)]
    resolution = resolve([one.content for one in statements if not isinstance(one.content, ItemEvent)])
    gone = {one.store_key for one in hit}
    for old, new in reversed(resolution.replaced):
        if statements[new].store_key in gone:
            gone.add(statements[old].store_key)
    return [one for one in records if one.store_key in gone]


def _blanked(record: Record) -> Record:
    field = "reason" if isinstance(record.content, ItemEvent) else "evidence"
    return Record(record.store_key, record.key, record.content.model_copy(update={field: ""}))
