"""Settings of the rater."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RaterConfig:
    """Which language model, what it reads, and how it is fine-tuned."""

    base: str = ""
    """Directory or name of a model of transformers, an encoder or a causal one; a name may be downloaded."""
    history: int = 8
    """How many likes are read, the last ones; and as many dislikes."""
    item_tokens: int = 24
    """How much of an item's text is read, in tokens."""
    negatives: int = 2
    """Items drawn at random beside each event: as if they were disliked, since a log tells what was taken only."""
    candidates: int = 100
    """Items that it is asked about for each history, the best by the other parts; those below them it does not move."""
    choices: int = 1_000
    """Held-out choices, at most, by which its weight is learned and its worth is measured."""
    events: int = 20_000
    """Learned from in an epoch at most, drawn anew each time."""
    epochs: int = 5
    batch: int = 64
    rate: float = 5e-5
    """Learning rate of AdamW (Loshchilov & Hutter 2019) for the language model; the head learns ten times as fast."""
    patience: int = 1
    """Epochs without a lower loss on held-out people after which training ends."""
