"""A text file in blocks of whole lines, as UTF-8: the unit in which a file larger than memory is read."""

from __future__ import annotations

import codecs
import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from ...errors import LogError
from ...profile.lines import LONGEST_LINE, Progress, encoding_of, existing, unpacked

BLOCK = 4_000_000
"""Bytes."""


def blocks(path: Path, progress: Progress, size: int = BLOCK) -> Iterator[bytes]:
    """Whole lines, about `size` bytes at a time, without the mark of UTF-8; each line ends in a newline.

    Raises:
        LogError: the file is missing, unreadable, damaged, or has a line of more than LONGEST_LINE bytes.
    """
    total = max(1, existing(path).stat().st_size)
    try:
        with path.open("rb") as raw, unpacked(raw, path) as stream:
            rest = b""
            for data in _pieces(_reader(stream, encoding_of(path)), size):
                cut = data.rfind(b"\n") + 1
                if cut:
                    yield rest + data[:cut]
                rest = data[cut:] if cut else rest + data
                if len(rest) > LONGEST_LINE:
                    raise LogError(f"{path}: a line of more than {LONGEST_LINE:,} bytes.", cure="Check the file.")
                progress(min(raw.tell(), total), total)
            if rest:
                yield rest + b"\n"
    except (OSError, EOFError, UnicodeError, zlib.error) as error:
        raise LogError(
            f"{path}: cannot be read ({error}).", cure="The file is damaged or cut off: copy it again."
        ) from error


def _pieces(read: Callable[[int], bytes], size: int) -> Iterator[bytes]:
    """Pieces with plain newlines; the old Macintosh ending, a bare return, counts as one too."""
    first = True
    while data := read(size):
        data = data.removeprefix(codecs.BOM_UTF8) if first else data
        first = False
        yield data if b"\n" in data else data.replace(b"\r", b"\n")


def _reader(stream: BinaryIO, encoding: str) -> Callable[[int], bytes]:
    if encoding == "utf-8-sig":
        return stream.read
    text = io.TextIOWrapper(stream, encoding=encoding)
    return lambda size: text.read(size).encode()
