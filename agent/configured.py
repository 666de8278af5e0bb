"""A recommender by the settings, over storage that the caller has opened."""

from __future__ import annotations

from threading import Event

from langgraph.store.base import BaseStore
from langgraph.types import Checkpointer

from ..graphs.policies import Policies
from ..tools.catalog import Catalog
from .recommender import Recommender, create_recommender
from .settings import Settings


def configured(
    settings: Settings,
    catalog: Catalog,
    *,
    store: BaseStore | None,
    checkpointer: Checkpointer,
    model: str | None = None,
    policies: Policies | None = None,
    temperature: float = 0.0,
    warm: bool | Event = True,
) -> Recommender:
    """`create_recommender` with what the settings say; `model` goes before theirs.

    It loads in the background what the first turn needs, unless `warm` is False; an Event is set once that is done.
    """
    return create_recommender(
        catalog,
        model or settings.model,
        base_url=settings.base_url,
        store=store,
        checkpointer=checkpointer,
        policies=policies,
        temperature=temperature,
        ranker=settings.ranker,
        correct=settings.corrections,
        shots=settings.shots,
        timeout_s=settings.timeout_s,
        max_retries=settings.max_retries,
        warm=warm,
    )
