"""Reasons in words: each ground that held true of an item, said in the language of the reply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import yaml

from ...tools.catalog import Catalog
from ...tools.constraints import render_all, show_number
from ...tools.items import FacetRole, Item, Language
from ..state import Ground, GroundKind, Recommendation

MOST = 3
_SHOWN_QUERY = 60
_TITLED = {"书", "图书", "书籍", "电影", "影片", "音乐", "专辑", "歌曲", "课程"}
"""Chinese nouns whose titles stand in 《》; anything else stands in quotation marks."""


@lru_cache(maxsize=1)
def _templates() -> Mapping[Language, Mapping[str, str]]:
    return yaml.safe_load(Path(__file__).with_name("reasons.yaml").read_text("utf-8"))


def reasons_of(one: Recommendation, catalog: Catalog, language: Language) -> tuple[str, ...]:
    """At most three reasons of a recommendation, the strongest first."""
    item = catalog.item(one.item_id)
    said = [words for ground in one.grounds for words in _said(ground, item, catalog, language)]
    return tuple(dict.fromkeys(said))[:MOST]


def hinge_note(one: Recommendation, catalog: Catalog, language: Language) -> str:
    """That without some likes it would not have been recommended; empty when they have left the catalog."""
    known = [item_id for item_id in one.hinges_on if item_id in catalog]
    if not known or len(known) < len(one.hinges_on):
        return ""
    words = _templates()[language]
    liked = words["and"].join(_title(item_id, catalog, language) for item_id in known)
    return words["hinges"].format(liked=liked, title=_title(one.item_id, catalog, language))


def _said(ground: Ground, item: Item, catalog: Catalog, language: Language) -> Iterator[str]:
    template, words = _templates()[language][ground.kind], _words(ground, item, catalog, language)
    if words is not None:
        yield template.format(words)


def _words(ground: Ground, item: Item, catalog: Catalog, language: Language) -> str | None:
    """What the template speaks of; None when it no longer exists."""
    if ground.constraints:
        return ("、" if language == "zh" else ", ").join(render_all(ground.constraints, catalog.schema, language))
    if ground.item_id:
        return _title(ground.item_id, catalog, language) if ground.item_id in catalog else None
    if ground.kind is GroundKind.RATED:
        return _number(item, catalog, FacetRole.RATING, language)
    if ground.kind is GroundKind.POPULAR:
        return _number(item, catalog, FacetRole.POPULARITY, language)
    return ground.value[:_SHOWN_QUERY]


def _title(item_id: str, catalog: Catalog, language: Language) -> str:
    title, (home, _) = catalog.item(item_id).title, catalog.home_of(item_id)
    if language == "en":
        return title
    return f"《{title}》" if home.schema.noun.get("zh") in _TITLED else f"“{title}”"


def _number(item: Item, catalog: Catalog, role: FacetRole, language: Language) -> str | None:
    facet = catalog.schema.by_role(role)
    value = item.facets.get(facet.name) if facet else None
    return show_number(float(value), facet, language) if isinstance(value, int | float) else None
