"""An item as it is stored: JSON text, content hashes, and the flat metadata that Chroma can filter by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...items import FacetValue, Item

Flat = dict[str, str | float | bool]
_ITEM, _HASH, TEXT_HASH, _ORDER, _LIVE = "_item", "_hash", "_text_hash", "_order", "_live"
_JOIN = " | "


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of a stored item without reading it."""

    content: str
    text: str
    order: float
    live: bool
    """Added through the API rather than read from the source file."""


def item_to_json(item: Item) -> str:
    """`[id, title, text, facets, image]`."""
    return json.dumps([item.id, item.title, item.text, item.facets, item.image], ensure_ascii=False)


def item_from_json(fields: Sequence[Any]) -> Item:
    """The item of a parsed `item_to_json`."""
    identifier, title, text, facets, image = fields
    return Item(identifier, title, text, {name: _thawed(value) for name, value in facets.items()}, image)


def digest(text: str) -> str:
    """A short content hash."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def flat_metadata(item: Item, text: str, order: float, *, live: bool) -> Flat:
    """Scalar facets to filter by, and the whole item."""
    body = item_to_json(item)
    facets = {name: _JOIN.join(value) if isinstance(value, tuple) else value for name, value in item.facets.items()}
    return {**facets, _ITEM: body, _HASH: digest(body), TEXT_HASH: digest(text), _ORDER: order, _LIVE: live}


def stored_from(metadata: Mapping[str, Any]) -> Stored:
    """The hashes and the place of a stored item."""
    return Stored(metadata[_HASH], metadata[TEXT_HASH], metadata[_ORDER], metadata[_LIVE])


def item_from_metadata(metadata: Mapping[str, Any]) -> Item:
    """The whole item."""
    return item_from_json(json.loads(metadata[_ITEM]))


def _thawed(value: Any) -> FacetValue:
    return tuple(value) if isinstance(value, list) else value
