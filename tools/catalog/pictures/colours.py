"""A colour histogram: the floor that every learned encoder should beat, and a help to one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..embeddings import unit_rows
from .protocol import Picture

_HUES, _SATURATIONS, _VALUES = 16, 4, 4
_SIDE = 64
_MIDDLE = 0.7
"""The share of each side that counts: what a picture is about stands in its middle."""
_PALEST, _BRIGHTEST = 25, 225
"""Saturation below and brightness above which a pixel is taken for a white background."""
_FEWEST = 100
"""Pixels; a picture with fewer others is white itself."""


class ColourHistogram:
    """Hue x saturation x brightness of the middle of a picture, without its white background: 256 dimensions.

    The rows are square roots of shares, so that their product is the Bhattacharyya coefficient.
    """

    model_id = "colours/hsv-16-4-4"
    dimension = _HUES * _SATURATIONS * _VALUES
    alike = 0.8

    def encode(self, pictures: Sequence[Picture]) -> np.ndarray:
        """Shape (len(pictures), 256), float32, unit rows."""
        if not pictures:
            return np.empty((0, self.dimension), dtype=np.float32)
        return unit_rows(np.sqrt(np.stack([_shares(one) for one in pictures])))


def _shares(picture: Picture) -> np.ndarray:
    """Shape (256,), sums to one."""
    pixels = _middle(picture)
    coloured = pixels[(pixels[:, 1] >= _PALEST) | (pixels[:, 2] <= _BRIGHTEST)]
    hue, saturation, value = (coloured if len(coloured) > _FEWEST else pixels).T
    cells = (hue * _HUES // 256 * _SATURATIONS + saturation * _SATURATIONS // 256) * _VALUES + value * _VALUES // 256
    return np.bincount(cells, minlength=ColourHistogram.dimension) / len(cells)


def _middle(picture: Picture) -> np.ndarray:
    """Shape (4096, 3), int: hue, saturation and brightness, 0 to 255."""
    from PIL import Image  # noqa: PLC0415

    whole = Image.fromarray(picture)
    width, height = whole.size
    edge = (1 - _MIDDLE) / 2
    box = (width * edge, height * edge, width * (1 - edge), height * (1 - edge))
    small = whole.resize((_SIDE, _SIDE), Image.Resampling.BICUBIC, box=box)
    return np.asarray(small.convert("HSV"), dtype=int).reshape(-1, 3)
