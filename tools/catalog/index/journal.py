"""The journal of an index directory: every change since the last snapshot, one line each, durable when it returns.

It makes a change cheap. The lines reach Chroma, and a new snapshot, when they have become many and when the catalog
is closed; until then whoever opens the directory reads the snapshot and the journal.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Collection
from pathlib import Path

import numpy as np

from ...errors import IndexStateError
from .changing import Change
from .disk import NO_ROOM, sync
from .records import item_from_json, item_to_json

_PREFIX = "journal-"


def journal_path(directory: Path, revision: int) -> Path:
    """The journal that goes on from the snapshot of a revision."""
    return directory / f"{_PREFIX}{revision}.jsonl"


def append(path: Path, change: Change) -> int:
    """Writes a change to the disk, and returns the size of the file. Hold the lock of the index.

    Raises IndexStateError when it cannot be written; then nothing has changed.
    """
    size = _whole(path)
    try:
        with path.open("ab") as file:
            file.truncate(size)
            try:
                file.write(_line(change))
                file.flush()
                os.fsync(file.fileno())
                if not size:
                    sync(path.parent)
            except OSError:
                file.truncate(size)
                raise
            return file.tell()
    except OSError as error:
        raise IndexStateError(
            f"{path}: the change cannot be written ({error.strerror or error}).",
            cure=NO_ROOM,
        ) from error


def cut(path: Path, size: int) -> int:
    """Takes back what was written after a position, and returns it."""
    os.truncate(path, size)
    return size


def read_journal(path: Path, start: int = 0) -> tuple[list[Change], int]:
    """The changes from a position in the file, and the position after the last whole line.

    The last line may be half written, by a process that was killed or is writing: it does not count.
    Raises IndexStateError for a line that is no change.
    """
    try:
        with path.open("rb") as file:
            file.seek(start)
            written = file.read()
    except FileNotFoundError:
        return [], 0
    whole = written.rfind(b"\n") + 1
    try:
        return [_change(line) for line in written[:whole].splitlines()], start + whole
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexStateError(
            f"{path}: the journal is damaged ({error}).",
            cure=f"Put back a copy of {path.name}, or delete it: the changes since the last snapshot go with it.",
        ) from error


def remove_journals(directory: Path, *, but: Collection[int]) -> None:
    """Removes the journals of other revisions."""
    kept = {journal_path(directory, revision) for revision in but}
    for path in directory.glob(f"{_PREFIX}*.jsonl"):
        if path not in kept:
            path.unlink(missing_ok=True)


def _whole(path: Path) -> int:
    """The size of the file without a line that was cut off."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - 1, 0))
            if file.read(1) in (b"", b"\n"):
                return size
    except FileNotFoundError:
        return 0
    return path.read_bytes().rfind(b"\n") + 1


def _line(change: Change) -> bytes:
    put = [[item_to_json(item), _text_of(vector)] for item, vector in zip(change.put, change.vectors, strict=True)]
    return json.dumps({"put": put, "drop": change.drop}).encode() + b"\n"


def _change(line: bytes) -> Change:
    fields = json.loads(line)
    vectors = [np.frombuffer(base64.b64decode(text), dtype="<f4") for _, text in fields["put"]]
    items = tuple(item_from_json(json.loads(text)) for text, _ in fields["put"])
    return Change(items, np.stack(vectors) if vectors else np.empty((0, 0), dtype=np.float32), tuple(fields["drop"]))


def _text_of(vector: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(vector, dtype="<f4").tobytes()).decode("ascii")
