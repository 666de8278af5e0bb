"""The additive mixture: rankers, each with a weight and a name, whose weighted scores add up to the score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from ..errors import SettingsError
from .causes import asked, asked_or_said_now, said_before, said_now
from .looks import Looks
from .prior import Popularity, Prominence, Retrieval, Standing, is_rated
from .protocol import Ranker, RankingContext, Scores
from .taste import Profile, Wishes

if TYPE_CHECKING:
    from ..catalog import Catalog

WEIGHTS = Path(__file__).with_name("weights.yaml")


@dataclass(frozen=True)
class Mixture:
    """A sum of parts. Every contribution is named after its part, so an explanation can be exact.

    Add a ranker of your own: `Mixture((*ranker.parts, Mine()), {**ranker.weights, "mine": 0.5})`.
    Raises SettingsError when a part has no weight or two parts share a name.
    """

    parts: Sequence[Ranker]
    weights: Mapping[str, float]
    name: str = "mixture"

    def __post_init__(self) -> None:
        names = [part.name for part in self.parts]
        wrong = sorted({name for name in names if name not in self.weights or names.count(name) > 1})
        if wrong:
            raise SettingsError(f"Parts without a weight, or twice: {', '.join(wrong)}.", cure="Give each one weight.")

    def score(self, context: RankingContext, candidates: Sequence[str]) -> Scores:
        """Weighted scores of every part. Raises UnknownItemError for an id that is not in the catalog."""
        weighted = {part.name: self.weights[part.name] * part.score(context, candidates).total for part in self.parts}
        return Scores(tuple(candidates), weighted)


def load_weights(path: Path = WEIGHTS) -> dict[str, float]:
    """Weight by part name, from a YAML mapping."""
    return {name: float(weight) for name, weight in yaml.safe_load(path.read_text(encoding="utf-8")).items()}


def build_ranker(catalog: Catalog, *, weights: Mapping[str, float] | None = None) -> Mixture:
    """The mixture for a catalog; co-occurrence joins when the catalog has interactions.

    Fitting the co-occurrence takes seconds the first time; it is kept in the catalog's directory.
    """
    from .cooccurrence import CoOccurrence  # noqa: PLC0415 - loads torch
    from .joint import Kindred, neighbours_of  # noqa: PLC0415 - loads torch
    from .similarity import Nearness, Similarity, Text  # noqa: PLC0415 - loads torch

    near, chosen = Nearness(catalog), weights or load_weights()
    parts: list[Ranker] = [
        Retrieval(catalog),
        Text(near),
        Wishes(catalog),
        Profile(catalog),
        _standing(catalog, chosen),
    ]
    parts += [Similarity("similar", near, asked), Similarity("feedback", near, said_now)]
    parts += [Similarity("history", near, said_before, order=1)]
    if any(item.image for item in catalog.items()):
        parts += [Looks(catalog)]
    if len(catalog.members) > 1:
        parts += [Kindred(near)]
    neighbours = neighbours_of(catalog)
    if neighbours is not None:
        parts += [CoOccurrence("cooccurrence", catalog, neighbours, asked_or_said_now)]
        parts += [CoOccurrence("cooccurrence_history", catalog, neighbours, said_before)]
    return Mixture(tuple(parts), chosen)


def _standing(catalog: Catalog, weights: Mapping[str, float]) -> Ranker:
    if len(catalog.members) > 1:
        return Standing(catalog, weights)
    return Popularity(catalog) if is_rated(catalog) else Prominence(catalog)
