"""What the models are told: the catalog, what was shown, what holds, as the typed briefs of `briefs.py`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from langchain_core.tools import BaseTool

from ..tools.catalog import Catalog
from ..tools.catalog.joint_schema import noun_of
from ..tools.constraints import render_all
from ..tools.items import Facet, FacetKind, FacetRole, FacetValue, Item, Language
from .briefs import FacetCard, RecommendedItem, ReplyBrief, ShownItem, ToolCard, UnderstandBrief
from .nouns import nouns
from .parts import Parts
from .state import Need, Recommendation, RecommenderState, ShownList

MOST_VALUES = 30
MOST_EARLIER_ITEMS = 20
_TEXT_LENGTH = 300


@lru_cache(maxsize=16)
def facet_cards(catalog: Catalog, revision: int) -> tuple[FacetCard, ...]:  # noqa: ARG001 - the revision keys the cache
    """The facets of a catalog as a model sees them, computed once per revision."""
    return tuple(_card(catalog, facet) for facet in catalog.schema.facets)


def _card(catalog: Catalog, facet: Facet) -> FacetCard:
    found = catalog.statistics(facet.name)
    numeric = facet.kind is FacetKind.NUMERIC
    listed = not numeric and facet.role is not FacetRole.IDENTIFIER
    return FacetCard(
        name=facet.name,
        kind=facet.kind.value,
        role=facet.role.value if facet.role else "",
        unit=facet.unit,
        values=tuple(list(found.counts)[:MOST_VALUES]) if listed else (),
        low=found.low if numeric else None,
        high=found.high if numeric else None,
    )


def understand_brief(parts: Parts, state: RecommenderState) -> UnderstandBrief:
    """Everything needed to understand the newest message."""
    catalog, shown, asked, last = parts.catalog, state.get("shown", []), state.get("asked"), state.get("turn")
    return UnderstandBrief(
        catalog=catalog.name,
        noun=catalog.schema.noun.get("en", "item"),
        facets=facet_cards(catalog, catalog.revision),
        shown=_newest(catalog, shown),
        shown_before=_earlier(catalog, shown),
        in_focus=tuple(one for one in state.get("in_focus", []) if one in catalog),
        constraints=state.get("need", Need()).constraints,
        asked_facet=asked.facet if asked else "",
        asked_values=asked.values if asked else (),
        last_query=state.get("need", Need()).query,
        last_intent=last.intent if last else None,
        last_language=last.language if last else None,
        catalog_language=catalog.schema.language or "en",
        tools=tuple(_tool_card(tool) for tool in parts.tools),
        picture=state.get("picture") is not None,
    )


def _newest(catalog: Catalog, shown: list[ShownList]) -> tuple[ShownItem, ...]:
    items = [one for one in (shown[-1].items if shown else ()) if one.item_id in catalog]
    return tuple(_shown_item(catalog, one, rank) for rank, one in enumerate(items, start=1))


def _earlier(catalog: Catalog, shown: list[ShownList]) -> tuple[ShownItem, ...]:
    newest = {one.item_id for one in shown[-1].items} if shown else set()
    seen = {one.item_id: one for items in reversed(shown[:-1]) for one in items.items if one.item_id not in newest}
    rows = [one for one in seen.values() if one.item_id in catalog][:MOST_EARLIER_ITEMS]
    return tuple(_shown_item(catalog, one, rank) for rank, one in enumerate(rows, start=1))


def _shown_item(catalog: Catalog, one: Recommendation, rank: int) -> ShownItem:
    return ShownItem(id=one.item_id, title=one.title, rank=rank, facets=catalog.item(one.item_id).facets)


def _tool_card(tool: BaseTool) -> ToolCard:
    properties: Mapping[str, Mapping[str, str]] = tool.get_input_jsonschema().get("properties", {})
    kinds = {name: str(spec.get("type", "string")) for name, spec in properties.items()}
    return ToolCard(name=tool.name, description=tool.description, parameters=kinds)


def recommended_items(catalog: Catalog, rows: Iterable[Recommendation]) -> tuple[RecommendedItem, ...]:
    """Items of the catalog with the reasons and disclosures that may be said of them."""
    return tuple(
        described(catalog.item(one.item_id), reasons=one.reasons, disclosures=one.disclosures)
        for one in rows
        if one.item_id in catalog
    )


def described(item: Item, *, reasons: tuple[str, ...] = (), disclosures: tuple[str, ...] = ()) -> RecommendedItem:
    """An item as the reply may speak of it."""
    return RecommendedItem(
        id=item.id,
        title=item.title,
        facets=item.facets,
        reasons=reasons,
        disclosures=disclosures,
        text=item.text[:_TEXT_LENGTH],
    )


def reply_frame(parts: Parts, language: Language, need: Need) -> dict[str, object]:
    """The fields of a `ReplyBrief` that depend on the catalog, and on which of several is asked for."""
    schema = parts.catalog.schema
    return {
        **nouns(need.constraints, parts.catalog, language),
        "facet_labels": {one.name: one.label(language) for one in schema.facets},
        "facet_units": {one.name: one.unit for one in schema.facets if one.unit},
        "facet_roles": {one.name: one.role.value for one in schema.facets if one.role},
    }


def said_constraints(parts: Parts, need: Need, language: Language) -> tuple[str, ...]:
    """The person's own constraints, rendered in the language of the reply; the kind of thing is its noun already."""
    schema = parts.catalog.schema
    kind = schema.by_role(FacetRole.CATALOG)
    held = [one for one in need.constraints if one.hard and not (kind and one.facet == kind.name)]
    return render_all(held, schema, language)


def make_brief(parts: Parts, state: RecommenderState, **facts: object) -> ReplyBrief:
    """A `ReplyBrief` for this turn: language, emotion and intent as understood, the rest as given."""
    said = state.get("understanding")
    assert said is not None
    items = _told_apart(facts.pop("items", ()), parts.catalog, said.language)
    return ReplyBrief.model_validate(
        {
            "items": items,
            "intent": said.intent,
            "language": said.language,
            "emotion": said.emotion,
            "variety": state.get("turn_number", 0),
            **reply_frame(parts, said.language, state.get("need", Need())),
            **facts,
        }
    )


def _told_apart(items: Any, catalog: Catalog, language: Language) -> tuple[RecommendedItem, ...]:
    """Items of several catalogs with the noun of each as a fact; of one catalog without: it goes without saying."""
    facet = catalog.schema.by_role(FacetRole.CATALOG)
    rows: tuple[RecommendedItem, ...] = tuple(items)
    if facet is None:
        return rows
    mixed = len({one.facets.get(facet.name) for one in rows}) > 1
    return tuple(
        one.model_copy(update={"facets": _with_noun(one, facet, catalog, language) if mixed else _without(one, facet)})
        for one in rows
    )


def _with_noun(one: RecommendedItem, facet: Facet, catalog: Catalog, language: Language) -> dict[str, FacetValue]:
    home, _ = catalog.home_of(one.id)
    return {**one.facets, facet.name: noun_of(home.schema, language)}


def _without(one: RecommendedItem, facet: Facet) -> dict[str, FacetValue]:
    return {name: value for name, value in one.facets.items() if name != facet.name}
