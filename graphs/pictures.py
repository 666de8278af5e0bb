"""Pictures that a person sends: found in a message, read once, and taken out of what is kept of the conversation."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import numpy as np
from langchain_core.messages import BaseMessage, HumanMessage

from ..tools.catalog import Catalog
from ..tools.catalog.pictures.locating import data_of
from ..tools.catalog.pictures.reading import as_jpeg, read_picture
from ..tools.errors import InputError, PictureError, SettingsError
from .state import PictureProblem, SentPicture, WantedPicture

NOTE = "pictures"
"""Key in `additional_kwargs` of a message whose pictures were taken out: their short hashes."""
_CHANNELS, _SPOKEN = "channel_values", ("messages", "__start__")
"""Where a checkpoint holds what was said: the channel, and the input before it is one."""
_TYPES = {"image", "image_url", "input_image"}
_MOST = 4
"""Pictures of one message that are looked at."""
_UNREAD = "The message has a picture without its bytes."
Block = Mapping[str, Any]


def addresses(message: BaseMessage) -> list[str]:
    """The pictures of a message in any of LangChain's or OpenAI's forms: data URIs, or addresses on the network."""
    return [_address(one) for one in _blocks(message.content)]


def is_picture(block: object) -> bool:
    """Whether a content block is a picture."""
    return isinstance(block, Mapping) and block.get("type") in _TYPES


def without_pictures(message: HumanMessage) -> HumanMessage:
    """The same message with its words only, and the short hashes of its pictures."""
    found = [] if isinstance(message.content, str) else addresses(message)
    if not found:
        return message
    noted = {**message.additional_kwargs, NOTE: [_short(one.encode()) for one in found]}
    return message.model_copy(update={"content": message.text, "additional_kwargs": noted})


def stripped(value: Any) -> Any:
    """A checkpoint, or the value of one channel, without the bytes of any picture."""
    if not (isinstance(value, dict) and _CHANNELS in value):
        return _stripped(value)
    held = value[_CHANNELS]
    spoken = {name: _stripped(held[name]) for name in _SPOKEN if name in held}
    return {**value, _CHANNELS: {**held, **spoken}}


def _stripped(value: Any) -> Any:
    """In messages, and in what stands for messages before they are."""
    if isinstance(value, HumanMessage):
        return without_pictures(value)
    if is_picture(value):
        return {"type": "text", "text": ""}
    if isinstance(value, dict):
        return {key: _stripped(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_stripped(one) for one in value]
    return tuple(_stripped(one) for one in value) if type(value) is tuple else value


def read_sent(message: HumanMessage, catalog: Catalog) -> tuple[SentPicture | None, list[str]]:
    """What the pictures of a message are to this catalog, and the same as data URIs for a model that can see.

    None when the message has no picture. Never raises: a picture that cannot be used comes with its problem.
    """
    found = addresses(message)[:_MOST]
    if not found:
        return None, []
    try:
        contents = [_bytes(one) for one in found]
        pictures = [read_picture(one) for one in contents]
    except SettingsError:
        return SentPicture(problem=PictureProblem.NOT_INSTALLED), _whole(found)
    except InputError as error:
        return SentPicture(problem=PictureProblem.UNREAD, reason=str(error)), []
    return _compared(catalog, pictures, contents), [as_jpeg(one) for one in pictures]


def wanted_vector(wanted: WantedPicture | None, catalog: Catalog) -> np.ndarray | None:
    """The unit vector (p,) to search by; None when there is none, or the catalog's encoder is another one by now."""
    gallery = catalog.gallery
    if wanted is None or not gallery.usable or gallery.encoder.model_id != wanted.encoder:
        return None
    return np.frombuffer(base64.b64decode(wanted.vector), dtype=np.float16).astype(np.float32)


def looks_alike(wanted: WantedPicture | None, item_id: str, catalog: Catalog) -> bool:
    """Whether the picture of an item may be said to look like the one that was sent."""
    vector = wanted_vector(wanted, catalog)
    if vector is None:
        return False
    row = catalog.gallery.of(catalog.items()).vectors[catalog.position(item_id)]
    return float(row @ vector) >= catalog.gallery.encoder.alike


def content_with(words: str, shown: Sequence[str]) -> list[str | dict[Any, Any]]:
    """Content blocks for a model that can see."""
    text: list[str | dict[Any, Any]] = [{"type": "text", "text": words}] if words.strip() else []
    return [*text, *({"type": "image_url", "image_url": {"url": one}} for one in shown)]


def _compared(catalog: Catalog, pictures: Sequence[np.ndarray], contents: Sequence[bytes]) -> SentPicture:
    gallery = catalog.gallery
    try:
        if not any(item.image for item in catalog.items()) or not gallery.of(catalog.items()).count:
            return SentPicture(problem=PictureProblem.NONE_TO_COMPARE)
        mean = gallery.encoder.encode(pictures).mean(axis=0)
    except InputError as error:
        return SentPicture(problem=PictureProblem.NOT_INSTALLED, reason=error.message)
    vector = (mean / max(float(np.linalg.norm(mean)), 1e-9)).astype(np.float16)
    packed = base64.b64encode(vector.tobytes()).decode()
    digest = _short(b"".join(contents))
    return SentPicture(wanted=WantedPicture(encoder=gallery.encoder.model_id, vector=packed, digest=digest))


def _blocks(content: object) -> Iterator[Block]:
    if isinstance(content, list):
        yield from (cast(Block, block) for block in content if is_picture(block))


def _address(block: Block) -> str:
    """A data URI or an address; empty when the block holds neither."""
    held = block.get("image_url")
    url = held.get("url") if isinstance(held, Mapping) else held or block.get("url")
    if isinstance(url, str) and url:
        return url
    source = block.get("source")
    inner = source if isinstance(source, Mapping) else block
    data = inner.get("base64") or inner.get("data")
    kind = inner.get("mime_type") or inner.get("media_type") or "image/jpeg"
    return f"data:{kind};base64,{data}" if isinstance(data, str) and data else ""


def _bytes(address: str) -> bytes:
    if not address:
        raise PictureError(_UNREAD, cure="Send it as a data URI.")
    if not address[:5].lower() == "data:":
        raise PictureError("Addresses of pictures are not fetched.", cure="Send the picture itself.")
    return data_of(address)


def _whole(found: Sequence[str]) -> list[str]:
    return [one for one in found if one[:5].lower() == "data:"]


def _short(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()[:16]}"
