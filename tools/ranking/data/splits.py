"""Splits without leakage: what a model is fitted on, chosen by, and finally judged by."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

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

    def digest(self) -> str:
        """16 hexadecimal digits that change with any event, target or order."""
        found = hashlib.sha256(self.train.digest().encode())
        for held in (self.validation, self.test):
            for values in (held.users, held.targets, held.histories.starts, held.histories.rows):
                found.update(np.ascontiguousarray(values).tobytes())
        return found.hexdigest()[:16]


def leave_one_out(interactions: Interactions) -> Split:
    """The last event of every user is the test, the one before validation, the rest train.

    A user with fewer than three events is in train only. The history of a test target holds the validation event.
    """
    starts = np.searchsorted(interactions.users, np.arange(len(interactions.user_ids) + 1))
    counts = np.diff(starts)
    users = np.flatnonzero(counts >= 3).astype(np.int32)
    last = starts[users + 1] - 1
    in_train = np.ones(len(interactions), bool)
    in_train[last] = in_train[last - 1] = False
    train = interactions.where(in_train)
    return Split(train, _held(interactions, users, last - 1), _held(interactions, users, last))


def _held(interactions: Interactions, users: np.ndarray, places: np.ndarray) -> Held:
    """What stands before each place in the history of its user, and what stands there."""
    everything = interactions.histories()
    first = everything.starts[users]
    starts = np.concatenate([[0], np.cumsum(places - first)]).astype(np.int64)
    events = np.concatenate([np.arange(one, place) for one, place in zip(first, places, strict=True)] or [[]]).astype(
        int
    )
    ages = everything.ages[events] - np.repeat(everything.ages[places], places - first)
    histories = Histories(starts, everything.rows[events], everything.weights[events], ages)
    return Held(histories, interactions.rows[places], users)
