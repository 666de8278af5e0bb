"""Pictures on the command line: `--image FILE`, and what `recommender index` says of a catalog's pictures."""

from __future__ import annotations

import base64
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from ...tools.catalog import Catalog
from ...tools.catalog.pictures.gallery import local_pictures
from ...tools.catalog.pictures.reading import read_picture
from ...tools.errors import PictureError
from .progress import indexing_bar

_SHOWN_PROBLEMS = 10
Content = str | list[str | dict[str, Any]]


def picture_of(image: Path, catalog: Catalog, *, quiet: bool) -> np.ndarray:
    """The vector (p,) of a file, once the catalog's pictures are there to compare it with.

    Raises PictureError for a file that cannot be used or a catalog without pictures, SettingsError without the extra.
    """
    vector = catalog.read_picture(image)
    with indexing_bar("pictures", quiet=quiet) as progress:
        found = catalog.index_pictures(progress)
    if not found.count:
        why = f" First problem: {found.problems[0].reason}" if found.problems else ""
        raise PictureError(f"{catalog.name}: no item has a picture to compare with.{why}", cure="Search by words.")
    return vector


def as_block(image: Path) -> dict[str, Any]:
    """The file as an image content block. Raises PictureError and SettingsError."""
    read_picture(image)
    return {"type": "image", "base64": base64.b64encode(image.read_bytes()).decode(), "mime_type": "image/jpeg"}


def content_of(text: str, block: dict[str, Any] | None) -> Content:
    """The content of a message, with a picture if there is one."""
    return text if block is None else [*([{"type": "text", "text": text}] if text else []), block]


def prepare_pictures(catalog: Catalog, *, quiet: bool = False) -> None:
    """Encodes what is new of the catalog's pictures now, behind a bar, rather than while somebody waits for a reply."""
    if catalog.gallery.usable and any(local_pictures(catalog.items())):
        with indexing_bar("pictures", quiet=quiet) as progress:
            catalog.index_pictures(progress)


def pictures_summary(catalog: Catalog, *, quiet: bool) -> dict[str, Any] | None:
    """Encodes the pictures of a catalog and counts them; None when it has none on this machine."""
    having = sum(1 for _ in local_pictures(catalog.items()))
    if not having:
        return None
    if not catalog.gallery.usable:
        return {"items": having, "encoded": 0, "problems": [], "cure": "pip install 'langgraph-recommender[images]'"}
    with indexing_bar("pictures", quiet=quiet) as progress:
        found = catalog.index_pictures(progress)
    return {"items": having, "encoded": found.count, "problems": [asdict(one) for one in found.problems]}


def print_pictures(summary: dict[str, Any], console: Console) -> None:
    """What can be searched by, and why the rest cannot."""
    console.print(f"{summary['encoded']} of {summary['items']} pictures can be searched by")
    if "cure" in summary:
        console.print(summary["cure"], markup=False)
    problems = summary["problems"]
    for problem in problems[:_SHOWN_PROBLEMS]:
        console.print(f"  {problem['item_id']}: {problem['reason']}", markup=False)
    if len(problems) > _SHOWN_PROBLEMS:
        console.print(f"  and {len(problems) - _SHOWN_PROBLEMS} more: --json lists them all")
