"""The `Ranker` protocol: candidates in, scores with named contributions out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np

from ..constraints import Constraint
from ..profile.model import Preference
from .dialogues.model import Turn


@dataclass(frozen=True, slots=True)
class Signal:
    """Feedback on one item: `weight` in [-1, 1] (like 1, dislike -1), `age` in days, 0 for this conversation."""

    item_id: str
    weight: float
    age: float = 0.0


@dataclass(frozen=True, slots=True)
class RankingContext:
    """What a ranker may know of the person and the moment. No user id: a user is their history."""

    query_vector: np.ndarray | None = None
    """Embedding of what is asked for now, shape (d,), unit length; None when nothing is."""
    retrieval: Mapping[str, float] = field(default_factory=dict)
    """Score that the search gave a candidate, by item id; missing means not found by the search."""
    history: Sequence[Signal] = ()
    """Feedback, oldest first, from the profile and from this conversation."""
    preferences: Sequence[Preference] = ()
    """Positive and negative, with weights already faded by time."""
    soft: Sequence[Constraint] = ()
    """Wishes that move the ranking but exclude nothing."""
    similar_to: Sequence[str] = ()
    """Items that the person asked for more of."""
    picture: np.ndarray | None = None
    """Vector of the picture that the person sent, shape (p,), unit length; None when there is none."""
    talk: Sequence[Turn] = ()
    """The conversation so far, the oldest turn first, for parts that read it."""
    unnamed: Sequence[str] = ()
    """Names that are as if they had not fallen in the talk."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Contributions by name, each of shape (n,), in the order of the candidates; the score is their sum."""

    item_ids: tuple[str, ...]
    contributions: dict[str, np.ndarray]

    @property
    def total(self) -> np.ndarray:
        """Shape (n,): the sum of the contributions."""
        return np.sum(list(self.contributions.values()), axis=0) if self.contributions else np.zeros(len(self.item_ids))

    def of(self, item_ids: Collection[str]) -> dict[str, dict[str, float]]:
        """The contributions of some of the candidates, by item id and name."""
        places = [place for place, item_id in enumerate(self.item_ids) if item_id in item_ids]
        rows = np.array([values[places] for values in self.contributions.values()]).T.tolist()
        named = [dict(zip(self.contributions, row, strict=True)) for row in rows] or [{} for _ in places]
        return {self.item_ids[place]: one for place, one in zip(places, named, strict=True)}


@runtime_checkable
class Ranker(Protocol):
    """Anything that scores candidates. It is pure: the same context and candidates give the same scores."""

    @property
    def name(self) -> str:
        """The name of its contribution in a mixture."""
        ...

    def score(self, context: RankingContext, candidates: Sequence[str]) -> Scores:
        """Scores of the candidates. Raises UnknownItemError for an id that is not in the catalog."""
        ...


@runtime_checkable
class Rereading(Ranker, Protocol):
    """A ranker that takes long for each candidate: a mixture asks it about the best by its other parts only."""

    @property
    def candidates(self) -> int:
        """So many at most."""
        ...
