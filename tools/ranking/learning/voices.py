"""How a part speaks in the mixture: what it says, scaled, bent and weighted, is its contribution to the score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Voice:
    """The contribution is weight * asinh(bend * score / scale) / bend; with bend 0 it is weight * score / scale.

    asinh is odd, linear near 0 and a logarithm far from it: it keeps the order of a part, 0 stays 0, a dislike stays as
    loud as a like, and what is ten times as strong need not count ten times as much.
    """

    weight: float = 1.0
    """At least 0: no part speaks against what it stands for."""
    scale: float = 1.0
    """The deviation of the part's scores over strong candidates."""
    bend: float = 0.0

    def of(self, scores: np.ndarray) -> np.ndarray:
        """Contributions, shape of the scores, float32."""
        return np.float32(self.weight) * bent(scores, self.scale, self.bend)


def bent(scores: np.ndarray, scale: float, bend: float) -> np.ndarray:
    """Scores over their scale, large ones flattened, float32."""
    scaled = scores.astype(np.float32) / np.float32(scale)
    if not bend:
        return scaled
    scaled *= np.float32(bend)
    np.arcsinh(scaled, out=scaled, where=scaled != 0)  # most are 0, and a logarithm costs more than a look
    scaled /= np.float32(bend)
    return scaled


def total(contributions: Mapping[str, np.ndarray]) -> np.ndarray:
    """The sum over the parts, in their order."""
    parts = iter(contributions.values())
    summed = next(parts).copy()
    for part in parts:
        summed += part
    return summed
