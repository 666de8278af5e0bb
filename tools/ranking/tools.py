"""LangChain tools over a ranker: which of these items suit this person best, and why one does or does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.tools import BaseTool
from langgraph.prebuilt import ToolRuntime
from pydantic import BaseModel, Field

from ..calling import OUTSIDE, as_tool
from ..candidates import Candidate
from ..catalog import Catalog, SearchRequest
from ..catalog.tools import brief, candidate, to_json
from ..constraints import Constraint, admits, parse_filter, render
from ..errors import ToolInputError
from ..profile.model import Preference
from ..standing import Standing, StandingOf
from .causes import AskedLike, Cause, FeedbackOn, Named, ShownPicture
from .evidence import Evidence, evidence, evidence_of
from .protocol import Ranker, RankingContext, Signal
from .rank import Ranked, rank

POOL = 200
MOST_CAUSES = 3

Taste = Callable[[ToolRuntime | None], tuple[Sequence[Signal], Sequence[Preference]]]


class RankArguments(BaseModel):
    """Arguments of rank_items."""

    item_ids: list[str] = Field(default_factory=list, max_length=POOL, description="Ids to rank; empty: search first.")
    query: str = Field("", description="What is wanted now, in plain words. Needed when there are no item_ids.")
    filter: str = Field("", description="Conditions that every item meets, such as: price<500.")
    similar_to: list[str] = Field(default_factory=list, description="Ids of items to find more of.")
    liked: list[str] = Field(default_factory=list, description="Ids the person liked in this conversation.")
    disliked: list[str] = Field(default_factory=list, description="Ids the person did not like in this conversation.")
    limit: int = Field(5, ge=1, le=50, description="How many, best first.")


class ExplainArguments(BaseModel):
    """Arguments of explain_item."""

    item_id: str = Field(description="Id of the item, as a search returned it.")
    query: str = Field("", description="What is wanted now, in plain words.")
    filter: str = Field("", description="Conditions that hold now, such as: price<500.")
    similar_to: list[str] = Field(default_factory=list, description="Ids of items to find more of.")
    liked: list[str] = Field(default_factory=list, description="Ids the person liked in this conversation.")
    disliked: list[str] = Field(default_factory=list, description="Ids the person did not like in this conversation.")


def ranking_tools(
    catalog: Catalog, ranker: Callable[[], Ranker], *, standing: StandingOf, taste: Taste
) -> list[BaseTool]:
    """rank_items and explain_item.

    `ranker` is called at the first ranking; `standing` gives what always holds for the person asking, and `taste` what
    is remembered of them.
    """

    def rank_items(
        item_ids: Sequence[str] = (),
        query: str = "",
        filter: str = "",
        similar_to: Sequence[str] = (),
        liked: Sequence[str] = (),
        disliked: Sequence[str] = (),
        limit: int = 5,
        runtime: ToolRuntime = OUTSIDE,
    ) -> tuple[str, list[Candidate]]:
        if not (item_ids or similar_to or query.strip() or filter.strip()):
            raise ToolInputError("There is nothing to rank.", cure="Give item_ids, or a query, filter or similar_to.")
        always = standing(runtime)
        held = (*parse_filter(filter, catalog.schema), *always.constraints)
        gone = always.away | always.hidden | frozenset(disliked)
        request = SearchRequest(query, held, tuple(similar_to), gone, POOL)
        candidates = _given(catalog, item_ids, held, always) if item_ids else _found(catalog, request)
        asked = _Asked(query, tuple(similar_to), tuple(liked), tuple(disliked))
        context = _context(catalog, asked, candidates, taste(runtime))
        best = rank(ranker().score(context, list(candidates)), limit)
        known = evidence_of(ranker(), context, [one.item_id for one in best])
        rows = [_row(catalog, one, why) for one, why in zip(best, known, strict=True)]
        return to_json({"items": rows}), [candidate(one.item_id, "rank_items", one.probability) for one in best]

    def explain_item(
        item_id: str,
        query: str = "",
        filter: str = "",
        similar_to: Sequence[str] = (),
        liked: Sequence[str] = (),
        disliked: Sequence[str] = (),
        runtime: ToolRuntime = OUTSIDE,
    ) -> str:
        always = standing(runtime)
        [item] = always.items(catalog, [item_id])
        held = (*parse_filter(filter, catalog.schema), *always.constraints)
        found = _found(catalog, SearchRequest(query, (), tuple(similar_to), frozenset(disliked), POOL))
        asked = _Asked(query, tuple(similar_to), tuple(liked), tuple(disliked))
        context = _context(catalog, asked, {item_id: 0.0, **found}, taste(runtime))
        broken = [render(one, catalog.schema, "en") for one in held if not admits([one], item)]
        return to_json(_explained(catalog, evidence(ranker(), context, item_id)) | {"breaks": broken})

    ranking = (
        "Orders items by how well they suit the person: the request, what they liked and disliked, what is remembered "
        "of them, and what people with the same taste like. Says why."
    )
    explaining = (
        "Explains one item for this person: the parts that its score is the sum of, what of the request, the feedback "
        "and the memory speaks for it or against it and by how much, and which conditions it breaks."
    )
    return [
        as_tool(rank_items, RankArguments, ranking, form="content_and_artifact"),
        as_tool(explain_item, ExplainArguments, explaining),
    ]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the call says of the moment."""

    query: str
    similar_to: tuple[str, ...]
    liked: tuple[str, ...]
    disliked: tuple[str, ...]


