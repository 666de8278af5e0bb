"""Texts as arrays, so that a model is tensors alone."""

from __future__ import annotations

import json
from collections.abc import Iterable

import numpy as np


def packed(texts: Iterable[str]) -> np.ndarray:
    """Shape (bytes,), uint8: a JSON list in UTF-8."""
    return np.frombuffer(json.dumps(list(texts), ensure_ascii=False).encode("utf-8", "surrogatepass"), np.uint8)


def unpacked(bytes_: np.ndarray) -> tuple[str, ...]:
    """The texts again. Raises ValueError for anything else."""
    found = json.loads(bytes_.tobytes().decode("utf-8", "surrogatepass"))
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise ValueError("no list of texts")
    return tuple(found)
