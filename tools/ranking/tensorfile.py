"""Tensors on disk, as safetensors with a hash in the manifest beside them. Nothing is pickled."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ..errors import ModelFileError


def packed(tensors: Mapping[str, np.ndarray]) -> bytes:
    """The content of a file, the same for the same tensors."""
    from safetensors.numpy import save  # noqa: PLC0415

    return save({name: np.ascontiguousarray(tensors[name]) for name in sorted(tensors)})


def hash_of(content: bytes) -> str:
    """What the manifest says of the content."""
    return hashlib.sha256(content).hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def read_tensors(path: Path, sha256: object, manifest: str, *, again: str) -> dict[str, np.ndarray]:
    """The tensors of a file that the manifest has the hash of; `again` says how to make it anew.

    Raises ModelFileError for a file that is missing, truncated or another one, and for numbers that are not finite.
    """
    from safetensors import SafetensorError  # noqa: PLC0415
    from safetensors.numpy import load  # noqa: PLC0415

    try:
        content = path.read_bytes()
        tensors = load(content)
    except OSError as error:
        raise ModelFileError(f"{path} cannot be read: {error}.", cure=again) from error
    except (SafetensorError, ValueError, KeyError) as error:
        raise damaged(path, f"it is truncated or no safetensors file ({error})", again=again) from error
    if hash_of(content) != sha256:
        raise damaged(path, f"it is not the file that {manifest} was written with", again=again)
    wrong = not_finite(tensors)
    if wrong:
        raise damaged(path, f"the tensor {wrong} holds numbers that are not finite", again=again)
    return tensors


def not_finite(tensors: Mapping[str, np.ndarray]) -> str:
    """Name of the first tensor with a number that is not finite; empty when there is none."""
    floats = (name for name, tensor in tensors.items() if np.issubdtype(tensor.dtype, np.floating))
    return next((name for name in sorted(floats) if not np.isfinite(tensors[name]).all()), "")


def damaged(path: Path, what: str, *, again: str) -> ModelFileError:
    """The error for a file that was written by this version and cannot be used."""
    return ModelFileError(f"{path} cannot be used: {what}.", cure=f"Copy it again, or: {again}")
