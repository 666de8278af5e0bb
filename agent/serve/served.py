"""`Served`: what the routes and adapters of one server share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from threading import Event
from typing import TYPE_CHECKING

from langgraph.checkpoint.base import BaseCheckpointSaver

from ...tools.catalog import Catalog
from ...tools.profile.joint import memory_for
from ...tools.profile.memory import ProfileMemory
from ..recommender import Recommender
from ..state.locks import ThreadLock
from .admission import TurnLimits
from .conversations import Conversations
from .identity import Keys
from .openai.places import Places
from .turns import Turns

if TYPE_CHECKING:
    from .metrics import Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One recommender and what stands around it; made by `served`."""

    recommender: Recommender
    catalog: Catalog
    memory: ProfileMemory
    conversations: Conversations
    places: Places
    """Where the talks of clients that bring their history left off."""
    turns: Turns
    metrics: Metrics
    delete: Callable[[Sequence[str]], None]
    """Deletes threads by the ids that they are stored under."""
    keys: Keys = field(default_factory=Keys)
    """Who may ask; without any, everybody is a guest."""
    warm: Event = field(default_factory=Event)
    """Set once what the first turn needs is loaded."""
    version: str = field(default_factory=lambda: version("langgraph-recommender"))


def served(
    recommender: Recommender,
    catalog: Catalog,
    *,
    keys: Keys | None = None,
    limits: TurnLimits | None = None,
    locks: ThreadLock | None = None,
    delete: Callable[[Sequence[str]], None] | None = None,
    warm: Event | None = None,
) -> Served:
    """Everything that a server needs around a recommender of that catalog. Without `warm` it counts as ready."""
    from .metrics import Metrics  # noqa: PLC0415 - of the extra `serve`

    store, saver = recommender.store, recommender.checkpointer
    assert store is not None, "profiles need a store"
    assert isinstance(saver, BaseCheckpointSaver), "conversations need a checkpointer"
    conversations, metrics = Conversations(store), Metrics()
    turns = Turns(recommender, catalog, conversations, limits=limits, locks=locks, observe=metrics.observe)
    metrics.watch(lambda: turns.pending, lambda: turns.running)
    return Served(
        recommender=recommender,
        catalog=catalog,
        memory=memory_for(ProfileMemory(store), catalog),
        conversations=conversations,
        places=Places(store),
        turns=turns,
        metrics=metrics,
        delete=delete or partial(_delete, saver),
        keys=keys or Keys(),
        warm=warm or _set(),
    )


def _delete(saver: BaseCheckpointSaver, threads: Sequence[str]) -> None:
    for one in threads:
        saver.delete_thread(one)


def _set() -> Event:
    event = Event()
    event.set()
    return event
