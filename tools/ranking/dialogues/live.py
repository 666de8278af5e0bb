"""A dialogue ranker in a conversation: what was said so far, to contributions for every candidate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...errors import ModelFileError
from ..causes import Named
from ..pool import Asked
from ..protocol import Ranker, RankingContext, Scores
from .features import VOICES
from .kept import DIRECTORY, load_dialogues
from .model import Turn
from .ranker import DialogueRanker

if TYPE_CHECKING:
    from ...catalog import Catalog

PREFIX = "dialogue_"
"""Of the names of its contributions."""
_CAUSES = 8
"""Names that a score is taken apart by, the newest."""
_REPEATS = "mention"
"""Not asked for: what has been named is not recommended again here, whatever others did."""
_STRANGE = 0.5
"""A model of which more items are not in the catalog is of another one."""


def dialogue_rankers(catalog: Catalog) -> dict[str, DialogueRanker]:
    """Of each member of the catalog that has one, by the member's name. Raises ModelFileError."""
    found = {}
    for member in catalog.members:
        around = (member.directory, member.interactions and member.interactions.parent)
        place = next((one / DIRECTORY for one in around if one and (one / DIRECTORY).is_dir()), None)
        if place:
            found[member.name] = _of_catalog(member, place)
    return found


def dialogue_parts(catalog: Catalog, rankers: Mapping[str, DialogueRanker]) -> list[Ranker]:
    """A part for each contribution; they are asked together."""
    heard = Heard(catalog, rankers)
    return [DialoguePart(voice, heard) for voice in VOICES if voice != _REPEATS] if rankers else []


class Heard:
    """What the rankers make of a talk. The latest answers are kept: the parts ask for the same in turn."""

    def __init__(self, catalog: Catalog, rankers: Mapping[str, DialogueRanker]) -> None:
        self._catalog = catalog
        self._rankers = rankers
        self._latest = _Answers((), frozenset(), {})

    def causes(self, context: RankingContext) -> tuple[Named, ...]:
        """The last things that were named, the newest first."""
        since: dict[str, int] = {}
        for name, named in self._answers(context).named.items():
            nodes = self._rankers[name].sources.nodes
            for node, ago in named.items():
                since[nodes.name_of(node)] = min(ago, since.get(nodes.name_of(node), ago))
        newest = sorted((name for name in since if name not in context.unnamed), key=lambda name: since[name])
        return tuple(map(Named, newest[:_CAUSES]))

    def contribution(
        self, voice: str, context: RankingContext, candidates: Sequence[str], unnamed: frozenset[str] = frozenset()
    ) -> np.ndarray:
        """Shape (n,), as if the `unnamed` had not been named; 0 for items that no ranker knows."""
        scores, answers = np.zeros(len(candidates)), self._answers(context)
        for home, places, own in self._catalog.by_home(candidates):
            home.positions(own)
            if home.name in self._rankers:
                ranker = self._rankers[home.name]
                values = answers.of(home.name, ranker, unnamed | {*context.unnamed})[voice]
                rows = [ranker.sources.nodes.items.get(one, -1) for one in own]
                scores[places] = [values[row] if row >= 0 else 0.0 for row in rows]
        return scores

    def _answers(self, context: RankingContext) -> _Answers:
        talk, disliked = tuple(context.talk), frozenset(one.item_id for one in context.history if one.weight < 0)
        if (self._latest.talk, self._latest.disliked) != (talk, disliked):
            named = {name: _named(ranker, talk, disliked) for name, ranker in self._rankers.items()}
            self._latest = _Answers(talk, disliked, named)
        return self._latest


@dataclass(frozen=True)
class _Answers:
    """Of one talk."""

    talk: tuple[Turn, ...]
    disliked: frozenset[str]
    named: Mapping[str, Mapping[int, int]]
    """By the name of the catalog: how many turns ago each thing was named."""
    kept: dict[tuple[str, frozenset[str]], dict[str, np.ndarray]] = field(default_factory=dict)

    def of(self, name: str, ranker: DialogueRanker, unnamed: frozenset[str]) -> dict[str, np.ndarray]:
        """Contributions of the ranker of a catalog, shape (n,) each."""
        if (name, unnamed) not in self.kept:
            nodes = ranker.sources.nodes
            named = {node: ago for node, ago in self.named[name].items() if nodes.name_of(node) not in unnamed}
            self.kept[name, unnamed] = ranker.score(self.talk, named=named)
        return self.kept[name, unnamed]


def _named(ranker: DialogueRanker, talk: Sequence[Turn], disliked: frozenset[str]) -> dict[int, int]:
    """What was named, but for items that the person does not like: these speak for nothing."""
    ids = ranker.item_ids
    return {node: ago for node, ago in ranker.named(talk).items() if node >= len(ids) or ids[node] not in disliked}


def _of_catalog(catalog: Catalog, place: Path) -> DialogueRanker:
    ranker = load_dialogues(place)
    strange = [one for one in ranker.item_ids if one not in catalog]
    if len(strange) > _STRANGE * len(ranker.item_ids):
        message = f"The dialogue ranker in {place} is of another catalog: {catalog.name} lacks {len(strange)} of its"
        cure = "Train it again with this catalog: `recommender train --dialogues`."
        raise ModelFileError(f"{message} {len(ranker.item_ids)} items, such as {strange[0]!r}.", cure=cure)
    return ranker


class DialoguePart:
    """One contribution of the dialogue rankers."""

    reads_talk = True

    def __init__(self, voice: str, heard: Heard) -> None:
        self.name = f"{PREFIX}{voice}"
        self._voice = voice
        self._heard = heard

    def score(self, context: RankingContext, candidates: Sequence[str]) -> Scores:
        """One contribution; zero when nothing was said."""
        if not context.talk:
            return Scores(tuple(candidates), {self.name: np.zeros(len(candidates))})
        return Scores(tuple(candidates), {self.name: self._heard.contribution(self._voice, context, candidates)})

    def pool(self, context: RankingContext, candidates: Sequence[str]) -> Asked:
        """A cause for each of the last things that were named."""
        causes = self._heard.causes(context) if context.talk else ()

        def asked(kept: np.ndarray) -> np.ndarray:
            left = [
                frozenset(one.name for one, is_kept in zip(causes, row, strict=True) if not is_kept) for row in kept
            ]
            found = [self._heard.contribution(self._voice, context, candidates, one) for one in left if context.talk]
            return np.array(found).reshape(len(kept), -1) if context.talk else np.zeros((len(kept), len(candidates)))

        return Asked(causes, asked)
