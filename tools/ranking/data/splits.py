"""Splits without leakage: what a model is fitted on, chosen by, and finally judged by."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

import numpy as np

from ...errors import LogError
from .model import Histories, Interactions


@dataclass(frozen=True, slots=True)
class Held:
    """What is held out: history i is followed by the item `targets[i]` (a row of the item table)."""

    histories: Histories
    targets: np.ndarray
    """Shape (b,), int32."""
    users: np.ndarray
    """Shape (b,), int32: whose it is."""


@dataclass(frozen=True, slots=True)
class Split:
    """`train` for fitting, `validation` for choosing, `test` to be used once."""

    train: Interactions
    validation: Held
    test: Held
    before_test: Interactions
    """Train and validation together, to fit the model that is judged by the test."""

    def digest(self) -> str:
        """16 hexadecimal digits that change with any event, target or order."""
        found = hashlib.sha256(self.train.digest().encode())
        for held in (self.validation, self.test):
            asked = held.histories
            for values in (held.users, held.targets, asked.starts, asked.rows, asked.weights, asked.ages):
                found.update(np.ascontiguousarray(values).tobytes())
        return found.hexdigest()[:16]


def leave_one_out(interactions: Interactions) -> Split:
    """The last event of every user is the test, the one before validation, the rest train.

    A user with fewer than three events is in train only. The history of a test target holds the validation event. A
    last event with an item that the user had before is in neither part: it is no test where seen items are left out.
    """
    first, counts = _first_events(interactions)
    users = np.flatnonzero(counts >= 3)
    last = first[users] + counts[users] - 1
    in_train = np.ones(len(interactions), bool)
    in_train[last] = in_train[last - 1] = False
    everything = np.ones(len(interactions), bool)
    return Split(
        interactions.where(in_train),
        _held(interactions, everything, last - 1),
        _held(interactions, everything, last),
        interactions.where(~np.isin(np.arange(len(interactions)), last)),
    )


def time_split(interactions: Interactions, *, validation_share: float = 0.1, test_share: float = 0.1) -> Split:
    """One cut in time for everybody: train is what lies before the first cut; validation asks for what each user
    takes up first between the two cuts, the test for what each takes up first after the second.

    The shares are of the events; events of one moment stay together. Histories hold only what lies before the cut.
    Who has none by then, or takes up nothing new, is not asked. Ages count from the event asked for.

    Raises:
        LogError: events without times, or too few different times to cut.
    """
    times = interactions.times
    if not len(times) or not np.isfinite(times).all():
        raise LogError("Events without times cannot be split by time.", cure="Split them with leave_one_out.")
    ordered = np.sort(times)
    cuts = [ordered[int(len(times) * (1 - share))] for share in (validation_share + test_share, test_share)]
    if not ordered[0] < cuts[0] < cuts[1]:
        raise LogError(
            f"{len(times):,} events at {len(np.unique(times)):,} different times are too few to split by time.",
            cure="Give events over a longer time, or split them with leave_one_out.",
        )
    between, after = (times >= cuts[0]) & (times < cuts[1]), times >= cuts[1]
    return Split(
        interactions.where(times < cuts[0]),
        _first_new(interactions, times < cuts[0], between),
        _first_new(interactions, times < cuts[1], after),
        interactions.where(times < cuts[1]),
    )


def cold_split(
    interactions: Interactions, *, rng: np.random.Generator, validation_share: float = 0.1, test_share: float = 0.1
) -> Split:
    """Shares of the items that occur are held out of training: all events with them are validation or test.

    Every such event is asked for, from what its user had of the other items before. Who had nothing is not asked.
    """
    items = rng.permutation(np.unique(interactions.rows))
    sizes = [math.ceil(len(items) * share) for share in (validation_share, test_share)]
    parts = np.zeros(len(interactions.items), np.int8)
    parts[items[: sizes[0]]] = 1
    parts[items[sizes[0] : sum(sizes)]] = 2
    part = parts[interactions.rows]
    validation, test = (_held(interactions, part == 0, np.flatnonzero(part == held)) for held in (1, 2))
    return Split(interactions.where(part == 0), validation, test, interactions.where(part != 2))


def of_likes(held: Held, interactions: Interactions) -> Held:
    """Only the choices that speak for their item: an item that was taken and disliked is nothing to recommend."""
    pairs = interactions.users.astype(np.int64) << 32 | interactions.rows
    liked = np.unique(pairs[interactions.weights > 0])
    kept = np.flatnonzero(np.isin(held.users.astype(np.int64) << 32 | held.targets, liked))
    return Held(held.histories.take(kept), held.targets[kept], held.users[kept])


def _first_events(interactions: Interactions) -> tuple[np.ndarray, np.ndarray]:
    """Of every user the place of the first event, and how many there are."""
    starts = np.searchsorted(interactions.users, np.arange(len(interactions.user_ids) + 1))
    return starts[:-1], np.diff(starts)


def _first_new(interactions: Interactions, before: np.ndarray, after: np.ndarray) -> Held:
    """The first event of every user after the cut with an item that they did not have before it."""
    pairs = interactions.users.astype(np.int64) << 32 | interactions.rows
    places = np.flatnonzero(after)
    places = places[~np.isin(pairs[places], pairs[before])]
    _, first = np.unique(interactions.users[places], return_index=True)
    return _held(interactions, before, places[first])


def _held(interactions: Interactions, visible: np.ndarray, places: np.ndarray) -> Held:
    """What stands at each place, and the visible events before it in the history of its user.

    Without those whose history is empty or holds the item already.
    """
    seen = np.flatnonzero(visible)
    first = np.searchsorted(seen, _first_events(interactions)[0][interactions.users[places]])
    lengths = np.searchsorted(seen, places) - first
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    owners = np.repeat(np.arange(len(places)), lengths)
    events = seen[np.arange(starts[-1]) - (starts[:-1] - first)[owners]]
    had = np.bincount(owners[interactions.rows[events] == interactions.rows[places][owners]], minlength=len(places))
    asked = (lengths > 0) & (had == 0)
    events, places = events[asked[owners]], places[asked]
    starts = np.concatenate([[0], np.cumsum(lengths[asked])]).astype(np.int64)
    ages = (np.repeat(interactions.times[places], lengths[asked]) - interactions.times[events]) / 86400.0
    histories = Histories(
        starts, interactions.rows[events], interactions.weights[events], np.nan_to_num(ages).astype(np.float32)
    )
    return Held(histories, interactions.rows[places], interactions.users[places])
