"""`Parts`: everything a turn works with, put together once by `create_recommender`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from langchain_core.language_models import BaseChatModel
from langchain_core.tools import BaseTool

from ..tools.catalog import Catalog
from ..tools.profile.memory import ProfileMemory
from ..tools.ranking.protocol import Ranker
from .asking.demonstrations import Demonstration
from .policies import Policies

if TYPE_CHECKING:
    from ..tools.ranking.relisting import Relisting


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds of one turn."""

    shown: int = 5
    """Items per reply when the person names no number."""
    candidates: int = 200
    """Items that the search puts on the bus."""
    tool_steps: int = 3
    """Model calls of the tool loop for open questions."""
    message_characters: int = 4_000
    """A longer message is understood by its first and last halves of this many characters."""
    history_tokens: int = 2_000
    """Of earlier messages that a hosted model reads."""
    earlier_tokens: int = 300
    """Of the lines that stand for messages before those."""
    kept_messages: int = 40
    """Of one thread; of older ones a line each is kept."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The catalog, the engines, the models and the rules of one recommender."""

    catalog: Catalog
    memory: ProfileMemory
    ranker: Callable[[], Ranker]
    """Built at its first use: torch takes seconds to import."""
    model: BaseChatModel
    offline: BaseChatModel
    """Takes over any step that `model` fails at; `model` is this one when no hosted model is configured."""
    clock: Callable[[], datetime]
    timer: Callable[[], float]
    """Seconds, monotonic."""
    policies: Policies = field(default_factory=Policies)
    tools: tuple[BaseTool, ...] = ()
    """The integrator's own."""
    lookup_tools: tuple[BaseTool, ...] = ()
    """Of the catalog, without side effects: what the model may call for an open question."""
    demonstrations: tuple[Demonstration, ...] = ()
    """Few-shot examples for understanding; empty is zero-shot."""
    shots: int = 0
    temperature: float = 0.0
    """Of the ranking: 0 sorts, above 0 samples from the softmax."""
    seed: int = 0
    correction: Relisting | None = None
    """Of the lists that are shown; scores and reasons stay as they are."""
    limits: Limits = field(default_factory=Limits)

    @property
    def hosted(self) -> bool:
        """Whether a model other than the offline one answers."""
        return self.model is not self.offline
