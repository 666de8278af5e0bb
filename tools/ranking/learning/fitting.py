"""Training a ranker: parts on train, how they speak on validation, and one look at the test when it is asked for."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ...errors import TrainingError
from ..data.model import Histories, Interactions
from ..data.order import is_ordered, shuffled
from ..data.splits import Held, Split, leave_one_out, of_likes, time_split
from ..models.protocol import Scorer
from .calibration import calibrate
from .card import Card, Measured
from .evaluate import measure, ranks_of_several
from .kept import Kept, digest_of
from .recipes import PARTS, Conditions, Recipe, recipes_for
from .shortlists import batch_size, shortlists
from .trained import TrainedModel
from .voices import total
from .weights import Learned, learn_weights

MIXTURE = "mixture"
FLOOR = "popularity"
Kind = Literal["loo", "time"]
SPLITS: dict[str, tuple[str, Callable[[Interactions], Split]]] = {
    "loo": ("leave one out", leave_one_out),
    "time": ("by time", time_split),
}
_LEAST = 20
"""Held-out choices without which nothing can be learned of the parts."""
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """What to train, and how long."""

    parts: tuple[str, ...] = ()
    """Names; all that can be fitted when empty."""
    configs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Changes to the config of a part, by its name."""
    split: Kind = "loo"
    seed: int = 0
    threads: int = 1
    minutes: float | None = None
    """For all parts that are trained in epochs together; None: until they get no better."""
    test: bool = False
    """Whether to look at the test, once."""
    catalog: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Places:
    """Directories that training may use."""

    work: Path | None = None
    """What is finished is kept there until all is, and taken up when training is begun again."""
    logs: Path | None = None

    def clear(self) -> None:
        """All is finished."""
        if self.work:
            shutil.rmtree(self.work, ignore_errors=True)


_NOWHERE = Places()


@dataclass(frozen=True, slots=True)
class Fit:
    """How long the fit of a part took."""

    events: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Training:
    """What came out: the model, and what the fits took, by part."""

    model: TrainedModel
    fits: Mapping[str, Fit]
    learned: Learned


