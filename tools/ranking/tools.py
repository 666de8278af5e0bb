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
from ..catalog.tools import brief, candidate, to_json
from ..constraints import Constraint, admits, parse_filter
from ..errors import ToolInputError
from ..standing import Standing, StandingOf
from .asking import POOL, Asked, Taste, context_for, found
from .evidence import Evidence, evidence_of
from .protocol import Ranker
from .rank import Ranked, rank
from .said import said_of

MOST_CAUSES = 3


class RankArguments(BaseModel):
    """Arguments of rank_items."""

    item_ids: list[str] = Field(default_factory=list, max_length=POOL, description="Ids to rank; empty: search first.")
    query: str = Field("", description="What is wanted now, in plain words. Needed when there are no item_ids.")
    filter: str = Field("", description="Conditions that every item meets, such as: price<500.")
    similar_to: list[str] = Field(default_factory=list, description="Ids of items to find more of.")
    liked: list[str] = Field(default_factory=list, description="Ids the person liked in this conversation.")
    disliked: list[str] = Field(default_factory=list, description="Ids the person did not like in this conversation.")
    limit: int = Field(5, ge=1, le=50, description="How many, best first.")


def rank_tool(catalog: Catalog, ranker: Callable[[], Ranker], *, standing: StandingOf, taste: Taste) -> BaseTool:
    """rank_items.

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
        candidates = _given(catalog, item_ids, held, always) if item_ids else found(catalog, request)
        asked = Asked(query, tuple(similar_to), tuple(liked), tuple(disliked))
        context = context_for(catalog, asked, candidates, taste(runtime))
        best = rank(ranker().score(context, list(candidates)), limit)
        known = evidence_of(ranker(), context, [one.item_id for one in best])
        rows = [_row(catalog, one, why) for one, why in zip(best, known, strict=True)]
        return to_json({"items": rows}), [candidate(one.item_id, "rank_items", one.probability) for one in best]

    about = (
        "Orders items by how well they suit the person: the request, what they liked and disliked, what is remembered "
        "of them, and what people with the same taste like. Says why."
    )
    return as_tool(rank_items, RankArguments, about, form="content_and_artifact")


def _given(catalog: Catalog, item_ids: Sequence[str], held: Sequence[Constraint], always: Standing) -> dict[str, float]:
    """Those that meet the constraints and are not away; no search has scored them. Raises UnknownItemError."""
    items = always.items(catalog, item_ids)
    return {one.id: 0.0 for one in items if one.id not in always.away and admits(held, one)}


def _row(catalog: Catalog, ranked: Ranked, why: Evidence) -> dict[str, Any]:
    because = [one.cause for one in why.because if one.drop > 0][:MOST_CAUSES]
    item = brief(catalog.item(ranked.item_id), catalog.schema)
    said = [said_of(catalog, cause) for cause in because]
    return {**item, "score": round(ranked.score, 3), "because": said}
