"""`PictureEncoder`: pictures become vectors. One that also takes texts makes pictures searchable by words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np

Picture = np.ndarray
"""Shape (height, width, 3), uint8, RGB: what `read_picture` makes of a file."""


@runtime_checkable
class PictureEncoder(Protocol):
    """Pictures in, unit vectors out. Deterministic, and safe from several threads."""

    @property
    def model_id(self) -> str:
        """Names the model and its weights: kept vectors of another model are not used."""
        ...

    @property
    def dimension(self) -> int:
        """p, the length of a vector."""
        ...

    @property
    def alike(self) -> float:
        """The product of two rows from which on their pictures may be said to look alike."""
        ...

    def encode(self, pictures: Sequence[Picture]) -> np.ndarray:
        """Shape (len(pictures), p), float32, unit rows."""
        ...


@runtime_checkable
class TextPictureEncoder(PictureEncoder, Protocol):
    """An encoder whose texts and pictures share one space, as in CLIP (Radford et al. 2021)."""

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        """Shape (len(texts), p), float32, unit rows; a row of zeros for a text that says nothing of looks."""
        ...
