"""What an evaluation talks to: a `Target` opens sessions, a `Session` takes messages and returns what was observed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from ...tools.constraints import Constraint
from ...tools.profile.model import UserProfile
from ..suite import Setting

LONGEST_REPLY = 100_000
"""Characters of a reply; an agent that says more has failed."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One recommended item, as the person sees it."""

    id: str
    title: str
    reasons: tuple[str, ...] = ()
    score: float | None = None
    contributions: dict[str, float] = field(default_factory=dict)
    """What each part of the ranker added to the score."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A clarifying question: the facet it is about and the values it offers."""

    facet: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolUse:
    """One tool call of a turn."""

    name: str
    args: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Observed:
    """What one turn showed from the outside. `latency_ms` is wall clock, milliseconds."""

    reply: str
    intent: str = ""
    language: str = ""
    emotion: str = ""
    shown: tuple[Shown, ...] = ()
    question: Asked | None = None
    tools: tuple[ToolUse, ...] = ()
    model_calls: int = 0
    degraded: tuple[str, ...] = ()
    latency_ms: float = 0.0
    constraints: tuple[Constraint, ...] = ()
    """In force after the turn."""
    profile: UserProfile | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    hidden: tuple[str, ...] = ()
    """Names of the fields above that this target cannot show, and `reasons` of the items shown; nothing may be
    concluded from their values."""


class UnsupportedError(Exception):
    """The target cannot be put in the situation of a conversation, so that nothing can be said about it."""


class Session(Protocol):
    """One person talking."""

    def say(self, text: str, image: str | None = None) -> Observed:
        """Sends a message and waits for the reply."""
        ...

    def new_thread(self) -> None:
        """The same person begins another conversation; only what is remembered of them carries over.

        Raises UnsupportedError.
        """
        ...


class Target(Protocol):
    """An agent under evaluation."""

    def open(self, setting: Setting) -> Session:
        """A fresh session: a catalog, a person and what is known of them. Raises UnsupportedError."""
        ...
