"""The picture of an item as bytes: found by the item's id alone, and only where the catalog is."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ...tools.catalog import Catalog
from ...tools.catalog.pictures.locating import locate
from ...tools.catalog.pictures.reading import MOST_BYTES
from ...tools.errors import PictureError, UnknownItemError

_TYPES = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF8", "image/gif"))
"""By how the file begins: a browser is never handed what only calls itself a picture."""
_BEGINNING = 16
"""Bytes that tell the kind."""


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture as it lies there."""

    content: bytes
    media_type: str

    @property
    def tag(self) -> str:
        """The same for the same bytes."""
        return f'"{sha256(self.content).hexdigest()[:32]}"'


def picture_file(catalog: Catalog, item_id: str) -> PictureFile:
    """The picture of an item. Raises UnknownItemError, also for an item without a picture that may be shown."""
    home, own_id = catalog.home_of(item_id)
    try:
        return _found(home.item(own_id).image, home.gallery.folder)
    except (PictureError, OSError, ValueError) as error:
        raise UnknownItemError(f"The item {item_id[:80]!r} has no picture here.") from error


def has_picture(catalog: Catalog, item_id: str) -> bool:
    """Whether `picture_file` finds one, told by where it lies and how it begins. Raises UnknownItemError."""
    home, own_id = catalog.home_of(item_id)
    try:
        return bool(_found(home.item(own_id).image, home.gallery.folder, most=_BEGINNING))
    except (PictureError, OSError, ValueError):
        return False


def _found(reference: str | None, folder: Path | None, *, most: int = MOST_BYTES) -> PictureFile:
    """At most so many bytes of it."""
    if not reference:
        raise PictureError("No picture.")
    located = locate(reference, folder)
    content = located.content[:most] if located.path is None else _read(located.path, folder, most)
    return PictureFile(content, _media_type(content))


def _read(path: Path, folder: Path | None, most: int) -> bytes:
    """Of a file below the folder; links are followed before that is judged."""
    real = path.resolve(strict=True)
    if folder is None or not real.is_relative_to(folder.resolve()) or not real.is_file():
        raise PictureError("The picture is out of the catalog's folder.")
    if real.stat().st_size > MOST_BYTES:
        raise PictureError("The picture is too large.")
    with real.open("rb") as file:
        return file.read(most)


def _media_type(content: bytes) -> str:
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    known = next((kind for beginning, kind in _TYPES if content.startswith(beginning)), None)
    if known is None:
        raise PictureError("The file is no picture that a browser shows.")
    return known
