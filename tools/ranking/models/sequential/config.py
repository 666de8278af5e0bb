"""What a sequential transformer is made of and how it is trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ....errors import SettingsError

FULL_SOFTMAX_ITEMS = 5000
"""Up to so many items the softmax over all of them is affordable on a processor."""


@dataclass(frozen=True, slots=True)
class SequentialConfig:
    """Raises SettingsError for values that make no model."""

    dim: int = 128
    """Width of an item's embedding."""
    heads: int = 2
    layers: int = 2
    length: int = 100
    """The last so many events of a history are read."""
    dropout: float = 0.5
    block: Literal["sasrec", "ligr"] = "sasrec"
    loss: Literal["auto", "softmax", "sampled", "gbce"] = "auto"
    """auto: softmax up to 5,000 items, sampled above."""
    negatives: int = 1024
    """Items that a batch is contrasted with, shared by all its events: sampled and gbce only."""
    calibration: float = 0.75
    """gbce only: 0 is plain binary cross-entropy, 1 removes the overconfidence that sampling causes."""
    id_dropout: float = 0.0
    """Share of the items in a batch that stand there by their text alone; above 0 the text of items is read."""
    rate: float = 5e-4
    """Learning rate of Adam."""
    batch: int = 2048
    """Events in a step, about, over all processes together."""
    epochs: int = 200
    patience: int = 8
    """Epochs without a better NDCG@10 after which training stops."""
    judged: int = 5000
    """People, at most, whose last event is kept out of training to judge by; not used when `held` is given."""

    def __post_init__(self) -> None:
        for wrong, message in self._faults():
            if wrong:
                raise SettingsError(f"A sequential transformer cannot have {message}.")

    def _faults(self) -> list[tuple[bool, str]]:
        counts = ("dim", "heads", "layers", "length", "negatives", "batch", "epochs", "patience", "judged")
        shares = ("dropout", "calibration", "id_dropout")
        return [
            *((getattr(self, name) < 1, f"{name} {getattr(self, name)}: it is 1 or more") for name in counts),
            *((not 0 <= getattr(self, name) <= 1, f"{name} {getattr(self, name)}: it is 0 to 1") for name in shares),
            (self.dim % max(self.heads, 1) != 0, f"dim {self.dim} with {self.heads} heads: heads must divide it"),
            (self.rate <= 0, f"rate {self.rate}: it is above 0"),
            (self.block not in ("sasrec", "ligr"), f"the block {self.block!r}: sasrec or ligr"),
            (self.loss not in ("auto", "softmax", "sampled", "gbce"), f"the loss {self.loss!r}"),
        ]

    def loss_for(self, items: int) -> str:
        """The loss when there are so many items."""
        if self.loss != "auto":
            return self.loss
        return "softmax" if items <= FULL_SOFTMAX_ITEMS else "sampled"
