"""Whether the order of events means anything: a file sorted by item tells nothing of what came first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .model import Interactions

_SORTED = 0.99
"""From this share of ascending neighbours on a file is sorted by item; of events in order of time about half ascend."""
_TIMED = 0.5
"""From this share of neighbours with different times on, the times say what came first, however ids were numbered."""


def is_ordered(interactions: Interactions) -> bool:
    """False when only the file says what came first, and nearly every event has a higher id than the one before it.

    Ids are compared as numbers and as words.
    """
    another = interactions.rows[1:] != interactions.rows[:-1]
    together = (interactions.users[1:] == interactions.users[:-1]) & another
    if not together.any() or (np.diff(interactions.times)[together] > 0).mean() >= _TIMED:
        return True
    return max(_ascending(interactions, places, together) for places in _sorted_places(interactions)) < _SORTED


def in_order(interactions: Interactions, seed: int) -> tuple[Interactions, bool]:
    """The interactions, and whether their order means anything; when it does not, they are shuffled."""
    if is_ordered(interactions):
        return interactions, True
    return shuffled(interactions, np.random.default_rng(seed)), False


def shuffled(interactions: Interactions, random: np.random.Generator) -> Interactions:
    """The events of each user in a random order, and without times, so that none of them is the last by its item."""
    order = np.lexsort((random.random(len(interactions)), interactions.users))
    mixed = interactions.where(order)
    return replace(mixed, times=np.full(len(mixed), np.nan))


def _sorted_places(interactions: Interactions) -> list[np.ndarray]:
    """Shape (n,) each: the place of every item when ids are sorted as words, and as numbers when they all are."""
    ids = interactions.items.item_ids
    found = [_places(sorted(range(len(ids)), key=ids.__getitem__))]
    if all(one.isdecimal() for one in ids):
        found.append(_places(sorted(range(len(ids)), key=lambda row: int(ids[row]))))
    return found


def _places(order: list[int]) -> np.ndarray:
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    return places


def _ascending(interactions: Interactions, places: np.ndarray, together: np.ndarray) -> float:
    sorted_rows = places[interactions.rows]
    return float((sorted_rows[1:] > sorted_rows[:-1])[together].mean())
