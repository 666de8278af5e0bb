"""The state of a catalog while it changes: a change is noted at once, and worked in when somebody reads."""

from __future__ import annotations

import threading
from dataclasses import replace

from .index.changing import changed
from .index.protocol import News
from .state import State


class Live:
    """The latest state. Safe from any thread; whoever reads after `add` returned sees what was added."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._news: tuple[News, ...] = ()
        self._working = threading.Lock()

    @property
    def state(self) -> State:
        """The items with everything that was added."""
        if self._news:
            with self._working:
                state = self._state
                for one in self._news:
                    state = _after(state, one)
                self._state = state
                self._news = ()
        return self._state

    def add(self, news: News) -> None:
        """Notes what happened to the items."""
        if news.snapshot is not None or news.changes:
            with self._working:
                self._news = (*self._news, news)


def _after(state: State, news: News) -> State:
    base = news.snapshot or state.snapshot
    if base.revision <= state.snapshot.revision and news.snapshot is not None:
        base = replace(base, revision=state.snapshot.revision + 1)
    return state.after(changed(base, news.changes))
