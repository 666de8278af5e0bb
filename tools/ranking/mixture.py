"""The additive mixture: rankers, each with a weight and a name, whose weighted scores add up to the score."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import yaml

from ..errors import SettingsError
from .causes import asked, said_before, said_now
from .looks import Looks
from .prior import Popularity, Prominence, Retrieval, Standing, is_rated
from .protocol import Ranker, RankingContext, Rereading, Scores
from .taste import Profile, Wishes

if TYPE_CHECKING:
    from ..catalog import Catalog
    from .learning.trained import TrainedModel

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
    temperature: float = 1.0
    """Scores divided by it are log-probabilities of the next choice, as far as the model speaks alone."""

    def __post_init__(self) -> None:
        names = [part.name for part in self.parts]
        wrong = sorted({name for name in names if name not in self.weights or names.count(name) > 1})
        if wrong:
            raise SettingsError(f"Parts without a weight, or twice: {', '.join(wrong)}.", cure="Give each one weight.")

    @property
    def reads_talk(self) -> bool:
        """Whether a part reads the conversation itself, and not only what was understood of it."""
        return any(getattr(part, "reads_talk", False) for part in self.parts)

    @cached_property
    def rereading(self) -> list[Rereading]:
        """Parts that are asked about the best by the others only."""
        return [part for part in self.parts if isinstance(part, Rereading)]

    @cached_property
    def whole(self) -> list[Ranker]:
        """Parts that are asked about every candidate."""
        return [part for part in self.parts if not isinstance(part, Rereading)]

    def score(self, context: RankingContext, candidates: Sequence[str]) -> Scores:
        """Weighted scores of every part. Raises UnknownItemError for an id that is not in the catalog."""
        weighted = {part.name: self.weights[part.name] * part.score(context, candidates).total for part in self.whole}
        scores = Scores(tuple(candidates), weighted)
        reread = {part.name: self.weights[part.name] * reread_best(part, context, scores) for part in self.rereading}
        return Scores(scores.item_ids, weighted | reread)


def reread_best(part: Rereading, context: RankingContext, scores: Scores) -> np.ndarray:
    """Shape (n,): what the part says of the best by those scores; elsewhere the lowest of that.

    So what was not asked about overtakes nothing that was.
    """
    best = np.argsort(-scores.total, kind="stable")[: part.candidates]
    asked = list(dict.fromkeys(scores.item_ids[place] for place in best))
    said = dict(zip(asked, part.score(context, asked).total.tolist(), strict=True))
    lowest = min(said.values(), default=0.0)
    return np.array([said.get(item_id, lowest) for item_id in scores.item_ids])


def load_weights(path: Path = WEIGHTS) -> dict[str, float]:
    """Weight by part name, from a YAML mapping."""
    return {name: float(weight) for name, weight in yaml.safe_load(path.read_text(encoding="utf-8")).items()}


def build_ranker(
    catalog: Catalog,
    *,
    weights: Mapping[str, float] | None = None,
    model: TrainedModel | Path | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Mixture:
    """The mixture for a catalog, with the parts of a trained model where there is one.

    The model is the one given, else the one that lies with the catalog, else what is fitted from its interactions in
    seconds and kept in its directory. `weights` replaces what `weights.yaml` says; `learned` is the weight of all parts
    of the model. Raises ModelFileError for a model that cannot be used.
    """
    from .dialogues.live import dialogue_parts, dialogue_rankers  # noqa: PLC0415
    from .joint import Kindred  # noqa: PLC0415 - loads torch
    from .kept_models import models_of  # noqa: PLC0415
    from .learned import learned_parts  # noqa: PLC0415
    from .rereading import rereading_parts  # noqa: PLC0415
    from .similarity import Nearness, Similarity, Text  # noqa: PLC0415 - loads torch

    near, chosen = Nearness(catalog), dict(weights or load_weights())
    models = models_of(catalog, model, clock=clock)
    learned = [*learned_parts(catalog, models), *rereading_parts(catalog, models)]
    talked = dialogue_parts(catalog, dialogue_rankers(catalog))
    chosen |= {part.name: chosen["learned"] for part in learned}
    chosen |= {part.name: chosen["dialogue"] for part in talked}
    parts: list[Ranker] = [Retrieval(catalog), Text(near), Wishes(catalog), Profile(catalog)]
    parts += [Similarity("similar", near, asked), Similarity("feedback", near, said_now)]
    if "content_history" not in {part.name for part in learned}:
        parts += [Similarity("history", near, said_before, order=1)]
    if any(item.image for item in catalog.items()):
        parts += [Looks(catalog)]
    if len(catalog.members) > 1:
        parts += [Kindred(near)]
    if "popularity" not in {part.name for part in learned}:
        parts += [_standing(catalog, chosen)]
    return Mixture((*parts, *learned, *talked), chosen, temperature=chosen["learned"] if learned else 1.0)


def _standing(catalog: Catalog, weights: Mapping[str, float]) -> Ranker:
    if len(catalog.members) > 1:
        return Standing(catalog, weights)
    return Popularity(catalog) if is_rated(catalog) else Prominence(catalog)
