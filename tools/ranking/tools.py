"""LangChain tool over a ranker: which of these items suit this person best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.tools import BaseTool
from langgraph.prebuilt import ToolRuntime
from pydantic import BaseModel, Field

from ..calling import OUTSIDE, as_tool
from ..candidates import Candidate
from ..catalog import Catalog, SearchRequest
from ..catalog.tools import Required, brief, candidate, to_json
from ..constraints import Constraint, admits, parse_filter, render
from ..errors import ToolInputError
from ..profile.model import Preference
from .causes import AskedLike, Cause, FeedbackOn, Named, ShownPicture
from .evidence import Evidence, evidence_of
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


def ranking_tools(
    catalog: Catalog, ranker: Callable[[], Ranker], *, required: Required, taste: Taste
) -> list[BaseTool]:
    """rank_items. `ranker` is called at the first ranking; `taste` gives what is remembered of the person asking."""

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
        held = (*parse_filter(filter, catalog.schema), *required(runtime))
        request = SearchRequest(query, held, tuple(similar_to), frozenset(disliked), POOL)
        candidates = _given(catalog, item_ids, held) if item_ids else _found(catalog, request)
        signals, preferences = taste(runtime)
        said = [*(Signal(one, 1.0) for one in liked), *(Signal(one, -1.0) for one in disliked)]
        context = RankingContext(
            query_vector=catalog.embed_query(query) if query.strip() else None,
            retrieval=candidates,
            history=[*signals, *said],
            preferences=preferences,
            similar_to=list(similar_to),
        )
        best = rank(ranker().score(context, list(candidates)), limit)
        known = evidence_of(ranker(), context, [one.item_id for one in best])
        rows = [_row(catalog, one, why) for one, why in zip(best, known, strict=True)]
        return to_json({"items": rows}), [candidate(one.item_id, "rank_items", one.probability) for one in best]

    about = (
        "Orders items by how well they suit the person: the request, what they liked and disliked, what is remembered "
        "of them, and what people with the same taste like. Says why."
    )
    return [as_tool(rank_items, RankArguments, about, form="content_and_artifact")]


def _given(catalog: Catalog, item_ids: Sequence[str], held: Sequence[Constraint]) -> dict[str, float]:
    """Those that meet the constraints; no search has scored them. Raises UnknownItemError."""
    return {item_id: 0.0 for item_id in item_ids if admits(held, catalog.item(item_id))}


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
