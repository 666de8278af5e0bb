"""Adam for a network and for a large table of which a step touches a few rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor


@dataclass
class Adam:
    """Kingma & Ba, 2014. Of the table only the rows of a step are updated, their moments too (lazy Adam)."""

    weights: Mapping[str, Tensor]
    table: Tensor
    """Shape (n, d), without gradient: it is passed by rows."""
    rate: float
    betas: tuple[float, float] = (0.9, 0.98)
    steps: int = 0
    moments: dict[str, Tensor] = field(default_factory=dict)
    """What Adam remembers, by name: kept in a checkpoint together with `steps`."""

    def __post_init__(self) -> None:
        for order in ("first", "second"):
            for name, values in self.weights.items():
                self.moments.setdefault(f"{order}.{name}", torch.zeros_like(values))
            self.moments.setdefault(f"{order}.table", torch.zeros_like(self.table))

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor], rows: Tensor, row_gradients: Tensor) -> None:
        """Gradients in the order of `weights`; rows (k,) of the table, ascending, and their gradients (k, d)."""
        self.steps += 1
        for (name, values), gradient in zip(self.weights.items(), gradients, strict=True):
            values += self._move(self.moments[f"first.{name}"], self.moments[f"second.{name}"], gradient)
        first, second = self.moments["first.table"], self.moments["second.table"]
        if len(rows) == len(self.table):
            self.table += self._move(first, second, row_gradients)
            return
        own_first, own_second = first[rows], second[rows]
        self.table.index_add_(0, rows, self._move(own_first, own_second, row_gradients))
        first[rows], second[rows] = own_first, own_second

    def _move(self, first: Tensor, second: Tensor, gradient: Tensor) -> Tensor:
        """Updates the moments in place and returns what is to be added to the weights."""
        keep, keep_square = self.betas
        first.lerp_(gradient, 1 - keep)
        second.mul_(keep_square).addcmul_(gradient, gradient, value=1 - keep_square)
        below = second.sqrt().mul_((1 - keep_square**self.steps) ** -0.5).add_(1e-8)
        return torch.div(first, below, out=below).mul_(-self.rate / (1 - keep**self.steps))
