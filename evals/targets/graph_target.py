"""Our own graph as a target: one recommender per catalog and set of policies, a fresh thread per setting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from threading import Lock
from typing import Any

from langchain_core.language_models import BaseChatModel
from langgraph.store.base import BaseStore
from langgraph.store.memory import InMemoryStore
from langgraph.types import Checkpointer

from ...agent.recommender import Recommender, create_recommender
from ...agent.settings import Settings
from ...graphs.context import RecommenderContext
from ...graphs.policies import Policies
from ...graphs.state import TurnResult
from ...tools.catalog import Catalog
from ...tools.items import FacetKind, Item
from ...tools.normalize import normalize
from ...tools.profile.joint import memory_for
from ...tools.profile.memory import ProfileMemory
from ...tools.profile.model import FeedbackKind, ItemEvent, LastingConstraint, Preference
from ..facts import CatalogFacts
from ..suite import ProfileFacts, Setting
from .pictures import message_of
from .target import Asked, Observed, Shown, ToolUse

_GIVEN_WEIGHT = 0.9
_ITEM_LISTS = {
    "liked": FeedbackKind.LIKE,
    "disliked": FeedbackKind.DISLIKE,
    "seen": FeedbackKind.SEEN,
    "chosen": FeedbackKind.CHOSEN,
}


@dataclass
class GraphTarget:
    """Opens sessions with `create_recommender`. `model` is a name or a chat model; `base_url` an own server."""

    catalogs: Callable[[str], Catalog]
    model: str | BaseChatModel = "offline"
    base_url: str | None = None
    checkpointer: Checkpointer = None
    store: BaseStore = field(default_factory=InMemoryStore)
    shots: int = Settings.model_fields["shots"].default
    """Examples that a hosted model is shown; 0 is zero-shot."""

    def __post_init__(self) -> None:
        self._built: dict[tuple[str, str], Recommender] = {}
        self._numbers = count(1)
        self._building = Lock()

    def open(self, setting: Setting) -> GraphSession:
        """A fresh person and thread, with the profile that the setting gives."""
        number = next(self._numbers)
        user = f"{setting.user}-{number}" if setting.user else None
        catalog = self.catalogs(setting.catalog)
        memory = memory_for(ProfileMemory(self.store), catalog)
        if user and setting.profile:
            statements = given(setting.profile, CatalogFacts.of(catalog), catalog.name)
            memory.add(user, {f"given-{index}": one for index, one in enumerate(statements)})
            if setting.profile.language:
                memory.set_language(user, setting.profile.language)
        recommender = self._recommender(setting.catalog, setting.policies)
        return GraphSession(recommender, memory, user, f"eval-{number}")

    def _recommender(self, catalog: str, policies: Policies) -> Recommender:
        key = (catalog, policies.model_dump_json())
        with self._building:
            if key not in self._built:
                self._built[key] = create_recommender(
                    self.catalogs(catalog),
                    self.model,
                    store=self.store,
                    checkpointer=self.checkpointer,
                    policies=policies,
                    base_url=self.base_url,
                    shots=self.shots,
                )
            return self._built[key]


@dataclass
class GraphSession:
    """One person talking to one graph."""

    recommender: Recommender
    memory: ProfileMemory
    user: str | None
    thread: str

    def __post_init__(self) -> None:
        self._part = 1

    def say(self, text: str, image: str | None = None) -> Observed:
        """One turn through the graph."""
        result = self.recommender.invoke(
            {"messages": [message_of(text, image)]},
            config={"configurable": {"thread_id": f"{self.thread}.{self._part}"}},
            context=RecommenderContext(user_id=self.user),
        )
        profile = self.memory.load(self.user) if self.user else None
        return observe(result["turn"], profile)

    def new_thread(self) -> None:
        """Later messages go to another thread of the same person."""
        self._part += 1


def observe(turn: TurnResult, profile: Any = None) -> Observed:
    """A turn of our graph in the words of the evaluation."""
    return Observed(
        reply=turn.reply,
        intent=turn.intent.value,
        language=turn.language,
        emotion=turn.emotion.value,
        shown=tuple(
            Shown(one.item_id, one.title, one.reasons, one.score, one.contributions) for one in turn.recommendations
        ),
        question=Asked(turn.question.facet, turn.question.values) if turn.question else None,
        tools=tuple(ToolUse(one.name, dict(one.args)) for one in turn.tool_calls),
        model_calls=turn.model_calls,
        degraded=turn.degraded,
        latency_ms=turn.latency_ms,
        constraints=turn.constraints,
        profile=profile,
    )


def given(
    facts: ProfileFacts, catalog: CatalogFacts, name: str
) -> Iterator[Preference | ItemEvent | LastingConstraint]:
    """The statements that a suite gives of a person, in the terms of the catalog called `name`."""
    now = datetime.now(UTC)
    for sign, values in ((1, facts.likes), (-1, facts.dislikes)):
        for value in values:
            facet, spelling = facet_of(value, catalog)
            scope = name if facet else ""
            weight = sign * _GIVEN_WEIGHT
            yield Preference(facet=facet, value=spelling, weight=weight, evidence=value, time=now, catalog=scope)
    for field_name, kind in _ITEM_LISTS.items():
        for title in getattr(facts, field_name):
            item = catalog.ids(title)[0]
            title, known = catalog.title(item), kind is FeedbackKind.LIKE
            yield ItemEvent(item_id=item, catalog=name, kind=kind, time=now, title=title, consumed=known)
    for text in facts.constraints:
        for one in catalog.filter(text):
            yield LastingConstraint(constraint=one, catalog=name, evidence=text, time=now)


def facet_of(value: str, catalog: CatalogFacts) -> tuple[str, str]:
    """The facet that holds a value and the catalog's spelling of it; ("", value) when it is a topic."""
    kinds = (FacetKind.CATEGORICAL, FacetKind.MULTI)
    for facet in (one for one in catalog.schema.facets if one.kind in kinds):
        for item in catalog.items.values():
            for held in _texts(item, facet.name):
                if normalize(held) == normalize(value):
                    return facet.name, held
    return "", value


def _texts(item: Item, facet: str) -> tuple[str, ...]:
    value = item.facets.get(facet)
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(value, str) else ()
