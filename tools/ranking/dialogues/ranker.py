"""`DialogueRanker`: an additive model of what is recommended next in a dialogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Self

import numpy as np

from ..models.protocol import ModelState
from .features import FEATURES, VOICES, Sources, features_after
from .graph import Graph
from .memory import Memory
from .model import Talk
from .nodes import Nodes
from .packing import packed, unpacked
from .words import WordIndex


@dataclass(frozen=True, slots=True)
class DialogueConfig:
    """How weights are learned."""

    shortlist: int = 150
    """Items that compete with each choice because something speaks for them."""
    drawn: int = 30
    """Items at random that stand for all others."""
    most_choices: int = 4_000
    """Choices that weights are learned from, at most."""
    seed: int = 0


@dataclass(frozen=True)
class DialogueRanker:
    """Scores are log-probabilities of the next recommendation, up to a constant; 0 is an average item. It is pure."""

    config: DialogueConfig
    sources: Sources
    weights: np.ndarray
    """Shape (features,), float64."""

    @property
    def item_ids(self) -> tuple[str, ...]:
        """The items that it speaks of, by row."""
        return self.sources.nodes.item_ids

    def named(self, talk: Talk) -> dict[int, int]:
        """How many turns ago each thing that it knows was named last, by its number in `sources.nodes`."""
        return self.sources.nodes.since(talk)

    def score(
        self, talk: Talk, rows: np.ndarray | None = None, named: Mapping[int, int] | None = None
    ) -> dict[str, np.ndarray]:
        """Contributions by name, shape (n,) each, or (k,) for the items of `rows` (k,); the score is their sum.

        `named` replaces what the talk names, for asking what would be said had something not been named.
        """
        found = features_after(talk, self.named(talk) if named is None else named, self.sources)
        return self.voiced(found, rows)

    def voiced(self, features: np.ndarray, rows: np.ndarray | None = None) -> dict[str, np.ndarray]:
        """Contributions from features, shape (features, n)."""
        weighted = self.weights[:, None] * features
        weighted -= weighted.mean(axis=1, keepdims=True)
        chosen = weighted if rows is None else weighted[:, rows]
        places = {name: place for place, name in enumerate(FEATURES)}
        return {voice: chosen[[places[one] for one in names]].sum(axis=0) for voice, names in VOICES.items()}

    def state(self) -> ModelState:
        """What `restore` needs."""
        sources, nodes = self.sources, self.sources.nodes
        tensors = {
            "weights": self.weights,
            "prior": sources.prior,
            "nodes.items": packed(nodes.item_ids),
            "nodes.titles": packed(nodes.titles),
            "nodes.entities": packed(nodes.entities),
            "nodes.plain": packed(sorted(nodes.plain)),
            **sources.graph.tensors(),
            **sources.memory.tensors(),
            **sources.texts.tensors("texts"),
        }
        return ModelState({**asdict(self.config), "features": list(FEATURES)}, tensors)

    @classmethod
    def restore(cls, state: ModelState) -> Self:
        """The model again. Raises KeyError, TypeError or ValueError for what `state` did not write."""
        config, tensors = dict(state.config), state.tensors
        if config.pop("features") != list(FEATURES):
            raise ValueError("it was made with other features")
        ids, titles, entities, plain = (
            unpacked(tensors[f"nodes.{part}"]) for part in ("items", "titles", "entities", "plain")
        )
        nodes = Nodes(ids, titles, entities, frozenset(plain))
        graph, memory = Graph.from_tensors(tensors), Memory.from_tensors(tensors)
        texts = WordIndex.from_tensors(tensors, "texts")
        sources = Sources(nodes, graph, memory, texts, tensors["prior"])
        return cls(DialogueConfig(**config), sources, tensors["weights"])
