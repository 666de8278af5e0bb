"""From a file or bytes to a picture: whatever cannot be one is refused by name, with a cure."""

from __future__ import annotations

import base64
import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...errors import PictureError, SettingsError
from .protocol import Picture

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES = 20_000_000
LONGEST_SIDE = 1_024
"""Larger pictures are made smaller while they are decoded: no encoder sees more."""
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")
_SAVE = "Save it as JPEG or PNG."
_HEIC = (b"ftypheic", b"ftypheix", b"ftyphevc", b"ftypmif1", b"ftypmsf1")
_WHITE = (255, 255, 255)
_QUALITY = 85


def read_picture(source: str | Path | bytes, name: str = "") -> Picture:
    """A picture of at most LONGEST_SIDE pixels a side, upright, RGB; of an animation the first frame.

    See-through parts become white. `name` is what errors call it. Raises PictureError for what is missing, too large
    (by its size, before it is read, or by its pixels, before they are decoded), no picture, or damaged, and
    SettingsError when the extra `images` is not installed.
    """
    require_pillow()
    called = name or ("The picture" if isinstance(source, bytes) else str(source))
    content = source if isinstance(source, bytes) else _content(Path(source), called)
    _check_size(len(content), called)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of what is refused or mended below
        return _decoded(content, called)


def as_jpeg(picture: Picture) -> str:
    """The picture as a data URI, without anything that the file said beside it, such as where it was taken."""
    from PIL import Image  # noqa: PLC0415

    held = io.BytesIO()
    Image.fromarray(picture).save(held, "JPEG", quality=_QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(held.getvalue()).decode()}"


def require_pillow() -> None:
    """Raises SettingsError with the line that installs it."""
    try:
        import PIL.Image  # noqa: F401, PLC0415
    except ImportError as error:
        raise SettingsError(
            "Pictures need more packages.", cure="pip install 'langgraph-recommender[images]'"
        ) from error


def _content(path: Path, called: str) -> bytes:
    try:
        _check_size(path.stat().st_size, called)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise PictureError(f"{called}: no such file.", cure="Give the path of a picture.") from error
    except (OSError, ValueError) as error:
        raise PictureError(f"{called}: cannot be read ({error}).", cure="Give the path of a picture.") from error


def _check_size(size: int, called: str) -> None:
    if size == 0:
        raise PictureError(f"{called}: the file is empty.", cure="Give a picture.")
    if size > MOST_BYTES:
        raise PictureError(
            f"{called}: {size / 1e6:,.1f} MB is more than a picture may have ({MOST_BYTES / 1e6:,.0f} MB).",
            cure="Make it smaller.",
        )


def _decoded(content: bytes, called: str) -> Picture:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415

    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
            _check_pixels(opened, called)
            return _as_rgb(opened)
    except UnidentifiedImageError as error:
        raise PictureError(f"{called}: {_what(content)}.", cure=_SAVE) from error
    except Image.DecompressionBombError as error:
        raise PictureError(f"{called}: too many pixels.", cure="Make it smaller.") from error
    except PictureError:
        raise
    except Exception as error:  # decoders raise anything on damaged files
        raise PictureError(f"{called}: the picture is damaged ({error}).", cure="Save or download it again.") from error


def _check_pixels(opened: Image, called: str) -> None:
    from PIL.Image import MAX_IMAGE_PIXELS  # noqa: PLC0415

    width, height = opened.size
    if MAX_IMAGE_PIXELS and width * height > MAX_IMAGE_PIXELS:
        raise PictureError(
            f"{called}: {width} x {height} pixels are more than can be read ({MAX_IMAGE_PIXELS:,}).",
            cure="Make it smaller.",
        )


def _as_rgb(opened: Image) -> Picture:
    from PIL import ImageOps  # noqa: PLC0415

    opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    opened.load()
    small = _eight_bits(opened)
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(small)
    return np.ascontiguousarray(np.asarray(_on_white(upright), dtype=np.uint8))


def _eight_bits(picture: Image) -> Image:
    """Grey levels of 16 or 32 bits as 8; any other mode as it is."""
    from PIL import Image  # noqa: PLC0415

    if not (picture.mode.startswith("I") or picture.mode == "F"):
        return picture
    levels = np.nan_to_num(np.asarray(picture, dtype=np.float64)).clip(min=0.0)
    highest = 65_535.0 if picture.mode.startswith("I") else 255.0
    return Image.fromarray((levels / max(highest, float(levels.max())) * 255).astype(np.uint8))


def _on_white(picture: Image) -> Image:
    from PIL import Image  # noqa: PLC0415

    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layered.size, (*_WHITE, 255)), layered).convert("RGB")


def _what(content: bytes) -> str:
    """What the bytes are instead of a picture that can be read."""
    if content[4:12] in _HEIC:
        return "HEIC pictures cannot be read"
    start = content[:512].lstrip().lower()
    if start.startswith((b"<svg", b"<?xml")):
        return "drawings (SVG) cannot be read"
    try:
        content[:512].decode("utf-8")
    except UnicodeDecodeError:
        return "no picture that can be read"
    return "a text, not a picture"
