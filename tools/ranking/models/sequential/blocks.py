"""Transformer blocks over sequences that lie end to end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .sequences import Windows


@dataclass(frozen=True, slots=True)
class Layout:
    """Where sequences of t events in all lie: attention alone needs them side by side."""

    steps: Tensor
    """Shape (t,): place of each event in its sequence."""
    groups: tuple[tuple[slice, Tensor, Tensor | None], ...]
    """Sequences of similar length: their events, the index (b, l) that pads them, the mask (b, l) that undoes it."""

    @classmethod
    def of(cls, windows: Windows, device: torch.device) -> Layout:
        """Of windows that are sorted by length."""
        steps = torch.from_numpy(windows.steps()).to(device)
        return cls(steps, tuple(_group(*group, device) for group in windows.groups()))


def _group(tokens: slice, count: int, lengths: np.ndarray, device: torch.device) -> tuple[slice, Tensor, Tensor | None]:
    places = np.arange(int(lengths.max(initial=0)))[None]
    inside = places < lengths[:, None]
    index = np.minimum((np.cumsum(lengths) - lengths)[:, None] + places, lengths.sum() - 1)
    mask = None if inside.all() else torch.from_numpy(inside).to(device)
    return tokens, torch.from_numpy(index.reshape(count, -1)).to(device), mask


class Dropout(nn.Module):
    """Zeroes a share of the values, rounded to 256ths: eight random bytes at a time, since drawing them costs most."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.dropped = min(round(256 * share), 255)

    def forward(self, values: Tensor) -> Tensor:
        if not self.training or not self.dropped:
            return values
        drawn = torch.empty(-(-values.numel() // 8), dtype=torch.int64, device=values.device)
        kept = drawn.random_(-(2**63), None).view(torch.uint8)[: values.numel()].view_as(values) >= self.dropped
        return values * (kept * (256 / (256 - self.dropped)))


class Attention(nn.Module):
    """Causal self-attention of each sequence. Padding stands behind it, where nothing looks."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(dim, dim)
        self.key_value = nn.Linear(dim, 2 * dim)
        self.out = nn.Linear(dim, dim)

    def forward(self, asking: Tensor, seen: Tensor, layout: Layout) -> Tensor:
        """Events (t, d) that ask and events (t, d) that are seen, to (t, d)."""
        joined = torch.cat([self.query(asking), self.key_value(seen)], dim=1)
        return self.out(
            torch.cat([self._together(joined[tokens][index], mask) for tokens, index, mask in layout.groups])
        )

    def _together(self, padded: Tensor, mask: Tensor | None) -> Tensor:
        count, length, width = padded.shape
        dim = width // 3
        query, key, value = padded.view(count, length, 3, self.heads, dim // self.heads).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        flat = mixed.transpose(1, 2).reshape(count, length, dim)
        return flat.reshape(-1, dim) if mask is None else flat[mask]


class SasRecBlock(nn.Module):
    """Kang & McAuley, Self-Attentive Sequential Recommendation, 2018."""

    def __init__(self, dim: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.before, self.between = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.attention = Attention(dim, heads)
        self.widen, self.narrow = nn.Linear(dim, dim), nn.Linear(dim, dim)
        self.dropout = Dropout(dropout)

    def forward(self, events: Tensor, layout: Layout) -> Tensor:
        asking = self.before(events)
        events = self.between(asking + self.dropout(self.attention(asking, events, layout)))
        return events + self.dropout(self.narrow(self.dropout(torch.relu(self.widen(events)))))


class LigrBlock(nn.Module):
    """Gated residuals: Borisyuk et al., From Features to Transformers, 2025 (LiGR); the feed-forward part is SwiGLU."""

    def __init__(self, dim: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.before, self.between = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.attention = Attention(dim, heads)
        self.gates = nn.ModuleList([nn.Linear(dim, dim), nn.Linear(dim, dim)])
        self.widen, self.narrow = nn.Linear(dim, 4 * dim), nn.Linear(2 * dim, dim)
        self.dropout = Dropout(dropout)

    def forward(self, events: Tensor, layout: Layout) -> Tensor:
        normal = self.before(events)
        mixed = self.dropout(self.attention(normal, normal, layout))
        events = events + torch.sigmoid(self.gates[0](events)) * mixed
        left, right = self.widen(self.between(events)).chunk(2, dim=1)
        thought = self.dropout(self.narrow(self.dropout(F.silu(left) * right)))
        return events + torch.sigmoid(self.gates[1](events)) * thought


BLOCKS: dict[str, type[SasRecBlock | LigrBlock]] = {"sasrec": SasRecBlock, "ligr": LigrBlock}
