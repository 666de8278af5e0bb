"""The words of an offer: its text, the values of its facets, the options it is sold in, and named facts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from ..column_names import key_of
from ..values import as_text, is_missing
from .facets import facet_of_option, words_facets
from .offers import Offer
from .plaintext import plain_text

_SPLIT = {"color": r"[/、]", "material": r"[/、]", "tags": r"[,，、]", "gtin": r"[,;]"}
"""What separates several values in one field: Google writes Black/Gold, Shopify linen, summer."""
_DEEPER = re.compile("[>›»]")
_ENUMERATED = ("condition", "gender", "age_group")


def text_of(offer: Offer) -> str:
    """The description, then the highlights, as plain text."""
    highlights = offer.get("highlights")
    more = highlights if isinstance(highlights, list) else [highlights] if highlights else []
    parts = (plain_text(as_text(part)) for part in (offer.text("description"), *more))
    return "\n".join(part for part in parts if part)


def facet_words(offer: Offer) -> dict[str, tuple[str, ...]]:
    """Facet -> values; a category is the innermost level of its path, all other levels are departments."""
    found = {
        part: _values(offer.get(part), _SPLIT.get(part, ""))
        for part in words_facets() - {"availability"}
        if part in offer.parts
    }
    found |= {part: tuple(map(_enumerated, found[part])) for part in _ENUMERATED if part in found}
    own, general = (_paths(offer.get(part)) for part in ("category", "taxonomy"))
    found["category"] = tuple(dict.fromkeys(path[-1] for path in own or general))
    levels = (level for path in (*own, *general) for level in path)
    found["department"] = tuple(dict.fromkeys(level for level in levels if level not in found["category"]))
    if offer.text("id") and offer.text("group") and "sku" not in found:
        found["sku"] = (offer.text("id"),)
    return {part: values for part, values in found.items() if values}


def _enumerated(value: str) -> str:
    """`New`, `NewCondition` and `new` are one."""
    return value.casefold().removesuffix("condition").strip() or value


def _paths(value: object) -> list[list[str]]:
    """`Home > Kitchen > Mugs` from the outermost level in; numbers of a taxonomy are no paths."""
    paths = [[level.strip() for level in _DEEPER.split(path) if level.strip()] for path in _values(value, "")]
    return [path for path in paths if path and not path[-1].isdigit()]


def _values(value: object, mark: str) -> tuple[str, ...]:
    several = value if isinstance(value, (list, tuple)) else [value]
    texts = [plain_text(as_text(one)) for one in several if not is_missing(one) and not isinstance(one, Mapping)]
    split = [part.strip() for text in texts for part in (re.split(mark, text) if mark else [text])]
    return tuple(dict.fromkeys(part.rpartition("schema.org/")[2] for part in split if part))


def options(offer: Offer) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """The choices that make the variant, by facet, and the names of those that have no facet of their own."""
    values, names = {}, {}
    for name, value in _pairs(offer):
        facet = facet_of_option(name) or key_of(name)
        values[facet] = _values(value, "")
        if not facet_of_option(name):
            names[facet] = name
    return values, names


def _pairs(offer: Offer) -> Iterator[tuple[str, str]]:
    """(name, value) of `{"Color": "Red"}`, of [{"name": "Color", "value": "Red"}], or of "Color:Red"."""
    written = offer.get("options")
    for one in written if isinstance(written, list) else [written]:
        known = _parsed(one) if isinstance(one, str) else one
        if isinstance(known, Mapping):
            named = {str(known["name"]): known.get("value")} if "name" in known else known
            yield from ((str(name), as_text(value)) for name, value in named.items() if not is_missing(value))


def _parsed(text: str) -> Mapping[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        pairs = [part.partition(":") for part in text.split(",") if ":" in part]
        return {name.strip(): value.strip() for name, _, value in pairs}
    return found if isinstance(found, Mapping) else {}


def details(offer: Offer) -> dict[str, object]:
    """Named facts: Google's product_detail (`section:name:value`), schema.org's additionalProperty."""
    written = offer.get("details")
    several = written if isinstance(written, list) else [written]
    return {key_of(name): value for one in several for name, value in _named_facts(one) if name and value}


def _named_facts(fact: object) -> Iterator[tuple[str, str]]:
    if isinstance(fact, Mapping):
        name = as_text(fact.get("attribute_name", fact.get("name", "")))
        value = as_text(fact.get("attribute_value", fact.get("value", "")))
        yield name, f"{value} {fact.get('unitText', '')}".strip()
    elif isinstance(fact, str):
        for part in fact.split(","):
            *_, name, value = ["", *part.split(":")]
            yield name.strip(), value.strip()
