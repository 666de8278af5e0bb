"""How wrong the states are about what came next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F


@dataclass(frozen=True, slots=True)
class Negatives:
    """Items that all events of a batch are contrasted with."""

    rows: np.ndarray
    """Shape (k,), int64, ascending, each once."""
    counts: np.ndarray
    """Shape (k,): how often each was drawn."""
    expected: np.ndarray
    """Shape (k,): how often each would be drawn on average."""

    def column_of(self, targets: np.ndarray) -> np.ndarray:
        """Shape (t,): where each target stands among the rows; -1 where it does not."""
        places = np.minimum(np.searchsorted(self.rows, targets), len(self.rows) - 1)
        return np.where(self.rows[places] == targets, places, -1)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Where negatives come from: half by popularity, half evenly, so that hard ones and rare ones both occur."""

    chances: np.ndarray
    """Shape (n,): they sum to 1."""
    sums: np.ndarray
    """Shape (n,): their running sums."""

    @classmethod
    def of(cls, rows: np.ndarray, items: int) -> Proposal:
        """From the events of the training data (e,)."""
        counts = np.bincount(rows, minlength=items)
        chances = 0.5 * counts / max(counts.sum(), 1) + 0.5 / items
        return cls(chances / chances.sum(), np.cumsum(chances / chances.sum()))

    def draw(self, count: int, random: np.random.Generator) -> Negatives:
        """So many items, with replacement."""
        drawn = np.minimum(np.searchsorted(self.sums, random.random(count)), len(self.sums) - 1)
        rows, counts = np.unique(drawn, return_counts=True)
        return Negatives(rows, counts, count * self.chances[rows])


def softmax_loss(states: Tensor, table: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy over all items: states (t, d), table (n, d), targets (t,) to losses (t,)."""
    positive = (states * table[targets]).sum(dim=1)
    return log_sum_exp(states, table, torch.zeros(len(table), device=table.device), None) - positive


def sampled_softmax_loss(states: Tensor, positive: Tensor, columns: Tensor, weights: Tensor, own: Tensor) -> Tensor:
    """Cross-entropy against shared negatives, corrected for how often they are drawn (Bengio & Senecal, 2008).

    States (t, d), logits of the targets (t,), embeddings of the negatives (k, d) with their drawn over expected counts
    (k,), and for each target its own column among the negatives, or -1: it is passed over. Losses (t,).
    """
    return torch.logaddexp(log_sum_exp(states, columns, weights.log(), own), positive) - positive


def gbce_loss(
    states: Tensor, positive: Tensor, columns: Tensor, counts: Tensor, own: Tensor, share: float, calibration: float
) -> Tensor:
    """Generalised binary cross-entropy: Petrov & Macdonald, gSASRec, 2023.

    As `sampled_softmax_loss`; `counts` (k,) is how often each was drawn, `share` the part of the catalog that the draw
    is, `calibration` their t. All logits stand lower by log k, so that the negatives are unlikely from the beginning.
    """
    beta = share * (calibration * (1 - 1 / share) + 1 / share)
    shift = float(counts.sum().log())
    losses = F.softplus(states @ columns.T - shift) * counts
    places = torch.nonzero(own >= 0).squeeze(1)
    passed_over = losses[places, own[places]]
    return losses.sum(dim=1).index_add(0, places, -passed_over) - beta * F.logsigmoid(positive - shift)


def log_sum_exp(states: Tensor, columns: Tensor, bias: Tensor, own: Tensor | None) -> Tensor:
    """log sum_k exp(states . columns_k + bias_k), shape (t,), without column `own` (t,) of a state where it is >= 0."""
    if states.is_cuda:
        logits = (states @ columns.T).float() + bias
        return torch.logsumexp(logits if own is None else _without(logits, own), dim=1)
    return _LogSumExp.apply(states, columns, bias, own)  # pyright: ignore[reportReturnType]


def _without(logits: Tensor, own: Tensor) -> Tensor:
    places = torch.nonzero(own >= 0).squeeze(1)
    logits[places, own[places]] = -torch.inf
    return logits


class _LogSumExp(torch.autograd.Function):
    """`log_sum_exp` in one pass over the (t, k) logits: the exponentials are kept; the way back is two products."""

    @staticmethod
    def forward(ctx: Any, states: Tensor, columns: Tensor, bias: Tensor, own: Tensor | None) -> Tensor:
        raised = torch.empty(len(states), len(columns))
        highest, sums = torch.empty(len(states)), torch.empty(len(states))
        for first in range(0, len(states), _ROWS):
            part = slice(first, first + _ROWS)
            logits = torch.addmm(bias, states[part], columns.T, out=raised[part])
            if own is not None:
                _without(logits, own[part])
            torch.amax(logits, dim=1, out=highest[part])
            logits.sub_(highest[part, None]).exp_()
            torch.sum(logits, dim=1, out=sums[part])
        ctx.save_for_backward(states, columns, raised, sums)
        return sums.log() + highest

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None, None]:
        states, columns, raised, sums = ctx.saved_tensors
        scale = (gradients[0] / sums)[:, None]
        return (raised @ columns) * scale, raised.T @ (states * scale), None, None


_ROWS = 128
"""Rows of logits that fit in a core's cache."""
