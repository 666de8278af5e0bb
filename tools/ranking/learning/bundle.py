"""A trained ranker on disk: `ranker.safetensors`, `ranker.json` and the card as `README.md`. Nothing is pickled."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import ModelFileError, TrainingError
from ..data.model import ItemTable
from ..models.protocol import ModelState, Scorer
from ..tensorfile import damaged, hash_of, not_finite, packed, read_tensors, write_whole
from .card import Card
from .recipes import PARTS
from .showing import card_as_markdown
from .trained import TrainedModel
from .voices import Voice

TENSORS, MANIFEST, CARD = "ranker.safetensors", "ranker.json", "README.md"
FORMAT = 1
_ITEMS = "items"
_PROBED = 16
_ALIKE = 0.9
_AGAIN = "Train it again with `recommender train`."


def save_model(directory: Path, model: TrainedModel) -> None:
    """Writes the three files, each whole or not at all. Raises TrainingError for numbers that are not finite."""
    tensors = {f"{part.name}/{name}": tensor for part in model.parts for name, tensor in part.state().tensors.items()}
    wrong = not_finite(tensors)
    if wrong:
        raise TrainingError(f"The tensor {wrong} of the ranker is not finite.", cure="Train with other settings.")
    content = packed(tensors | _item_tensors(model.items))
    directory.mkdir(parents=True, exist_ok=True)
    write_whole(directory / TENSORS, content)
    write_whole(directory / CARD, card_as_markdown(model).encode())
    write_whole(
        directory / MANIFEST, (json.dumps(_manifest(model, content), indent=1, ensure_ascii=False) + "\n").encode()
    )


def load_model(directory: Path, items: ItemTable | None = None) -> TrainedModel:
    """Reads what `save_model` wrote.

    `items` are those of the catalog, in the order of the model, with the vectors that parts which read text need;
    without them there are ids alone. Raises ModelFileError for a file that is missing, truncated, changed, of another
    version or of another catalog, for missing or foreign tensors and for numbers that are not finite.
    """
    manifest = read_manifest(directory)
    tensors = _tensors(directory, manifest)
    own = _own_items(directory, manifest, tensors)
    table = own if items is None else _checked_items(directory, own, items, tensors.get(f"{_ITEMS}/probe"))
    parts = _parts(directory, manifest, tensors, table)
    try:
        voices = {part.name: Voice(**manifest["voices"][part.name]) for part in parts}
        return TrainedModel(table, parts, voices, float(manifest["temperature"]), Card.from_json(manifest["card"]))
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(directory / MANIFEST, f"{error}") from error


def item_ids(directory: Path) -> tuple[str, ...]:
    """Ids of the items that a kept model speaks of, in its order. Raises ModelFileError."""
    manifest = read_manifest(directory)
    return _own_items(directory, manifest, _tensors(directory, manifest)).item_ids


def read_manifest(directory: Path) -> dict[str, Any]:
    """What `ranker.json` says. Raises ModelFileError."""
    path = directory / MANIFEST
    try:
        manifest = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        cure = "Name the directory that recommender train wrote, or train one."
        raise ModelFileError(f"There is no trained ranker in {directory}.", cure=cure) from error
    except OSError as error:
        raise ModelFileError(f"{path} cannot be read: {error}.", cure=_AGAIN) from error
    except ValueError as error:
        raise _damaged(path, f"it is no JSON ({error})") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        found = manifest.get("format") if isinstance(manifest, dict) else None
        message = f"{path} has format {found!r}, and this version reads format {FORMAT}."
        raise ModelFileError(message, cure="Use the version that wrote it, or train again with `recommender train`.")
    missing = {"card", "items", "parts", "sha256", "temperature", "voices"} - manifest.keys()
    if missing:
        raise _damaged(path, f"it lacks {', '.join(sorted(missing))}")
    return manifest


def ids_hash(item_ids: tuple[str, ...]) -> str:
    """16 hexadecimal digits that change with any id and with their order."""
    return hashlib.sha256(json.dumps(item_ids).encode()).hexdigest()[:16]


def _manifest(model: TrainedModel, content: bytes) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "sha256": hash_of(content),
        "items": {"count": len(model.items), "hash": ids_hash(model.items.item_ids)},
        "parts": {part.name: dict(part.state().config) for part in model.parts},
        "voices": {part.name: asdict(model.voices[part.name]) for part in model.parts},
        "temperature": model.temperature,
        "card": model.card.to_json(),
    }


def _item_tensors(items: ItemTable) -> dict[str, np.ndarray]:
    ids = np.frombuffer(json.dumps(items.item_ids, ensure_ascii=False).encode(), np.uint8)
    probe = {} if items.vectors is None else {f"{_ITEMS}/probe": items.vectors[:_PROBED].astype(np.float16)}
    return {f"{_ITEMS}/ids": ids, **probe}


def _tensors(directory: Path, manifest: Mapping[str, Any]) -> dict[str, np.ndarray]:
    return read_tensors(directory / TENSORS, manifest["sha256"], MANIFEST, again=_AGAIN)


def _own_items(directory: Path, manifest: Mapping[str, Any], tensors: Mapping[str, np.ndarray]) -> ItemTable:
    kept = tensors.get(f"{_ITEMS}/ids")
    if kept is None:
        raise _damaged(directory / TENSORS, f"the tensor {_ITEMS}/ids is missing")
    ids = tuple(json.loads(kept.tobytes()))
    if ids_hash(ids) != manifest["items"].get("hash"):
        raise _damaged(directory / MANIFEST, "its items are not those of the tensors")
    return ItemTable(ids)


def _checked_items(directory: Path, own: ItemTable, items: ItemTable, probe: np.ndarray | None) -> ItemTable:
    """The items of the catalog, when they are those of the model."""
    cure = "Give the catalog that it was trained with, or train again with `recommender train`."
    if items.item_ids != own.item_ids:
        strange = sorted(set(own.item_ids) - set(items.item_ids))
        missing = f"{len(strange)} of its {len(own)} items are missing" + (f", as {strange[0]!r}" if strange else "")
        raise ModelFileError(f"The ranker in {directory} was trained with another catalog: {missing}.", cure=cure)
    if probe is not None and items.vectors is not None and not _alike(probe, items.vectors[: len(probe)]):
        message = f"The ranker in {directory} was trained with vectors of another embedding."
        raise ModelFileError(message, cure="Open the catalog with that embedding, or train again.")
    return items


def _alike(probe: np.ndarray, vectors: np.ndarray) -> bool:
    if probe.shape != vectors.shape:
        return False
    return bool(np.median((probe.astype(np.float32) * vectors).sum(axis=1)) >= _ALIKE) if len(probe) else True


def _parts(
    directory: Path, manifest: Mapping[str, Any], tensors: Mapping[str, np.ndarray], items: ItemTable
) -> tuple[Scorer, ...]:
    named = manifest["parts"]
    foreign = sorted(name for name in tensors if name.split("/")[0] not in {*named, _ITEMS})
    if foreign:
        raise _damaged(directory / TENSORS, f"the tensor {foreign[0]} belongs to no part of {MANIFEST}")
    return tuple(_part(directory, name, config, tensors, items) for name, config in named.items())


def _part(
    directory: Path, name: str, config: Mapping[str, Any], tensors: Mapping[str, np.ndarray], items: ItemTable
) -> Scorer:
    if name not in PARTS:
        message = f"{directory / MANIFEST} names a part {name!r} that this version does not have."
        raise ModelFileError(message, cure="Use the version that wrote it, or train again with `recommender train`.")
    own = {key.removeprefix(f"{name}/"): tensor for key, tensor in tensors.items() if key.startswith(f"{name}/")}
    if not own:
        raise _damaged(directory / TENSORS, f"the tensors of the part {name} are missing")
    try:
        return PARTS[name].scorer_class().restore(ModelState(config, own), items)
    except (KeyError, TypeError, ValueError, IndexError, RuntimeError) as error:
        raise _damaged(directory / TENSORS, f"the part {name} cannot be restored ({error})") from error


def _damaged(path: Path, what: str) -> ModelFileError:
    return damaged(path, what, again=_AGAIN)
