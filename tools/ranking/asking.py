"""What the ranking tools share: a call of theirs as a ranking context."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from langgraph.prebuilt import ToolRuntime

from ..catalog import Catalog, SearchRequest
from ..profile.model import Preference
from .protocol import RankingContext, Signal

POOL = 200
"""Candidates of a search."""
Taste = Callable[[ToolRuntime | None], tuple[Sequence[Signal], Sequence[Preference]]]
"""What is remembered of the person asking."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a call says of the moment."""

    query: str
    similar_to: tuple[str, ...]
    liked: tuple[str, ...]
    disliked: tuple[str, ...]


def context_for(
    catalog: Catalog,
    asked: Asked,
    candidates: Mapping[str, float],
    remembered: tuple[Sequence[Signal], Sequence[Preference]],
) -> RankingContext:
    """What the ranker is told: the call, its candidates by score, and what is remembered of the person.

    Raises UnknownItemError for an item that is said to be liked or disliked and is not in the catalog.
    """
    catalog.positions([*asked.liked, *asked.disliked])
    signals, preferences = remembered
    said = [*(Signal(one, 1.0) for one in asked.liked), *(Signal(one, -1.0) for one in asked.disliked)]
    return RankingContext(
        query_vector=catalog.embed_query(asked.query) if asked.query.strip() else None,
        retrieval=candidates,
        history=[*signals, *said],
        preferences=preferences,
        similar_to=list(asked.similar_to),
    )


def found(catalog: Catalog, request: SearchRequest) -> dict[str, float]:
    """Ids and scores of a search."""
    return {hit.item_id: hit.score for hit in catalog.search(request).hits}
