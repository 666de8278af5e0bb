"""What the models are told: the catalog, what was shown, what holds, as the typed briefs of `briefs.py`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from langchain_core.tools import BaseTool

from ..tools.catalog import Catalog
from ..tools.constraints import render_all
from ..tools.items import Facet, FacetKind, Item, Language
from .briefs import FacetCard, RecommendedItem, ReplyBrief, ShownItem, ToolCard, UnderstandBrief
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
    return FacetCard(
        name=facet.name,
        kind=facet.kind.value,
        role=facet.role.value if facet.role else "",
        unit=facet.unit,
        values=() if numeric else tuple(list(found.counts)[:MOST_VALUES]),
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


def reply_frame(parts: Parts, language: Language) -> dict[str, object]:
    """The fields of a `ReplyBrief` that depend on the catalog alone."""
    schema = parts.catalog.schema
    return {
        "noun": schema.noun.get(language, schema.noun.get("en", "item")),
        "plural": schema.plural if language == "en" else "",
        "facet_labels": {one.name: one.label(language) for one in schema.facets},
        "facet_units": {one.name: one.unit for one in schema.facets if one.unit},
        "facet_roles": {one.name: one.role.value for one in schema.facets if one.role},
    }


def said_constraints(parts: Parts, need: Need, language: Language) -> tuple[str, ...]:
    """The person's own constraints, rendered in the language of the reply."""
    return render_all([one for one in need.constraints if one.hard], parts.catalog.schema, language)


def make_brief(parts: Parts, state: RecommenderState, **facts: object) -> ReplyBrief:
    """A `ReplyBrief` for this turn: language, emotion and intent as understood, the rest as given."""
    said = state.get("understanding")
    assert said is not None
    return ReplyBrief.model_validate(
        {
            "intent": said.intent,
            "language": said.language,
            "emotion": said.emotion,
            "variety": state.get("turn_number", 0),
            **reply_frame(parts, said.language),
            **facts,
        }
    )
