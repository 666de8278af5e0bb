"""Fitting a `DialogueRanker`: a memory of the turns, and weights from a conditional logit (McFadden 1974).

The weights are learned from the same turns, each as if its own dialogue had never been heard: every feature that comes
from the memory is computed without the turns of that dialogue.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ...errors import TrainingError
from ..data.model import ItemTable
from ..learning.weights import conditional_logit
from .features import FEATURES, REMEMBERED, Sources, features_of
from .graph import Graph
from .knowledge import Triple
from .memory import Memory
from .model import Choice, Dialogue, choices
from .nodes import Nodes
from .ranker import DialogueConfig, DialogueRanker
from .words import WordIndex

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Shortlists:
    """b choices, each beside c - 1 other items."""

    values: np.ndarray
    """Shape (features, b, c), float32; column 0 is what was chosen."""
    counts: np.ndarray
    """Shape (b, c): how many items each column stands for."""


@dataclass(frozen=True)
class FittedDialogues:
    """The model, and how it did on its own turns, each as if its own dialogue had never been heard."""

    ranker: DialogueRanker
    lists: Shortlists

    def ranks(self) -> np.ndarray:
        """Shape (b,): where what was chosen stands, estimated from the items that competed; 1 is the first."""
        return self._ranks(self.ranker.weights)

    def often_recommended(self) -> np.ndarray:
        """The same by how often items were recommended, and nothing else."""
        return self._ranks(np.array([float(name == "often_recommended") for name in FEATURES]))

    def _ranks(self, weights: np.ndarray) -> np.ndarray:
        scores = np.tensordot(weights, self.lists.values, axes=1)
        own, counts = scores[:, :1], self.lists.counts
        level = np.where(scores == own, counts, 0.0).sum(axis=1)
        return 1 + np.where(scores > own, counts, 0.0).sum(axis=1) + (level - 1) / 2


def fit(
    dialogues: Sequence[Dialogue],
    items: ItemTable,
    *,
    titles: Sequence[str] | None = None,
    knowledge: Sequence[Triple] = (),
    prior: np.ndarray | None = None,
    config: DialogueConfig = DialogueConfig(),
    progress: Progress | None = None,
) -> FittedDialogues:
    """Learns from what was recommended in the dialogues; `titles` (n,) are ids when not given, `prior` (n,) zeros.

    Raises TrainingError when no turn after another one recommends an item of the table.
    """
    known = frozenset(items.item_ids)
    heard = [one for one in choices(dialogues) if known.intersection(one.chosen)]
    if not heard:
        cure = "Give dialogues whose turns have `recommended` ids of the catalog, with a turn before them."
        raise TrainingError("No dialogue recommends an item after something was said.", cure=cure)
    sources = _sources(dialogues, heard, items, titles or items.item_ids, knowledge, prior)
    lists = shortlists(heard, sources, config, progress)
    return FittedDialogues(DialogueRanker(config, sources, _weights(lists)), lists)


def _sources(
    dialogues: Sequence[Dialogue],
    heard: Sequence[Choice],
    items: ItemTable,
    titles: Sequence[str],
    knowledge: Sequence[Triple],
    prior: np.ndarray | None,
) -> Sources:
    turns = [turn for one in dialogues for turn in one.turns]
    named = [name for turn in turns for name in turn.entities or ()]
    linked = [name for one in knowledge for name in (one.subject, one.object)]
    nodes = Nodes.of(items.item_ids, titles, [*named, *linked], (turn.text for turn in turns))
    graph = Graph.of(knowledge, nodes)
    texts = WordIndex.of(items.texts or titles)
    stands = np.zeros(len(items)) if prior is None else np.asarray(prior, np.float64)
    return Sources(nodes, graph, Memory.of(heard, nodes, graph), texts, stands)


def shortlists(
    heard: Sequence[Choice], sources: Sources, config: DialogueConfig, progress: Progress | None = None
) -> Shortlists:
    """Of the choices, or as many of them at random as the configuration wants."""
    random = np.random.default_rng(config.seed)
    owners = np.unique([one.dialogue for one in heard], return_inverse=True)[1]
    used = np.sort(random.permutation(len(heard))[: config.most_choices])
    values: list[np.ndarray] = []
    counts: list[np.ndarray] = []
    for done, turn in enumerate(used, 1):
        found = features_of(heard[turn].talk, sources, owners == owners[turn])
        rows = [sources.nodes.items[one] for one in heard[turn].chosen if one in sources.nodes.items]
        for row in rows:
            columns, stands_for = _competing(found, row, rows, config, random)
            values.append(found[:, columns])
            counts.append(stands_for)
        if progress:
            progress(done, len(used))
    return Shortlists(np.stack(values, axis=1), np.array(counts, np.float32))


def _competing(
    found: np.ndarray, row: int, rows: Sequence[int], config: DialogueConfig, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Columns, the chosen one first, and how many items each stands for; other choices of the turn stand for none."""
    n = found.shape[1]
    size = min(config.shortlist, n)
    loudest = np.abs(found).max(axis=1, keepdims=True)
    guess = (found / np.where(loudest > 0, loudest, 1)).sum(axis=0)
    order = np.argpartition(-guess, size - 1)
    drawn = random.choice(order[size:], config.drawn) if n > size else order[:0]
    columns = np.concatenate([[row], order[:size], drawn])
    stands_for = np.concatenate([np.ones(1 + size), np.full(len(drawn), (n - size) / max(len(drawn), 1))])
    stands_for[1:][np.isin(columns[1:], rows)] = 0.0
    return columns, stands_for


def _weights(lists: Shortlists) -> np.ndarray:
    """Likeliest weights; those of features that never differ are 0.

    What comes from the memory may not speak against an item: without the own dialogue it is always a little lower for
    what that dialogue chose, and would seem to.
    """
    spread = np.array([one[lists.counts > 0].std(dtype=np.float64) for one in lists.values])
    used = spread > 1e-9
    either = np.array([name not in REMEMBERED for name in FEATURES])
    weights = np.zeros(len(FEATURES))
    scaled = lists.values[used] / spread[used, None, None].astype(np.float32)
    weights[used] = conditional_logit(scaled, lists.counts, signed=either[used])[0] / spread[used]
    return weights
