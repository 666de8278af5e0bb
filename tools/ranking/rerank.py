"""Correcting a list for more than relevance: variety, a mix that fits the person, less of what everybody has.

Scores are left as they are, so that reasons stay exact: only which of the best candidates are shown, and in what order,
changes. What a correction costs is measured by `cost`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from ..catalog.search.diversity import Beside, Likeness, greedy
from ..catalog.search.prior import scaled
from ..errors import SettingsError
from .metrics.facts import ItemFacts
from .metrics.ndcg import discount
from .metrics.relevance import NONE
from .metrics.tastes import miscalibration


@dataclass(frozen=True, slots=True)
class Rerank:
    """How much each correction counts, in [0, 1]; relevance, scaled to [0, 1] among the candidates, has what is left.

    Raises SettingsError for weights outside of [0, 1] or above 1 together, or a pool without a candidate.
    """

    diversity: float = 0.0
    """Less likeness to the items before it: maximal marginal relevance (Carbonell & Goldstein 1998)."""
    calibration: float = 0.0
    """Less distance between the mix of the list and that of the history (Steck 2018), in nats."""
    popularity: float = 0.0
    """Less log(1 + popularity), in [0, 1]: the logit adjustment (Menon et al. 2021) on scaled scores."""
    exposure: float = 0.0
    """Less distance between what providers get of the list's attention and their part of all events: fairness of
    exposure (Singh & Joachims 2018) with Steck's distance."""
    pool: int = 100
    """How many of the best candidates are looked at."""

    def __post_init__(self) -> None:
        weights = self._weights()
        if any(not 0 <= one <= 1 for one in weights.values()) or sum(weights.values()) > 1:
            raise SettingsError(
                f"A list cannot be corrected by {self}.", cure="Weights are 0 to 1, together 1 at most."
            )
        if self.pool < 1:
            raise SettingsError(
                f"A list cannot be chosen from {self.pool} candidates.", cure="Use a pool of 1 or more."
            )

    def __str__(self) -> str:
        weights = [f"{name} {one:g}" for name, one in self._weights().items() if one != 0]
        return f"{', '.join(weights) or 'nothing'} among the best {self.pool}"

    @property
    def relevance(self) -> float:
        """What is left for relevance."""
        return 1 - sum(self._weights().values())

    @property
    def changes(self) -> bool:
        """Whether any correction counts."""
        return any(self._weights().values())

    def check(self, facts: ItemFacts) -> None:
        """Raises SettingsError when a fact that a correction needs is missing."""
        needed = {
            "diversity": (facts.vectors, "an embedding of the items"),
            "calibration": (facts.shares, "a facet that says what kind of thing an item is"),
            "exposure": (facts.providers, "a facet that says whose an item is"),
        }
        for name, (fact, what) in needed.items():
            if getattr(self, name) and fact is None:
                cure = f"Leave {name} at 0, or open a catalog that has one."
                raise SettingsError(f"Lists cannot be corrected for {name} without {what}.", cure=cure)

    def _weights(self) -> dict[str, float]:
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "pool"}


class Mixed:
    """weight * C_KL between a target mix and that of the list with a candidate in its next place (Steck 2018)."""

    def __init__(self, target: np.ndarray, shares: np.ndarray, weight: float, places: np.ndarray) -> None:
        """`target` (g,), `shares` (m, g) of the candidates, `places` (k,): what each place of the list counts."""
        self._target, self._shares, self._weight, self._places = target, shares, weight, places
        self._sums, self._filled = np.zeros(len(target)), 0

    def costs(self) -> np.ndarray:
        """Shape (m,)."""
        sums = self._sums + self._places[self._filled] * self._shares
        totals = sums.sum(axis=1, keepdims=True)
        mixes = np.divide(sums, totals, out=np.zeros_like(sums), where=totals > 0)
        return self._weight * miscalibration(np.broadcast_to(self._target, mixes.shape), mixes)

    def chose(self, place: int) -> None:
        """Adds the candidate to the mix."""
        self._sums = self._sums + self._places[self._filled] * self._shares[place]
        self._filled = min(self._filled + 1, len(self._places) - 1)


def reranked(
    rows: np.ndarray,
    scores: np.ndarray,
    k: int,
    options: Rerank,
    facts: ItemFacts,
    taste: np.ndarray | None = None,
) -> np.ndarray:
    """Positions of min(k, m) of the candidates `rows` (m,) with `scores` (m,), best first; -1 is no candidate.

    Only the `options.pool` highest scores take part. Equal ones keep their order; without a correction the order is
    that of the scores. `taste` (g,) is the person's mix; with None or zeros the list is not calibrated. Raises
    SettingsError when the facts that a correction needs are missing.
    """
    there = np.flatnonzero(rows != NONE)
    pool = there[np.argsort(-scores[there], kind="stable")][: max(options.pool, k)]
    if not options.changes:
        return pool[:k]
    worth, beside = weighed(rows[pool], scores[pool], k, options, facts, taste)
    return pool[[*greedy(worth, k, beside)]]


def weighed(
    rows: np.ndarray, scores: np.ndarray, k: int, options: Rerank, facts: ItemFacts, taste: np.ndarray | None = None
) -> tuple[np.ndarray, list[Beside]]:
    """What each of m candidates is worth for itself (m,), and what it costs beside others in a list of k."""
    worth = options.relevance * scaled(scores) - options.popularity * facts.popularity[rows]
    return worth, _beside(rows, k, options, facts, taste)


def reranked_lists(
    lists: np.ndarray,
    scores: np.ndarray,
    k: int,
    options: Rerank,
    facts: ItemFacts,
    tastes: np.ndarray | None = None,
) -> np.ndarray:
    """Shape (b, k): the same for the candidates `lists` (b, m), padded with -1, of b people with `tastes` (b, g)."""
    found = np.full((len(lists), k), NONE, dtype=np.int64)
    for person, (rows, values) in enumerate(zip(lists, scores, strict=True)):
        chosen = reranked(rows, values, k, options, facts, None if tastes is None else tastes[person])
        found[person, : len(chosen)] = rows[chosen]
    return found


def _beside(rows: np.ndarray, k: int, options: Rerank, facts: ItemFacts, taste: np.ndarray | None) -> list[Beside]:
    options.check(facts)
    found: list[Beside] = []
    if options.diversity and facts.vectors is not None:
        vectors = facts.vectors[rows]
        found.append(Likeness(lambda place: vectors @ vectors[place], options.diversity))
    if options.calibration and facts.shares is not None and taste is not None and taste.any():
        found.append(Mixed(taste, facts.shares[rows], options.calibration, np.ones(k)))
    if options.exposure and facts.providers is not None:
        places = discount(np.arange(1, k + 1))
        found.append(Mixed(_part(facts.counts, facts.providers), facts.providers[rows], options.exposure, places))
    return found


def _part(counts: np.ndarray, providers: np.ndarray) -> np.ndarray:
    """Shape (p,): the part of each provider in all events."""
    events = counts @ providers
    return events / (events.sum() or 1.0)
