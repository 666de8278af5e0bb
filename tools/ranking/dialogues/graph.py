"""Triples over numbered nodes: who is linked with whom, by which relation, and how rare the link is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from .knowledge import Triple
from .links import Links
from .nodes import Nodes
from .packing import packed, unpacked

_RELATIONS = 24
"""The most frequent ones are told apart; the others count together."""
OTHER = "other"


@dataclass(frozen=True)
class Graph:
    """Links lead both ways, and never from a node to itself."""

    relations: tuple[str, ...]
    of_relation: tuple[Links, ...]
    """Of each relation, shape (nodes, nodes), values 1."""
    any_relation: Links
    """Of all of them, each pair of nodes once."""

    @classmethod
    def of(cls, triples: Iterable[Triple], nodes: Nodes) -> Self:
        """Of the triples whose subject and object are among the nodes."""
        known = {(nodes.named(one.subject), one.relation, nodes.named(one.object)) for one in triples}
        found = sorted(one for one in known if min(one[0], one[2]) >= 0 and one[0] != one[2])
        frequent = [name for name, _ in Counter(relation for _, relation, _ in found).most_common(_RELATIONS)]
        pairs: dict[str, set[tuple[int, int]]] = {name: set() for name in frequent}
        for subject, relation, object_ in found:
            held = pairs.setdefault(relation if relation in frequent else OTHER, set())
            held |= {(subject, object_), (object_, subject)}
        links = tuple(_links(one, len(nodes)) for one in pairs.values())
        return cls(tuple(pairs), links, _links(set().union(*pairs.values()), len(nodes)))

    @cached_property
    def degrees(self) -> np.ndarray:
        """Shape (nodes,): with how many others each is linked, and 1."""
        return np.diff(self.any_relation.starts) + 1.0

    def related(self, one: int, other: int) -> np.ndarray:
        """Shape (relations,), bool: by which relations two nodes are linked."""
        spans = ((links, links.starts[one], links.starts[one + 1]) for links in self.of_relation)
        return np.array([other in links.columns[start:stop] for links, start, stop in spans], dtype=bool)

    def tensors(self) -> dict[str, np.ndarray]:
        """What `from_tensors` needs."""
        found = {"graph.relations": packed(self.relations), **self.any_relation.tensors("graph.any")}
        for number, links in enumerate(self.of_relation):
            found |= links.tensors(f"graph.{number}")
        return found

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, np.ndarray]) -> Self:
        """The same graph again. Raises KeyError or ValueError for what `tensors` did not write."""
        relations = unpacked(tensors["graph.relations"])
        links = tuple(Links.from_tensors(tensors, f"graph.{number}") for number in range(len(relations)))
        return cls(relations, links, Links.from_tensors(tensors, "graph.any"))


def _links(pairs: set[tuple[int, int]], nodes: int) -> Links:
    ordered = sorted(pairs)
    sources, columns = [one for one, _ in ordered], [other for _, other in ordered]
    return Links.of(sources, columns, np.ones(len(ordered)), (nodes, nodes))
