"""Agents that forget: the conversation, the person, what they said of an item, the rules of the house."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ...graphs.policies import Policies
from ...graphs.understanding import Intent
from ..facts import CatalogFacts
from ..suite import Setting
from ..targets import Observed, Session, Shown, Target
from .faults import Scene

Fault = Callable[[Observed, Scene], Observed]
Facts = Callable[[str], CatalogFacts]


@dataclass(frozen=True)
class Faulty:
    """A target whose every turn is changed by a fault."""

    target: Target
    facts: Facts
    fault: Fault

    def open(self, setting: Setting) -> Session:
        """A session with the fault."""
        return _FaultySession(self.target.open(setting), self.fault, self.facts(setting.catalog), setting)


@dataclass
class _FaultySession:
    session: Session
    fault: Fault
    facts: CatalogFacts
    setting: Setting
    lists: list[tuple[Shown, ...]] = field(default_factory=list)

    def say(self, text: str, image: str | None = None) -> Observed:
        now = self.fault(self.session.say(text, image), Scene(self.facts, self.setting, self.lists))
        self.lists += [now.shown] if now.shown else []
        return now

    def new_thread(self) -> None:
        self.session.new_thread()


@dataclass(frozen=True)
class Opened:
    """A target that opens sessions in another situation than the one that it is told."""

    target: Target
    change: Callable[[Setting], Setting]

    def open(self, setting: Setting) -> Session:
        """A session of the changed setting."""
        return self.target.open(self.change(setting))


def without_person(setting: Setting) -> Setting:
    """Nobody is known, and nobody is remembered."""
    return setting.model_copy(update={"user": "", "profile": None})


def without_rules(setting: Setting) -> Setting:
    """A house without rules."""
    return setting.model_copy(update={"policies": Policies()})


@dataclass(frozen=True)
class Amnesiac:
    """A target to which every message is the first one."""

    target: Target

    def open(self, setting: Setting) -> Session:
        """A session that is opened again for each message."""
        return _Amnesia(self.target, setting)


@dataclass
class _Amnesia:
    target: Target
    setting: Setting

    def say(self, text: str, image: str | None = None) -> Observed:
        return self.target.open(self.setting).say(text, image)

    def new_thread(self) -> None:
        """There is nothing to forget."""


@dataclass(frozen=True)
class Unmoved:
    """A target that answers feedback with the list it had, and goes on as if nothing had been said."""

    target: Target

    def open(self, setting: Setting) -> Session:
        """A session that forgets feedback."""
        return _Unmoved(self.target, setting, self.target.open(setting))


@dataclass
class _Unmoved:
    target: Target
    setting: Setting
    session: Session
    said: list[tuple[str, str | None]] = field(default_factory=list)
    shown: tuple[Shown, ...] = ()

    def say(self, text: str, image: str | None = None) -> Observed:
        now = self.session.say(text, image)
        if now.intent == Intent.FEEDBACK and self.shown:
            self._begin_again()
            return replace(now, shown=self.shown)
        self.said.append((text, image))
        self.shown = now.shown or self.shown
        return now

    def new_thread(self) -> None:
        self.said.clear()
        self.session.new_thread()

    def _begin_again(self) -> None:
        """Another session that has heard everything but the feedback."""
        self.session = self.target.open(self.setting)
        for text, image in self.said:
            self.session.say(text, image)
