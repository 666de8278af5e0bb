"""A shop whose goods differ in colour and price, and pictures as messages bring them."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PIL", reason="needs the extra images")
from langgraph_recommender.tools.catalog import Catalog, open_catalog
from PIL import Image, ImageDraw

COLOURS = {"red": (200, 30, 30), "green": (20, 140, 50), "blue": (30, 60, 200)}
GOODS = [
    ("red-cheap", "Harvest cup", "red", 8.0),
    ("red-dear", "Evening cup", "red", 35.0),
    ("green-cheap", "Meadow cup", "green", 12.0),
    ("green-dear", "Forest cup", "green", 48.0),
    ("blue-cheap", "Harbour cup", "blue", 15.0),
    ("blue-dear", "Ocean cup", "blue", 60.0),
]
Show = Callable[..., dict[str, Any]]


def drawn(colour: str, size: int = 160, shift: int = 0) -> bytes:
    """A cup of that colour on white: a disc with a handle."""
    picture = Image.new("RGB", (size, size), (255, 255, 255))
    draw = ImageDraw.Draw(picture)
    edge = size // 8
    draw.rectangle((edge + shift, edge, size - 2 * edge + shift, size - edge), fill=COLOURS[colour])
    draw.arc(
        (size - 3 * edge, 2 * edge, size - edge // 2, size - 3 * edge), -90, 90, fill=COLOURS[colour], width=edge // 2
    )
    held = io.BytesIO()
    picture.save(held, "PNG")
    return held.getvalue()


@pytest.fixture(scope="session")
def cups(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    folder: Path = tmp_path_factory.mktemp("cups")
    for item_id, _, colour, price in GOODS:
        (folder / f"{item_id}.png").write_bytes(drawn(colour, shift=int(price) % 5))
    rows = [f"{item_id},{title},{price},{item_id}.png" for item_id, title, _, price in GOODS]
    (folder / "cups.csv").write_text("\n".join(["id,title,price,image", *rows]) + "\n", encoding="utf-8")
    return open_catalog(folder / "cups.csv", home=folder / "home")


@pytest.fixture
def show() -> Show:
    """An image content block in LangChain's form."""

    def block(colour: str) -> dict[str, Any]:
        data = base64.b64encode(drawn(colour, size=200, shift=7)).decode()
        return {"type": "image", "base64": data, "mime_type": "image/png"}

    return block
