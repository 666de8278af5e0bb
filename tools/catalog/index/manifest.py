"""`manifest.json` of an index directory: what is in it, what it was made from, and whether that was interrupted."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from ...errors import IndexStateError
from ...items import CatalogSchema
from ..reading.rows import RowProblem
from .disk import NO_ROOM, sync

FILE = "manifest.json"
LOCK = "write.lock"
FORMAT = 1
_WAIT_S = 2.0


class Manifest(BaseModel):
    """The state of an index directory."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = FORMAT
    name: str
    embedding: str
    dimension: int
    schema_: CatalogSchema
    source: str = ""
    folder: str = ""
    """Where relative paths in the source are looked up; empty when it is no file."""
    stamp: str = ""
    """Hash of everything the items were made from."""
    revision: int = 0
    count: int = 0
    state: Literal["filling", "ready"] = "filling"
    """filling: the source is not fully indexed yet."""
    former: int = 0
    """The revision whose snapshot and journal, up to `former_size`, came to the same items as this snapshot."""
    former_size: int = 0
    token: str = ""
    """The state of a shared store that the snapshot was taken of."""
    problems: tuple[RowProblem, ...] = ()


def read_manifest(directory: Path) -> Manifest | None:
    """The manifest, or None when there is no index. Raises IndexStateError when it is damaged."""
    path = directory / FILE
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ValidationError as error:
        raise IndexStateError(
            f"{path}: the manifest is damaged or of another version ({error.error_count()} errors).",
            cure=f"Delete {directory} and index again.",
        ) from error
    except OSError as error:
        raise IndexStateError(f"{path}: cannot be read ({error}).", cure="Check the permissions.") from error


def write_manifest(directory: Path, manifest: Manifest) -> None:
    """Replaces the manifest in one step. Raises IndexStateError when there is no room for it."""
    work: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=".manifest-", dir=directory)
        work = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(manifest.model_dump_json())
            file.flush()
            os.fsync(file.fileno())
        os.replace(work, directory / FILE)
        sync(directory)
    except OSError as error:
        if work is not None:
            work.unlink(missing_ok=True)
        raise IndexStateError(
            f"{directory / FILE}: cannot be written ({error.strerror or error}).", cure=NO_ROOM
        ) from error


@contextmanager
def writing(directory: Path) -> Iterator[None]:
    """Holds the right to write to an index. Raises IndexStateError when another process keeps it."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = FileLock(directory / LOCK, timeout=_WAIT_S)
        lock.acquire()
    except Timeout as error:
        raise IndexStateError(
            f"{directory} is being written by another process.",
            cure="Wait until it has finished. To write from several processes, keep the items in a server: start it "
            'with `chroma run`, and open the catalog with store="http://HOST:PORT".',
        ) from error
    except OSError as error:
        raise IndexStateError(f"{directory} cannot be written ({error}).", cure="Choose another directory.") from error
    try:
        yield
    finally:
        lock.release()
