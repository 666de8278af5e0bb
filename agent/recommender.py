"""`create_recommender`: a catalog in, a compiled LangGraph graph out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Event, Lock, Thread
from time import perf_counter
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.tools import BaseTool
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph.state import CompiledStateGraph
from langgraph.store.base import BaseStore
from langgraph.store.memory import InMemoryStore
from langgraph.types import Checkpointer

from ..graphs.asking.demonstrations import Demonstration, load_demonstrations
from ..graphs.checkpointing import knowing_our_types
from ..graphs.context import RecommenderContext
from ..graphs.parts import Limits, Parts
from ..graphs.policies import Policies, check
from ..graphs.recommender import build_graph
from ..tools.catalog import Catalog, open_catalogs
from ..tools.plugin import make_tools
from ..tools.profile.joint import memory_for
from ..tools.profile.memory import ProfileMemory
from ..tools.ranking.learning.trained import TrainedModel
from ..tools.ranking.mixture import build_ranker
from ..tools.ranking.protocol import Ranker
from ..tools.ranking.relisting import relisting_of
from .hosted import open_model
from .offline.model import OfflineChatModel
from .settings import OFFLINE

LOOKUP = ("search_catalog", "item_details", "compare_items")
"""Tools that a hosted model may call for an open question."""
Recommender = CompiledStateGraph[Any, RecommenderContext, Any, Any]


def create_recommender(
    catalog: str | Path | Catalog | Sequence[str | Path | Catalog],
    model: str | BaseChatModel = OFFLINE,
    *,
    store: BaseStore | None = None,
    checkpointer: Checkpointer = None,
    policies: Policies | None = None,
    tools: Sequence[BaseTool] = (),
    ranker: Ranker | TrainedModel | str | Path | None = None,
    demonstrations: Sequence[Path] = (),
    shots: int = 4,
    temperature: float = 0.0,
    seed: int = 0,
    correct: Sequence[str] = (),
    limits: Limits | None = None,
    home: Path | None = None,
    timeout_s: float = 30.0,
    max_retries: int = 1,
    base_url: str | None = None,
    warm: bool | Event = False,
) -> Recommender:
    """A compiled graph that recommends from the catalog over several turns.

    Args:
        catalog: name of an embedded catalog, a catalog file, an index directory, or an open `Catalog`; a list of
            them is recommended from as one.
        model: `offline`, a name for `init_chat_model` ("openai:gpt-5-mini"), or any chat model.
        store: where profiles live; in memory when not given.
        checkpointer: where conversations live; in memory when not given, False for none, True in the threads of the
            graph that it is a node of.
        policies: rules of the house.
        tools: the integrator's own; one with `metadata={"confirm": True}` is called after a yes only.
        ranker: a trained model or its directory, for the mixture to rank with; by default the one that lies with the
            catalog. A `Ranker` replaces the mixture.
        demonstrations: YAML files of few-shot examples, beside those that ship.
        shots: how many examples a hosted model is shown; 0 is zero-shot.
        temperature: 0 sorts by score, above 0 samples from the softmax with that temperature.
        seed: of the sampling.
        correct: what the lists are corrected for, "diversity=0.2", "popularity=0.1", "calibration", "exposure", at the
            cost of relevance; scores, conditions and reasons stay as they are.
        limits: bounds of a turn.
        home: directory of the indexes.
        timeout_s: seconds for one call of a hosted model.
        max_retries: of one call.
        base_url: of an OpenAI-compatible server.
        warm: load in the background what the first turn needs, so that it is as fast as the second; an
            `Event` is set once that is done.

    Raises:
        CatalogError: the catalog cannot be used.
        ModelFileError: the trained model cannot be used, or is of another catalog.
        SettingsError: unknown model, missing key, or a rule or correction about what the catalog does not have.

    Example:
        >>> recommender = create_recommender("products")  # doctest: +SKIP
        >>> recommender.invoke(
        ...     {"messages": [("user", "a laptop under 1500, any brand")]},
        ...     config={"configurable": {"thread_id": "t1"}},
        ...     context=RecommenderContext(user_id="u1"),
        ... )["turn"].reply  # doctest: +SKIP
    """
    opened = open_catalogs(catalog, home=home)
    rules = policies or Policies()
    check(rules, opened.schema)
    offline = OfflineChatModel.for_catalog(opened)
    remote = (
        None if model == OFFLINE else open_model(model, timeout_s=timeout_s, max_retries=max_retries, base_url=base_url)
    )
    kept = store if store is not None else InMemoryStore()
    parts = Parts(
        catalog=opened,
        memory=memory_for(ProfileMemory(kept), opened),
        ranker=_ranker(ranker, opened),
        model=remote or offline,
        offline=offline,
        clock=lambda: datetime.now(UTC),
        timer=perf_counter,
        policies=rules,
        tools=tuple(tools),
        lookup_tools=_lookup_tools(opened) if remote else (),
        demonstrations=_demonstrations(demonstrations),
        shots=shots,
        temperature=temperature,
        seed=seed,
        correction=relisting_of(opened, correct, model=_model(ranker)) if correct else None,
        limits=limits or Limits(),
    )
    if warm is not False:
        Thread(target=_warm, args=(parts, warm), name="warm-up").start()
    return build_graph(parts, checkpointer=_saver(checkpointer), store=kept)


def _lookup_tools(catalog: Catalog) -> tuple[BaseTool, ...]:
    return tuple(one for one in make_tools(catalog) if one.name in LOOKUP)


def _demonstrations(more: Sequence[Path]) -> tuple[Demonstration, ...]:
    """Those that ship, then the integrator's."""
    return load_demonstrations() + (load_demonstrations(*more) if more else ())


def _warm(parts: Parts, done: bool | Event) -> None:
    """A turn that nobody sees loads everything that a turn needs."""
    try:
        parts.catalog.warm()
        unseen = replace(parts, model=parts.offline, memory=ProfileMemory(InMemoryStore()))
        build_graph(unseen).invoke({"messages": [("user", "recommend me something good")]})
    except Exception:
        logging.getLogger(__name__).exception("The warm-up failed.")
        raise
    if isinstance(done, Event):
        done.set()


def _ranker(chosen: Ranker | TrainedModel | str | Path | None, catalog: Catalog) -> Callable[[], Ranker]:
    """The mixture is built at its first use; around a model that was named at once, so that a wrong one is told now."""
    if chosen is None:
        return _once(lambda: build_ranker(catalog))
    model = Path(chosen) if isinstance(chosen, str) else chosen
    made = build_ranker(catalog, model=model) if isinstance(model, Path | TrainedModel) else model
    return lambda: made


def _model(chosen: Ranker | TrainedModel | str | Path | None) -> TrainedModel | Path | None:
    """What of it is a trained model, or names one."""
    named = Path(chosen) if isinstance(chosen, str) else chosen
    return named if isinstance(named, Path | TrainedModel) else None


def _once(make: Callable[[], Ranker]) -> Callable[[], Ranker]:
    """Makes the ranker at the first call, and only once when two threads ask for it."""
    made, lock = cache(make), Lock()

    def get() -> Ranker:
        with lock:
            return made()

    return get


def _saver(checkpointer: Checkpointer) -> Checkpointer:
    """The saver, knowing our types; one in memory when none is given."""
    saver = InMemorySaver() if checkpointer is None else checkpointer
    return knowing_our_types(saver) if isinstance(saver, BaseCheckpointSaver) else saver
