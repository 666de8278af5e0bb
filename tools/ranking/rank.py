"""From scores to a list: softmax probabilities, sorted or sampled without replacement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import InputError
from .protocol import Scores


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate in its place. `probability` is its softmax share among all the candidates."""

    item_id: str
    score: float
    probability: float


def softmax(logits: np.ndarray) -> np.ndarray:
    """Shape (n,): exp(x - max) / sum; an empty array stays empty."""
    if not logits.size:
        return logits
    exponentials = np.exp(logits - logits.max())
    return exponentials / exponentials.sum()


def rank(
    scores: Scores, k: int, *, temperature: float = 1.0, generator: np.random.Generator | None = None
) -> list[Ranked]:
    """The best `k`, or with a generator `k` drawn without replacement in proportion to the probabilities.

    Sampling adds Gumbel noise to score / temperature and sorts (Vieira 2014, "Gumbel-max trick and weighted reservoir
    sampling"). Equal scores keep the order of the candidates. Raises InputError when temperature <= 0 or k < 0.
    """
    if temperature <= 0 or k < 0:
        raise InputError(f"Cannot rank with k={k} and temperature={temperature}.", cure="Use k >= 0, temperature > 0.")
    total = scores.total
    logits = total / temperature
    keys = logits if generator is None else logits + generator.gumbel(size=len(logits))
    order = np.argsort(-keys, kind="stable")[:k]
    rows = zip(order.tolist(), total[order].tolist(), softmax(logits)[order].tolist(), strict=True)
    return [Ranked(scores.item_ids[place], score, probability) for place, score, probability in rows]
