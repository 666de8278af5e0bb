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
            said = ", ".join(f"{name} {one:g}" for name, one in weights.items())
            raise SettingsError(f"A list cannot be corrected by {said}.", cure="Use weights of 0 to 1, together 1.")
        if self.pool < 1:
            raise SettingsError(
                f"A list cannot be chosen from {self.pool} candidates.", cure="Use a pool of 1 or more."
            )

    @property
    def relevance(self) -> float:
        """What is left for relevance."""
        return 1 - sum(self._weights().values())

    @property
    def changes(self) -> bool:
        """Whether any correction counts."""
        return any(self._weights().values())

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
    worth = options.relevance * scaled(scores[pool]) - options.popularity * facts.popularity[rows[pool]]
    return pool[[*greedy(worth, k, _beside(rows[pool], k, options, facts, taste))]]


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
    found: list[Beside] = []
    if options.diversity:
        vectors = _needed(facts.vectors, "diversity", "an embedding of the items")[rows]
        found.append(Likeness(lambda place: vectors @ vectors[place], options.diversity))
    if options.calibration:
        shares = _needed(facts.shares, "calibration", "a facet whose values tastes are mixed of")[rows]
        if taste is not None and taste.any():
            found.append(Mixed(taste, shares, options.calibration, np.ones(k)))
    if options.exposure:
        providers = _needed(facts.providers, "exposure", "a facet that names the provider of each item")
        places = discount(np.arange(1, k + 1))
        found.append(Mixed(_part(facts.counts, providers), providers[rows], options.exposure, places))
    return found


def _part(counts: np.ndarray, providers: np.ndarray) -> np.ndarray:
    """Shape (p,): the part of each provider in all events."""
    events = counts @ providers
    return events / (events.sum() or 1.0)


def _needed(facts: np.ndarray | None, what: str, of: str) -> np.ndarray:
    if facts is None:
        raise SettingsError(
            f"Lists cannot be corrected for {what} without {of}.", cure=f"Name one, or leave {what} at 0."
        )
    return facts
