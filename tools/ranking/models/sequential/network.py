"""From the embeddings of a history's items to its state, which is compared with the embeddings of all items."""

from __future__ import annotations

from torch import Tensor, nn

from .blocks import BLOCKS, Dropout, Layout
from .config import SequentialConfig


class Network(nn.Module):
    """Everything that is learned but the table of item embeddings, which is kept apart for its size."""

    def __init__(self, config: SequentialConfig, text_width: int = 0) -> None:
        super().__init__()
        self.scale = config.dim**0.5
        self.places = nn.Embedding(config.length, config.dim)
        self.dropout = Dropout(config.dropout)
        block = BLOCKS[config.block]
        self.blocks = nn.ModuleList([block(config.dim, config.heads, config.dropout) for _ in range(config.layers)])
        self.last = nn.LayerNorm(config.dim)
        self.text = nn.Linear(text_width, config.dim, bias=False) if text_width else None
        nn.init.normal_(self.places.weight, std=config.dim**-0.5)

    def items(self, ids: Tensor, vectors: Tensor | None) -> Tensor:
        """Embeddings (k, d): what was learned of an item by id, and what its text (k, w) says."""
        return ids if self.text is None or vectors is None else ids + self.text(vectors)

    def states(self, embeddings: Tensor, weights: Tensor, layout: Layout) -> Tensor:
        """Embeddings (t, d) and weights (t,) of the events, to the states (t, d) after each."""
        events = embeddings * (self.scale * weights[:, None]) + self.places(layout.steps)
        events = self.dropout(events)
        for block in self.blocks:
            events = block(events, layout)
        return self.last(events)
