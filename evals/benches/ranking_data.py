"""The data sets of the ranking benchmark, each as its published figures take it: every event counts alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from ...tools.errors import SettingsError, did_you_mean
from ...tools.ranking.data.model import Interactions, ItemTable
from ...tools.ranking.data.order import shuffled
from ...tools.ranking.data.reading import read_interactions
from ...tools.ranking.data.report import ReadReport

_ORDER = 20_170_000
"""Seed of that order."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the mixture should reach."""

    at_least: float | None = None
    """NDCG@10; None: ahead of what implicit and LensKit reach in the same run."""
    fit_at_most: float | None = None
    """Seconds for fitting everything."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """Where its events lie below the folder of data, how they are read, and what was published on them."""

    file: str
    read: Callable[[Path], Interactions]
    notes: tuple[str, ...] = ()
    bounds: Bounds = Bounds()
    ordered: bool = True
    """Whether the order of events means anything. A file sorted by item is shuffled, or the last event would be the one
    with the highest id."""


def _any_file(path: Path) -> Interactions:
    read = read_interactions(path, now=datetime.now(UTC), report=ReadReport())
    return replace(read, weights=np.ones(len(read), np.float32))


def _pairs(path: Path) -> Interactions:
    """Lines of user and item, each user's in order of time."""
    users, items = np.loadtxt(path, dtype=np.int64).T
    user_ids, owners = np.unique(users, return_inverse=True)
    item_ids, rows = np.unique(items, return_inverse=True)
    order = np.argsort(owners, kind="stable")
    e = len(order)
    return Interactions(
        tuple(map(str, user_ids)),
        ItemTable(tuple(map(str, item_ids))),
        owners[order].astype(np.int32),
        rows[order].astype(np.int32),
        np.ones(e, np.float32),
        np.full(e, np.nan),
    )


DATA_SETS: dict[str, DataSet] = {
    "amazon_beauty": DataSet(
        "amazon_beauty/beauty.txt",
        _pairs,
        ("published by Klenitskiy & Vasilev 2023, same protocol: NDCG@10 of BERT4Rec .0187, of SASRec+ .0327",),
        Bounds(at_least=0.0340, fit_at_most=15 * 60),
    ),
    "ml_100k": DataSet("ml_100k/recbole/ml-100k.inter", _any_file, bounds=Bounds(at_least=0.115)),
    "goodbooks10k": DataSet("goodbooks10k/ratings_random_subset/ratings_random.csv", _any_file, ordered=False),
}


def read_data_set(name: str, data: Path | None) -> Interactions:
    """All its events. Raises SettingsError for an unknown name or a folder without it."""
    if name not in DATA_SETS:
        raise SettingsError(f"There is no data set {name!r}.", cure=did_you_mean(name, list(DATA_SETS)))
    path = data / DATA_SETS[name].file if data else None
    if path is None or not path.is_file():
        where = f"{path} is not there" if path else f"{name} does not ship with the package"
        raise SettingsError(f"{where}.", cure=f"Give the folder that holds {DATA_SETS[name].file} with --data.")
    read = DATA_SETS[name].read(path)
    return read if DATA_SETS[name].ordered else shuffled(read, np.random.default_rng(_ORDER))


def without_last(interactions: Interactions) -> Interactions:
    """Without the last event of every user: a rehearsal in which what is the test otherwise is never seen."""
    counts = np.bincount(interactions.users, minlength=len(interactions.user_ids))
    kept = np.ones(len(interactions), bool)
    kept[(np.cumsum(counts) - 1)[counts > 0]] = False
    return interactions.where(kept)
