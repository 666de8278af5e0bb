"""The turns of other dialogues that recommended something: what led there, and what it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from .graph import Graph
from .links import Links
from .model import Choice, Talk
from .nodes import Nodes
from .words import WordIndex

FADE = 0.6
"""What a name counts less for each turn since it fell."""


@dataclass(frozen=True)
class Memory:
    """t turns, each of which recommended at least one item."""

    chosen: Links
    """From turns to items, shape (t, n)."""
    named: Links
    """From nodes to the turns before which they were named, faded; shape (nodes, t)."""
    last: WordIndex
    """What was said last, with a sign in the place of names."""
    whole: WordIndex
    """All that was said."""
    repeated: np.ndarray
    """Shape (t,), float32: 1 where an item was recommended that had been named before."""
    related: np.ndarray
    """Shape (t, relations), float32: 1 where an item was recommended that something named before is linked with so."""

    @classmethod
    def of(cls, choices: Sequence[Choice], nodes: Nodes, graph: Graph) -> Self:
        """Of choices that all have an item among the nodes."""
        before = [nodes.since(one.talk) for one in choices]
        after = [[nodes.items[item] for item in one.chosen if item in nodes.items] for one in choices]
        t = len(choices)
        named = [(node, turn, FADE**ago) for turn, found in enumerate(before) for node, ago in found.items()]
        chosen = [(turn, row, 1.0) for turn, rows in enumerate(after) for row in rows]
        pairs = list(zip(before, after, strict=True))
        return cls(
            _links(chosen, (t, len(nodes.item_ids))),
            _links(named, (len(nodes), t)),
            WordIndex.of([last_words(one.talk, nodes) for one in choices]),
            WordIndex.of([all_words(one.talk) for one in choices]),
            np.array([any(row in found for row in rows) for found, rows in pairs], np.float32),
            np.array([_related(graph, found, rows) for found, rows in pairs], np.float32).reshape(t, -1),
        )

    def tensors(self) -> dict[str, np.ndarray]:
        """What `from_tensors` needs."""
        indexes = self.last.tensors("memory.last") | self.whole.tensors("memory.whole")
        links = self.chosen.tensors("memory.chosen") | self.named.tensors("memory.named")
        return {"memory.repeated": self.repeated, "memory.related": self.related, **indexes, **links}

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, np.ndarray]) -> Self:
        """The same memory again. Raises KeyError or ValueError for what `tensors` did not write."""
        return cls(
            Links.from_tensors(tensors, "memory.chosen"),
            Links.from_tensors(tensors, "memory.named"),
            WordIndex.from_tensors(tensors, "memory.last"),
            WordIndex.from_tensors(tensors, "memory.whole"),
            tensors["memory.repeated"],
            tensors["memory.related"],
        )


def last_words(talk: Talk, nodes: Nodes) -> str:
    """What was said last, with a sign in the place of names."""
    return nodes.unnamed(talk[-1]) if talk else ""


def all_words(talk: Talk) -> str:
    """All that was said."""
    return " ".join(turn.text for turn in talk)


def _links(entries: Sequence[tuple[int, int, float]], shape: tuple[int, int]) -> Links:
    sources, columns, values = ([one[i] for one in entries] for i in range(3))
    return Links.of(sources, columns, values, shape)


def _related(graph: Graph, before: Mapping[int, int], after: Sequence[int]) -> np.ndarray:
    found = np.zeros(len(graph.relations), dtype=bool)
    for row in after:
        for node in before:
            found |= graph.related(node, row)
    return found
