"""Where the picture of an item is: a file beside the catalog, a data URI, or out of reach."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit
from urllib.request import url2pathname

from ...errors import PictureError
from .reading import MOST_BYTES

_DATA = re.compile(r"data:([^,]{0,200}),", re.IGNORECASE)
_REMOTE = ("http", "https", "ftp", "s3", "gs")
_SHOWN = 80
_MOST_ESCAPED = 1_000_000
"""Characters of a data URI without Base64; undoing its escapes takes a hundred bytes for each."""


@dataclass(frozen=True, slots=True)
class Located:
    """A picture that is a file, or whose bytes are at hand; exactly one of the two."""

    path: Path | None = None
    content: bytes = b""


def locate(reference: str, folder: Path | None) -> Located:
    """A path relative to `folder` or absolute, a `file:` URL, or a data URI.

    Raises PictureError for an address on the network, which is never fetched, and for a data URI that is damaged.
    """
    if is_data(reference):
        return Located(content=data_of(reference))
    scheme = urlsplit(reference).scheme.lower() if "://" in reference[:_SHOWN] else ""
    if scheme in _REMOTE:
        raise PictureError(
            f"{reference[:_SHOWN]}: addresses are not fetched.", cure="Download the picture and give its path."
        )
    path = Path(url2pathname(urlsplit(reference).path)) if scheme == "file" else Path(reference)
    return Located(path=path if path.is_absolute() or folder is None else folder / path)


def is_data(reference: str) -> bool:
    """Whether it begins as a data URI does; what follows may be damaged."""
    return _DATA.match(reference) is not None


def data_of(uri: str) -> bytes:
    """The bytes of a data URI (RFC 2397). Raises PictureError when it is none or damaged."""
    head = _DATA.match(uri)
    if head is None:
        raise PictureError(f"{uri[:_SHOWN]}: no data URI.", cure="Write data:image/jpeg;base64,...")
    body = uri[head.end() :]
    if not head.group(1).lower().endswith(";base64"):
        if len(body) > _MOST_ESCAPED:
            raise PictureError("A picture without Base64 is too large.", cure="Write data:image/jpeg;base64,...")
        return unquote_to_bytes(body)
    return decoded(body)


def decoded(text: str) -> bytes:
    """The bytes of Base64 text. Raises PictureError when it is damaged, or longer than any picture that is read."""
    if len(text) > MOST_BYTES * 3 // 2:
        raise PictureError(f"A picture of {len(text) / 4e6 * 3:,.0f} MB is too large.", cure="Make it smaller.")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise PictureError(f"The picture's Base64 is damaged ({error}).", cure="Encode it again.") from error
