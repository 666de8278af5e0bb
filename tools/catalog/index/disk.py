"""Files that survive a loss of power, and what to say when there is no room for them."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

NO_ROOM = "Make room on the disk and make it writable, then try again: nothing is lost."
"""The cure wherever a file of an index cannot be written."""


def sync(path: Path) -> None:
    """Waits until a file is on the disk, or the entries of a directory: those of new names are lost without power.

    Raises OSError for a file. Some file systems, and Windows, keep entries by themselves and sync no directory.
    """
    if path.is_dir():
        with suppress(OSError):
            _sync(path, os.O_RDONLY)
    else:
        _sync(path, os.O_RDWR)


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
