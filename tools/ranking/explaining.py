"""LangChain tool over a ranker: why one item suits this person, or does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.tools import BaseTool
from langgraph.prebuilt import ToolRuntime
from pydantic import BaseModel, Field

from ..calling import OUTSIDE, as_tool
from ..catalog import Catalog, SearchRequest
from ..catalog.tools import brief, to_json
from ..constraints import admits, parse_filter, render
from ..standing import StandingOf
from .asking import POOL, Asked, Taste, context_for, found
from .evidence import Evidence, evidence
from .protocol import Ranker
from .said import said_of


class ExplainArguments(BaseModel):
    """Arguments of explain_item."""

    item_id: str = Field(description="Id of the item, as a search returned it.")
    query: str = Field("", description="What is wanted now, in plain words.")
    filter: str = Field("", description="Conditions that hold now, such as: price<500.")
    similar_to: list[str] = Field(default_factory=list, description="Ids of items to find more of.")
    liked: list[str] = Field(default_factory=list, description="Ids the person liked in this conversation.")
    disliked: list[str] = Field(default_factory=list, description="Ids the person did not like in this conversation.")


def explain_tool(catalog: Catalog, ranker: Callable[[], Ranker], *, standing: StandingOf, taste: Taste) -> BaseTool:
    """explain_item; the arguments are those of `rank_tool`."""

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
        candidates = found(catalog, SearchRequest(query, (), tuple(similar_to), frozenset(disliked), POOL))
        asked = Asked(query, tuple(similar_to), tuple(liked), tuple(disliked))
        context = context_for(catalog, asked, {item_id: 0.0, **candidates}, taste(runtime))
        broken = [render(one, catalog.schema, "en") for one in held if not admits([one], item)]
        return to_json(_explained(catalog, evidence(ranker(), context, item_id)) | {"breaks": broken})

    about = (
        "Explains one item for this person: the parts that its score is the sum of, what of the request, the feedback "
        "and the memory speaks for it or against it and by how much, and which conditions it breaks."
    )
    return as_tool(explain_item, ExplainArguments, about)


def _explained(catalog: Catalog, why: Evidence) -> dict[str, Any]:
    said = [(said_of(catalog, one.cause), round(one.drop, 3)) for one in why.because]
    return {
        "item": brief(catalog.item(why.item_id), catalog.schema),
        "score": round(why.score, 3),
        "contributions": {name: round(value, 3) for name, value in why.contributions.items()},
        "for": [{"cause": cause, "worth": worth} for cause, worth in said if worth > 0],
        "against": [{"cause": cause, "worth": worth} for cause, worth in said if worth < 0],
    }
