"""A dialogue ranker on disk: `dialogues.safetensors` and `dialogues.json`. Nothing is pickled."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import ModelFileError, TrainingError
from ..models.protocol import ModelState
from .ranker import DialogueRanker

DIRECTORY = "dialogues"
"""Name of its directory, beside that of the ranker from interactions."""
TENSORS, MANIFEST = "dialogues.safetensors", "dialogues.json"
FORMAT = 1
_AGAIN = "Train it again with `recommender train --dialogues`."


def save_dialogues(directory: Path, ranker: DialogueRanker) -> None:
    """Writes both files, each whole or not at all. Raises TrainingError for weights that are not finite."""
    from safetensors.numpy import save  # noqa: PLC0415

    state = ranker.state()
    if not np.isfinite(state.tensors["weights"]).all():
        raise TrainingError("The weights of the dialogue ranker are not finite.", cure="Check the dialogues.")
    content = save({name: np.ascontiguousarray(tensor) for name, tensor in state.tensors.items()})
    manifest = {"format": FORMAT, "sha256": hashlib.sha256(content).hexdigest(), "config": dict(state.config)}
    directory.mkdir(parents=True, exist_ok=True)
    _write(directory / TENSORS, content)
    _write(directory / MANIFEST, (json.dumps(manifest, indent=1) + "\n").encode())


def load_dialogues(directory: Path) -> DialogueRanker:
    """Reads what `save_dialogues` wrote. Raises ModelFileError for a missing, damaged or older file."""
    from safetensors import SafetensorError  # noqa: PLC0415
    from safetensors.numpy import load  # noqa: PLC0415

    manifest, path = _manifest(directory), directory / TENSORS
    try:
        content = path.read_bytes()
        tensors = load(content)
    except OSError as error:
        raise ModelFileError(f"{path} cannot be read: {error.strerror}.", cure=_AGAIN) from error
    except (SafetensorError, ValueError, KeyError) as error:
        raise _damaged(path, f"it is truncated or no safetensors file ({error})") from error
    if hashlib.sha256(content).hexdigest() != manifest["sha256"]:
        raise _damaged(path, f"it is not the file that {MANIFEST} was written with")
    try:
        return DialogueRanker.restore(ModelState(manifest["config"], tensors))
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise _damaged(path, f"{error}") from error


def _manifest(directory: Path) -> dict[str, Any]:
    path = directory / MANIFEST
    try:
        manifest = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ModelFileError(f"There is no dialogue ranker in {directory}.", cure=_AGAIN) from error
    except ValueError as error:
        raise _damaged(path, f"it is no JSON ({error})") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        found = manifest.get("format") if isinstance(manifest, dict) else None
        raise ModelFileError(f"{path} has format {found!r}, and this version reads format {FORMAT}.", cure=_AGAIN)
    if not {"sha256", "config"} <= manifest.keys():
        raise _damaged(path, "it lacks sha256 or config")
    return manifest


def _write(path: Path, content: bytes) -> None:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _damaged(path: Path, what: str) -> ModelFileError:
    return ModelFileError(f"{path} cannot be used: {what}.", cure=f"Copy it again, or: {_AGAIN}")
