"""The state of a catalog while it changes: a change is noted at once, and worked in when somebody reads."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np

from ..items import Item
from .index.changing import Change, changed, latest
from .index.protocol import News
from .index.snapshot import Snapshot
from .state import State


class Live:
    """The latest state. Safe from any thread; whoever reads after `add` returned sees what was added."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._base = state.snapshot
        self._changes: tuple[Change, ...] = ()
        self._latest: dict[str, tuple[Item, np.ndarray] | None] = {}
        self._stale = False
        self._working = threading.Lock()

    @property
    def state(self) -> State:
        """The items with everything that was added."""
        if self._stale:
            with self._working:
                if self._stale:
                    self._work_in()
        return self._state

    def add(self, news: News) -> None:
        """Notes what happened to the items."""
        if news.snapshot is None and not news.changes:
            return
        with self._working:
            if news.snapshot is not None:
                self._base, self._changes, self._latest = self._later(news.snapshot), (), {}
            self._changes += news.changes
            self._latest |= latest(news.changes).of
            self._stale = True

    def find(self, item_id: str) -> tuple[Item, np.ndarray] | None:
        """An item and its vector (d,), with everything that was added, which need not be worked in for that."""
        with self._working:
            if item_id in self._latest:
                return self._latest[item_id]
            row = self._base.positions.get(item_id)
            return None if row is None else (self._base.items[row], self._base.vectors[row])

    def _work_in(self) -> None:
        """The mark is taken away last: a reader who does not see it finds the new state."""
        snapshot = changed(self._base, self._changes)
        self._state = self._state.after(snapshot)
        self._base, self._changes, self._latest = snapshot, (), {}
        self._stale = False

    def _later(self, snapshot: Snapshot) -> Snapshot:
        """With a revision that is higher than any before."""
        known = self._base.revision + len(self._changes)
        return replace(snapshot, revision=max(snapshot.revision, known + 1))