def quiet(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody looks at."""


def train_model(
    interactions: Interactions,
    settings: TrainSettings,
    places: Places = _NOWHERE,
    *,
    progress: Progress = quiet,
    start: TrainedModel | None = None,
) -> Training:
    """Fits the parts on train, learns and calibrates the mixture on validation, then refits closed forms on both.

    The floor is popularity, which is always fitted. `start` is an earlier model: parts that can go on from it do.
    Raises TrainingError when too little is held out to choose by, SettingsError for parts that cannot be fitted.
    """
    data_hash, ordered = interactions.digest(), is_ordered(interactions)
    interactions = interactions if ordered else shuffled(interactions, np.random.default_rng(settings.seed))
    how, split_of = SPLITS[settings.split]
    split = _of_likes(split_of(interactions), interactions)
    _check(split)
    recipes = _with_floor(recipes_for(interactions, settings.parts, ordered=ordered))
    run = _Run(settings, places, recipes, ordered, progress, start, {})
    parts = run.fitted(split.train, split.validation)
    random = np.random.default_rng(settings.seed)
    lists = shortlists(parts, split.validation, len(interactions.items), random, progress=_named(progress, "rivals"))
    learned = learn_weights(lists, FLOOR, random)
    measured = _measured(parts, learned, split.validation, "validation", run)
    kept = run.refitted(parts, split.before_test)
    if settings.test:
        measured += _measured(kept, learned, split.test, "test", run)
    calibration = calibrate(lists, learned.voices)
    spoken = tuple(part for part in kept if learned.voices[part.name].weight > 0)
    card = Card(
        catalog=settings.catalog,
        licence=settings.licence,
        data_hash=data_hash,
        split_hash=split.digest(),
        split=how if ordered else f"{how}, in random order: the events were sorted by item",
        users=len(interactions.user_ids),
        items=len(interactions.items),
        events=len(interactions),
        parts=tuple(part.name for part in spoken),
        refitted=tuple(part.name for part in spoken if run.recipes[part.name].refit),
        left_out=tuple(part.name for part in kept if part not in spoken),
        seed=settings.seed,
        settings={part: dict(changes) for part, changes in settings.configs.items()},
        measured=measured,
        calibration=calibration,
        honest=learned.honest,
    )
    voices = {part.name: learned.voices[part.name] for part in spoken}
    model = TrainedModel(interactions.items, spoken, voices, calibration.temperature, card)
    places.clear()
    return Training(model, run.fits, learned)


def _with_floor(recipes: Mapping[str, Recipe]) -> dict[str, Recipe]:
    return {FLOOR: PARTS[FLOOR], **recipes}


def _of_likes(split: Split, interactions: Interactions) -> Split:
    validation, test = (of_likes(held, interactions) for held in (split.validation, split.test))
    return replace(split, validation=validation, test=test)


def _check(split: Split) -> None:
    found = len(split.validation.targets)
    if found < _LEAST:
        message = f"Only {found} choices are held out to choose weights by."
        raise TrainingError(message, cure=f"Give interactions of {_LEAST} users or more with three events each.")


@dataclass(frozen=True, slots=True)
class _Run:
    """What all fits of one training share."""

    settings: TrainSettings
    places: Places
    recipes: Mapping[str, Recipe]
    ordered: bool
    progress: Progress
    start: TrainedModel | None
    fits: dict[str, Fit]

    def fitted(self, train: Interactions, held: Held) -> list[Scorer]:
        """Every part on train; parts that an interrupted training has finished are read again."""
        kept = Kept(self.places.work, self._fingerprint(train)) if self.places.work else None
        return [self._part(name, train, held, kept) for name in self.recipes]

    def refitted(self, parts: Sequence[Scorer], both: Interactions) -> list[Scorer]:
        """Closed forms again, on train and validation; the other parts as they are."""
        return [self._fit(one.name, both, None) if self.recipes[one.name].refit else one for one in parts]

    def _part(self, name: str, train: Interactions, held: Held, kept: Kept | None) -> Scorer:
        finished = kept.read(name, train.items) if kept else None
        if finished is not None:
            return finished
        began = time.monotonic()
        part = self._fit(name, train, held)
        self.fits[name] = Fit(len(train), time.monotonic() - began)
        if kept:
            kept.write(part)
        return part

    def _fit(self, name: str, train: Interactions, held: Held | None) -> Scorer:
        recipe, settings, work = self.recipes[name], self.settings, self.places.work
        before = {part.name: part for part in self.start.parts} if self.start else {}
        conditions = Conditions(
            seed=settings.seed,
            threads=settings.threads,
            seconds=None if settings.minutes is None else 60 * settings.minutes,
            held=held,
            directory=work / name if work else None,
            logs=self.places.logs,
            progress=_named(self.progress, name),
            start=before.get(name),
        )
        self.progress(name, 0, 0)
        return recipe.fit(train, self._config(name), conditions)

    def _config(self, name: str) -> Any:
        return self.recipes[name].config_of(self.settings.configs.get(name, {}), ordered=self.ordered)

    def _fingerprint(self, train: Interactions) -> str:
        settings = self.settings
        return digest_of(train.digest(), settings.seed, settings.configs, settings.minutes)


def _named(progress: Progress, stage: str) -> Callable[[int, int], None]:
    return lambda done, all_: progress(stage, done, all_)


def _measured(parts: Sequence[Scorer], learned: Learned, held: Held, split: str, run: _Run) -> tuple[Measured, ...]:
    """Every part alone and the mixture, by full ranking over all that is held out."""

    def scores(histories: Histories) -> dict[str, np.ndarray]:
        raw = {part.name: part.score(histories) for part in parts}
        return raw | {MIXTURE: total({name: learned.voices[name].of(one) for name, one in raw.items()})}

    n = len(parts[0].score(held.histories.slice(0, 1))[0])
    found = ranks_of_several(scores, held, batch=batch_size(n), progress=_named(run.progress, split))
    return tuple(one for name, places in found.items() for one in measure(name, split, places, run.settings.seed))
