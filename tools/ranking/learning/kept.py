"""Parts that an interrupted training has finished, so that it goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..data.model import ItemTable
from ..models.protocol import ModelState, Scorer
from .recipes import PARTS


def digest_of(*values: Any) -> str:
    """16 hexadecimal digits of JSON values and mappings of them."""
    return hashlib.sha256(json.dumps(values, default=dict, sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Kept:
    """A directory of finished parts, valid for one training: data, settings and seed."""

    directory: Path
    fingerprint: str

    def write(self, part: Scorer) -> None:
        """The part, whole or not at all."""
        from safetensors.numpy import save  # noqa: PLC0415

        state = part.state()
        told = {"config": json.dumps(dict(state.config)), "fingerprint": self.fingerprint}
        tensors = {name: np.ascontiguousarray(tensor) for name, tensor in state.tensors.items()}
        self.directory.mkdir(parents=True, exist_ok=True)
        unfinished = self.directory / f".{part.name}"
        unfinished.write_bytes(save(tensors, told))
        unfinished.replace(self._path(part.name))

    def read(self, name: str, items: ItemTable) -> Scorer | None:
        """The part; None when it is not finished, or was made from other data, settings or another seed."""
        from safetensors import SafetensorError, safe_open  # noqa: PLC0415

        try:
            with safe_open(self._path(name), framework="np") as file:
                told = file.metadata() or {}
                if told.get("fingerprint") != self.fingerprint:
                    return None
                tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - it is no dict
        except (OSError, SafetensorError):
            return None
        return PARTS[name].scorer_class().restore(ModelState(json.loads(told["config"]), tensors), items)

    def _path(self, name: str) -> Path:
        return self.directory / f"{name}.safetensors"
