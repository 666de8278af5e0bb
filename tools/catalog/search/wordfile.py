"""Keeps the word table of a snapshot beside it, so that a catalog is searched soon after it was opened."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields
from importlib.metadata import version
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from ..index.snapshot import Snapshot
from .wordtable import WordTable

FILE = "words.npz"
VERSION = "4"
"""Raise it when texts are split or weighed differently: tables on disk are then made anew."""


def kept_table(directory: Path | None, snapshot: Snapshot, build: Callable[[], WordTable]) -> WordTable:
    """The table in the snapshot's directory; built, and kept there, when it is missing, damaged or of other items.

    On a read-only disk it is built at every start.
    """
    if directory is None:
        return build()
    path, stamp = directory / FILE, _stamp(snapshot)
    found = _read(path, stamp)
    if found is not None:
        return found
    table = build()
    with suppress(OSError):
        _write(path, stamp, table)
    return table


def _stamp(snapshot: Snapshot) -> str:
    """Changes when a table would: with the items, which the vectors stand for, and with how words are made."""
    found = hashlib.blake2b(f"{VERSION} jieba {version('jieba')}".encode(), digest_size=16)
    found.update("\0".join(f"{item.id}\0{item.title}" for item in snapshot.items).encode("utf-8", "surrogatepass"))
    found.update(snapshot.vectors.data)
    return found.hexdigest()


def _write(path: Path, stamp: str, table: WordTable) -> None:
    """A reader never sees half of it."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    arrays = {one.name: getattr(table, one.name) for one in fields(table)}
    words = "\n".join(table.words).encode("utf-8", "surrogatepass")
    try:
        with unfinished.open("wb") as file:
            np.savez(file, **arrays | {"words": np.frombuffer(words, np.uint8), "stamp": np.array(stamp)})
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _read(path: Path, stamp: str) -> WordTable | None:
    """None when there is no table, or not one of these items."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            if str(kept["stamp"]) != stamp:
                return None
            arrays = {one.name: kept[one.name] for one in fields(WordTable)}
            words = arrays["words"].tobytes().decode("utf-8", "surrogatepass")
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None
    return WordTable(
        **arrays | {"words": tuple(words.split("\n")) if words else (), "chinese": bool(arrays["chinese"])}
    )
