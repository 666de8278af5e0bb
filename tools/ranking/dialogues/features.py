"""What speaks for an item in a dialogue, as numbers that are weighted and added up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .graph import Graph
from .memory import FADE, Memory, all_words, last_words
from .model import Talk
from .nodes import Nodes
from .words import WordIndex

VOICES: Mapping[str, tuple[str, ...]] = {
    "mention": ("named_last", "named_before", "repeated_last", "repeated_before"),
    "together": ("together", "together_last"),
    "knowledge": ("linked_last", "linked_before", "linked_as_asked", "linked_twice"),
    "turns": ("like_last", "like_whole"),
    "wording": ("wording",),
    "standing": ("often_recommended", "prior"),
}
"""Contributions, and the features that each is the weighted sum of."""
FEATURES = tuple(name for names in VOICES.values() for name in names)
REMEMBERED = frozenset((*VOICES["together"], *VOICES["turns"], "often_recommended"))
"""Features that count what was recommended in the turns of the memory."""
_SHARP = 3.0
"""Power of a cosine: a turn that is half as near counts an eighth."""
_UNSURE = 0.5
"""Nearness that what is usual counts as."""
_SPREAD = 20.0
_OFTEN = 100.0
"""Where logarithms of sums bend: below 1 / that they grow evenly."""
_SELDOM = 2.0
"""Turns that every name counts as having led elsewhere."""


@dataclass(frozen=True)
class Sources:
    """What features are read from."""

    nodes: Nodes
    graph: Graph
    memory: Memory
    texts: WordIndex
    """Of the items."""
    prior: np.ndarray
    """Shape (n,): how an item stands whatever was said, deviation about 1; zeros when nothing is known."""


def features_of(talk: Talk, sources: Sources, passed_over: np.ndarray | None = None) -> np.ndarray:
    """Shape (features, n), float32; `passed_over` (t,), bool, are turns of the memory that are as if never heard."""
    since = sources.nodes.since(talk)
    return features_after(talk, since, sources, passed_over)


def features_after(
    talk: Talk, since: Mapping[int, int], sources: Sources, passed_over: np.ndarray | None = None
) -> np.ndarray:
    """The same when `since` says how many turns ago each node was named."""
    heard = 1.0 if passed_over is None else np.where(passed_over, 0.0, 1.0)
    named, faded = (
        np.fromiter(since.keys(), np.int64, len(since)),
        FADE ** np.fromiter(since.values(), float, len(since)),
    )
    near = sources.memory.last.near(last_words(talk, sources.nodes)) ** _SHARP * heard
    found = {
        **_mentions(named, faded, near, sources),
        **_together(named, faded, heard, sources),
        **_linked(named, faded, near, sources),
        **_alike(talk, near, heard, sources),
        "often_recommended": np.log1p(sources.memory.chosen.passed_on(np.ones(len(near)) * heard)),
        "prior": sources.prior,
    }
    return np.array([found[name] for name in FEATURES], np.float32)


def _mentions(named: np.ndarray, faded: np.ndarray, near: np.ndarray, sources: Sources) -> dict[str, np.ndarray]:
    """What was named, and the same times the log-odds that after such words something named is recommended again."""
    n = len(sources.nodes.item_ids)
    is_item = named < n
    last, before = (np.zeros(n) for _ in range(2))
    last[named[is_item & (faded == 1.0)]] = 1.0
    before[named[is_item & (faded < 1.0)]] = FADE
    share = float(np.clip(_expected(near, sources.memory.repeated[:, None])[0], 0.01, 0.99))
    odds = np.log(share / (1 - share))
    return {
        "named_last": last,
        "named_before": before,
        "repeated_last": last * odds,
        "repeated_before": before * odds,
    }


def _expected(near: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Shape (labels,): how often something was so after words like these, and after any while there are few."""
    if not len(near):
        return np.full(labels.shape[1], 0.5)
    usual = labels.mean(axis=0)
    return (near @ labels + _UNSURE * usual) / (near.sum() + _UNSURE)


def _together(
    named: np.ndarray, faded: np.ndarray, heard: np.ndarray | float, sources: Sources
) -> dict[str, np.ndarray]:
    """What was recommended after the same names; what is named itself is left to `_mentions`."""
    memory, n = sources.memory, len(sources.nodes.item_ids)
    lengths = memory.named.sums()[named] + _SELDOM
    found = {}
    for name, used in (("together", named >= 0), ("together_last", faded == 1.0)):
        turns = memory.named.spread(named[used], (faded / lengths)[used]) * heard
        amounts = memory.chosen.passed_on(turns)
        amounts[named[named < n]] = 0.0
        found[name] = np.log1p(_OFTEN * amounts)
    return found


def _linked(named: np.ndarray, faded: np.ndarray, near: np.ndarray, sources: Sources) -> dict[str, np.ndarray]:
    """What the knowledge links with the names: at once, by the relation that is asked for, over one thing between."""
    graph, n = sources.graph, len(sources.nodes.item_ids)
    rare = 1 / np.sqrt(graph.degrees)
    is_last = faded == 1.0
    last = graph.any_relation.spread(named[is_last], rare[named[is_last]])
    before = graph.any_relation.spread(named[~is_last], rare[named[~is_last]])
    both = graph.any_relation.spread(named, faded * rare[named])
    twice = graph.any_relation.passed_on(both / graph.degrees)
    asked = np.zeros(len(sources.nodes))
    for share, links in zip(_expected(near, sources.memory.related), graph.of_relation, strict=True):
        asked += share * links.spread(named, faded * rare[named])
    names = ("linked_last", "linked_before", "linked_as_asked", "linked_twice")
    return {name: np.log1p(_SPREAD * one[:n]) for name, one in zip(names, (last, before, asked, twice), strict=True)}


def _alike(talk: Talk, near: np.ndarray, heard: np.ndarray | float, sources: Sources) -> dict[str, np.ndarray]:
    """What was recommended after similar words, and items whose text is similar."""
    memory = sources.memory
    whole = memory.whole.near(all_words(talk)) ** _SHARP * heard
    said = " ".join(turn.text for turn in talk if turn.role == "user")
    return {
        "like_last": np.log1p(_SPREAD * memory.chosen.passed_on(near)),
        "like_whole": np.log1p(_SPREAD * memory.chosen.passed_on(whole)),
        "wording": sources.texts.near(said),
    }
