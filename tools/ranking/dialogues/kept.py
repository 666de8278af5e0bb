"""A dialogue ranker on disk: `dialogues.safetensors` and `dialogues.json`. Nothing is pickled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import ModelFileError, TrainingError
from ..models.protocol import ModelState
from ..tensorfile import damaged, hash_of, packed, read_tensors, write_whole
from .ranker import DialogueRanker

DIRECTORY = "dialogues"
"""Name of its directory, beside that of the ranker from interactions."""
TENSORS, MANIFEST = "dialogues.safetensors", "dialogues.json"
FORMAT = 1
_AGAIN = "Train it again with `recommender train --dialogues`."


def save_dialogues(directory: Path, ranker: DialogueRanker) -> None:
    """Writes both files, each whole or not at all. Raises TrainingError for weights that are not finite."""
    state = ranker.state()
    if not np.isfinite(state.tensors["weights"]).all():
        raise TrainingError("The weights of the dialogue ranker are not finite.", cure="Check the dialogues.")
    content = packed(state.tensors)
    manifest = {"format": FORMAT, "sha256": hash_of(content), "config": dict(state.config)}
    directory.mkdir(parents=True, exist_ok=True)
    write_whole(directory / TENSORS, content)
    write_whole(directory / MANIFEST, (json.dumps(manifest, indent=1) + "\n").encode())


def load_dialogues(directory: Path) -> DialogueRanker:
    """Reads what `save_dialogues` wrote. Raises ModelFileError for a missing, damaged or older file."""
    manifest, path = _manifest(directory), directory / TENSORS
    tensors = read_tensors(path, manifest["sha256"], MANIFEST, again=_AGAIN)
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


def _damaged(path: Path, what: str) -> ModelFileError:
    return damaged(path, what, again=_AGAIN)
