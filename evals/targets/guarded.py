"""A target that is not trusted: a turn that takes too long, or says too much, becomes an error that can be read."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

from ...tools.errors import AgentError
from ...tools.normalize import well_formed
from ..suite import Setting
from .target import LONGEST_REPLY, Observed, Session, Target

T = TypeVar("T")


@dataclass
class GuardedTarget:
    """Any target, with a limit of time for each turn, in seconds."""

    target: Target
    timeout_s: float
    hung: int = 0
    """Turns given up, each in a thread that may still be running."""

    def open(self, setting: Setting) -> GuardedSession:
        """A session within the limits. Raises AgentError when it does not open in time."""
        return GuardedSession(self.within_time(lambda: self.target.open(setting)), self)

    def within_time(self, work: Callable[[], T]) -> T:
        """The result of the work. Raises AgentError when it takes too long, or what the work raises."""
        try:
            return _in_time(work, self.timeout_s)
        except Empty:
            self.hung += 1
            raise AgentError(f"no answer within {self.timeout_s:g} s; the turn was given up.") from None


@dataclass
class GuardedSession:
    """One person talking, within the limits of the target."""

    session: Session
    target: GuardedTarget = field(repr=False)

    def say(self, text: str, image: str | None = None) -> Observed:
        """The turn, in well-formed text. Raises AgentError, or what the agent raises."""
        observed = self.target.within_time(lambda: self.session.say(text, image))
        if len(observed.reply) > LONGEST_REPLY:
            raise AgentError(f"a reply of {len(observed.reply):,} characters; at most {LONGEST_REPLY:,} are read.")
        return replace(observed, reply=well_formed(observed.reply))

    def new_thread(self) -> None:
        """Begins another conversation of the same person."""
        self.target.within_time(self.session.new_thread)


@dataclass(frozen=True)
class _Raised:
    error: BaseException


def _in_time(work: Callable[[], T], timeout_s: float) -> T:
    """The result of the work, which is left to itself after that time. Raises Empty then."""
    result: SimpleQueue[T | _Raised] = SimpleQueue()

    def run() -> None:
        try:
            result.put(work())
        except BaseException as error:  # it is raised in the thread that waits
            result.put(_Raised(error))

    context = contextvars.copy_context()
    Thread(target=context.run, args=(run,), daemon=True).start()
    returned = result.get(timeout=timeout_s)
    if isinstance(returned, _Raised):
        raise returned.error
    return returned
