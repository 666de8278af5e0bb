"""From bytes to text: UTF-8, UTF-16 with a mark, GB 18030 for Chinese; never a guess that would garble."""

from __future__ import annotations

import codecs

from ...errors import CatalogError

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CHINESE_SHARE = 0.8
"""Share of the double-byte characters that must be everyday Chinese (GB 2312) for GB 18030 to be believed."""


def decode(data: bytes, file: str) -> str:
    """The text of a file. Raises CatalogError naming the first line that is not UTF-8."""
    if data.startswith(_UTF16):
        return _as_utf16(data, file)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        chinese = _as_chinese(data)
        if chinese is not None:
            return chinese
        line = data.count(b"\n", 0, error.start) + 1
        raise CatalogError(
            f"{file}, row {line}: neither UTF-8 nor GB 18030 (byte 0x{data[error.start]:02x}).",
            cure="Save the file as UTF-8.",
        ) from error


def _as_utf16(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-16")
    except UnicodeDecodeError as error:
        line = data[: error.start].decode("utf-16", "ignore").count("\n") + 1
        raise CatalogError(
            f"{file}, row {line}: not UTF-16 as its mark says.", cure="Save the file as UTF-8."
        ) from error


def _as_chinese(data: bytes) -> str | None:
    """Western bytes often decode as GB 18030 too, but into rare ideographs."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    wide = [character for character in text if ord(character) > 127]
    everyday = sum(len(character.encode("gb2312", "ignore")) == 2 for character in wide)
    return text if everyday >= _CHINESE_SHARE * len(wide) else None