def _context(
    catalog: Catalog,
    asked: _Asked,
    candidates: Mapping[str, float],
    remembered: tuple[Sequence[Signal], Sequence[Preference]],
) -> RankingContext:
    signals, preferences = remembered
    said = [*(Signal(one, 1.0) for one in asked.liked), *(Signal(one, -1.0) for one in asked.disliked)]
    return RankingContext(
        query_vector=catalog.embed_query(asked.query) if asked.query.strip() else None,
        retrieval=candidates,
        history=[*signals, *said],
        preferences=preferences,
        similar_to=list(asked.similar_to),
    )


def _explained(catalog: Catalog, why: Evidence) -> dict[str, Any]:
    said = [(said_of(catalog, one.cause), round(one.drop, 3)) for one in why.because]
    return {
        "item": brief(catalog.item(why.item_id), catalog.schema),
        "score": round(why.score, 3),
        "contributions": {name: round(value, 3) for name, value in why.contributions.items()},
        "for": [{"cause": cause, "worth": worth} for cause, worth in said if worth > 0],
        "against": [{"cause": cause, "worth": worth} for cause, worth in said if worth < 0],
    }


def _given(catalog: Catalog, item_ids: Sequence[str], held: Sequence[Constraint], always: Standing) -> dict[str, float]:
    """Those that meet the constraints and are not away; no search has scored them. Raises UnknownItemError."""
    items = always.items(catalog, item_ids)
    return {one.id: 0.0 for one in items if one.id not in always.away and admits(held, one)}


def _found(catalog: Catalog, request: SearchRequest) -> dict[str, float]:
    return {hit.item_id: hit.score for hit in catalog.search(request).hits}


def _row(catalog: Catalog, ranked: Ranked, why: Evidence) -> dict[str, Any]:
    because = [one.cause for one in why.because if one.drop > 0][:MOST_CAUSES]
    item = brief(catalog.item(ranked.item_id), catalog.schema)
    said = [said_of(catalog, cause) for cause in because]
    return {**item, "score": round(ranked.score, 3), "because": said}


def said_of(catalog: Catalog, cause: Cause) -> str:
    """The cause in a few English words."""
    if isinstance(cause, AskedLike):
        return f"like {catalog.item(cause.item_id).title}"
    if isinstance(cause, FeedbackOn):
        return f"feedback on {catalog.item(cause.item_id).title}"
    if isinstance(cause, ShownPicture):
        return "looks like the picture"
    if isinstance(cause, Named):
        return f"{cause.name} came up"
    if isinstance(cause, Preference):
        return f"likes {cause.value}" if cause.weight > 0 else f"does not like {cause.value}"
    return render(cause, catalog.schema, "en")
