"""Vectors of pictures on disk: each with the stamp of its file, all with the id of their encoder. Never the truth."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

FILE = "pictures.npz"
_ABOUT, _VECTORS = "about", "vectors"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a picture's vector was made from. A file of the same size and time is taken for unchanged."""

    sha256: str
    size: int = 0
    modified_ns: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """Stamps and vectors (p,), float16, by reference; the vectors of one encoder."""

    encoder: str
    stamps: dict[str, Stamp] = field(default_factory=dict)
    vectors: dict[str, np.ndarray] = field(default_factory=dict)


def read_kept(directory: Path | None, encoder: str) -> Kept:
    """What is kept for that encoder; nothing when there is none, of another encoder, or damaged."""
    if directory is None:
        return Kept(encoder)
    try:
        with np.load(directory / FILE, allow_pickle=False) as held:
            about: dict[str, Any] = json.loads(held[_ABOUT].tobytes())
            rows = held[_VECTORS]
        if about["encoder"] != encoder:
            return Kept(encoder)
        stamps = {name: Stamp(**stamp) for name, stamp in about["stamps"].items()}
        return Kept(encoder, stamps, dict(zip(stamps, rows, strict=True)))
    except (OSError, ValueError, KeyError, TypeError, EOFError, AttributeError, BadZipFile):
        return Kept(encoder)


def write_kept(directory: Path | None, kept: Kept) -> None:
    """Replaces the file in one step. Where it cannot be written the vectors are made again next time."""
    if directory is None:
        return
    about = {"encoder": kept.encoder, "stamps": {name: asdict(stamp) for name, stamp in kept.stamps.items()}}
    rows = np.stack([kept.vectors[name] for name in kept.stamps]) if kept.stamps else np.empty((0, 0), np.float16)
    with contextlib.suppress(OSError):
        handle, work = tempfile.mkstemp(prefix=".pictures-", dir=directory)
        with os.fdopen(handle, "wb") as file:
            held: dict[str, Any] = {_ABOUT: np.frombuffer(json.dumps(about).encode(), np.uint8), _VECTORS: rows}
            np.savez(file, **held)
        os.replace(work, directory / FILE)
