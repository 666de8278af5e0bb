"""Pictures made on the spot, and encoders small enough to know their answers by heart."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("PIL", reason="needs the extra images")
from PIL import Image

COLOURS = {"red": (220, 30, 30), "green": (30, 180, 40), "blue": (30, 60, 220), "yellow": (230, 220, 40)}
_NAMES = tuple(COLOURS)


class ColourNames:
    """A CLIP-like encoder, a dimension a colour: a picture is near to its colours, a text to those it names."""

    model_id = "colour-names/1"
    dimension = len(_NAMES)
    alike = 0.9

    def encode(self, pictures: Sequence[np.ndarray]) -> np.ndarray:
        palette = np.array(list(COLOURS.values()), dtype=float)
        rows = np.zeros((len(pictures), self.dimension), dtype=np.float32)
        for row, picture in zip(rows, pictures, strict=True):
            pixels = picture.reshape(-1, 1, 3).astype(float)
            nearest = np.linalg.norm(pixels - palette, axis=2).argmin(axis=1)
            row[:] = np.bincount(nearest, minlength=self.dimension)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        said = np.array([[name in text.casefold() for name in _NAMES] for text in texts], dtype=np.float32)
        return said / np.maximum(np.linalg.norm(said, axis=1, keepdims=True), 1)


@pytest.fixture
def colour_names() -> ColourNames:
    return ColourNames()


@pytest.fixture
def paint() -> Callable[..., bytes]:
    """The bytes of a picture of one colour."""

    def painted(colour: str, kind: str = "PNG", size: tuple[int, int] = (40, 30), **settings: object) -> bytes:
        held = io.BytesIO()
        Image.new("RGB", size, COLOURS[colour]).save(held, kind, **settings)
        return held.getvalue()

    return painted


@pytest.fixture
def shop_file(tmp_path: Path, paint: Callable[..., bytes]) -> Path:
    """A catalog file beside a folder of pictures: one is missing, one is a text, one is on the network, one is none."""
    folder = tmp_path / "shop"
    (folder / "pictures").mkdir(parents=True)
    for colour in ("red", "green", "blue"):
        (folder / "pictures" / f"{colour}.png").write_bytes(paint(colour))
    (folder / "pictures" / "letter.jpg").write_text("Dear customer")
    rows = [
        "id,title,price,image",
        "r,Mug one,8,pictures/red.png",
        "g,Mug two,12,pictures/green.png",
        "b,Plate,30,pictures/blue.png",
        "gone,Bowl,5,pictures/gone.png",
        "text,Jug,6,pictures/letter.jpg",
        "net,Cup,7,https://example.com/cup.jpg",
        "plain,Spoon,2,",
    ]
    path = folder / "shop.csv"
    path.write_text("\n".join(rows) + "\n")
    return path
