"""How much of what people write is taken: messages, histories, pictures. Routes ask before they start a turn."""

from __future__ import annotations

import asyncio
import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ....tools.catalog.pictures.locating import data_of
from ....tools.errors import InputError
from .settings import EdgeSettings

if TYPE_CHECKING:
    from starlette.requests import Request


class TooMuch(InputError):
    """More than the server takes of one request."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """The most that one request may hold."""

    message_chars: int
    history: int
    images: int
    image_bytes: int
    image_pixels: int

    async def check_turn(self, message: str, image: str | None) -> None:
        """Raises TooMuch for one message with its picture, PictureError when that is no data URI."""
        self.check_message(message)
        if image is not None:
            await asyncio.to_thread(self.check_images, [image])

    def check_message(self, text: str) -> None:
        """Raises TooMuch for a message that is too long."""
        if len(text) > self.message_chars:
            raise TooMuch(f"A message may have {self.message_chars:,} characters; this one has {len(text):,}.")

    def check_history(self, messages: int) -> None:
        """Raises TooMuch when a client sends along too many messages."""
        if messages > self.history:
            raise TooMuch(f"A request may have {self.history:,} messages; this one has {messages:,}.")

    def check_images(self, uris: Sequence[str]) -> None:
        """Raises TooMuch for too many pictures, bytes or pixels, PictureError for what is no data URI.

        Of pictures only heads are read: a bomb is refused before it is unpacked. What cannot be read is let through,
        for the turn to say so. Undoing Base64 takes its time: not for an event loop.
        """
        if len(uris) > self.images:
            raise TooMuch(f"A request may have {self.images} pictures; this one has {len(uris)}.")
        for uri in uris:
            self._check_image(data_of(uri))

    def _check_image(self, content: bytes) -> None:
        if len(content) > self.image_bytes:
            raise TooMuch(f"A picture may have {self.image_bytes / 1e6:g} MB.")
        width, height = _size(content)
        if width * height > self.image_pixels:
            raise TooMuch(f"A picture may have {self.image_pixels:,} pixels; this one has {width} x {height}.")


def allowed_of(edge: EdgeSettings) -> Allowed:
    """What the settings allow."""
    return Allowed(
        edge.max_message_chars, edge.max_history, edge.max_images, edge.max_image_bytes, edge.max_image_pixels
    )


def allowed_for(request: Request) -> Allowed:
    """What the app allows that a request came to."""
    return request.app.state.allowed


def _size(content: bytes) -> tuple[int, int]:
    """Width and height, from the head; nothing of what Pillow cannot read, or when it is not installed."""
    try:
        from PIL import Image  # noqa: PLC0415

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as opened:
                return opened.size
    except ImportError:
        return 0, 0
    except Exception as error:  # decoders raise anything on damaged files
        if type(error).__name__ == "DecompressionBombError":
            raise TooMuch("A picture has too many pixels.") from error
        return 0, 0
