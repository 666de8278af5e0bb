"""Training a ranker: parts on train, how they speak on validation, and one look at the test when it is asked for."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..cost import Cost, cost
from ..data.model import Histories, Interactions
from ..data.splits import Held
from ..metrics.facts import ItemFacts
from ..models.protocol import Scorer
from .calibration import Calibration, calibrate
from .card import Card, Measured
from .evaluate import measure, ranks_of_several
from .kept import Kept, digest_of
from .preparing import FLOOR, Prepared, TrainSettings, prepare
from .recipes import Conditions
from .reranked import apart
from .reweighing import MIXTURE, Compared, Reweighed, compared, reread, reweighed, without
from .shortlists import Shortlists, batch_size, shortlists
from .trained import TrainedModel
from .voices import total
from .weights import Learned, learn_weights

if TYPE_CHECKING:
    from .distributed import Group

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Places:
    """Directories that training may use."""

    work: Path | None = None
    """What is finished is kept there until all is, and taken up when training is begun again."""
    logs: Path | None = None
    group: Group | None = None
    """The processes that train together, all but the first of them without directories; None: this one alone."""

    def clear(self) -> None:
        """All is finished."""
        if self.work:
            shutil.rmtree(self.work, ignore_errors=True)


_NOWHERE = Places()


@dataclass(frozen=True, slots=True)
class Fit:
    """How long the fit of a part took, and how often it went through its events."""

    events: int
    seconds: float
    epochs: float = 0.0
    """Those of this run alone, the begun one by its share; 0 for a part that is not trained in epochs."""

    @property
    def rows_per_second(self) -> float | None:
        """Events times epochs, by the second, judging included; None for a part that is not trained in epochs."""
        return self.events * self.epochs / max(self.seconds, 1e-9) if self.epochs else None


@dataclass(frozen=True, slots=True)
class Training:
    """What came out: the model, and what the fits took, by part."""

    model: TrainedModel
    fits: Mapping[str, Fit]
    learned: Learned
    cost: Cost | None = None
    """Of the correction that was asked for, on validation."""


def quiet(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody looks at."""


def _unwatched(_epochs: float) -> None: ...


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
    run = Run(prepare(interactions, settings), places, progress, start)
    parts, random = run.fitted(), np.random.default_rng(settings.seed)
    split, n, (whole, _) = run.prepared.split, len(interactions.items), apart(parts)
    lists = shortlists(whole, split.validation, n, random, progress=_named(progress, "rivals"))
    learned = learn_weights(lists, FLOOR, random)
    asked = {name: reweighed(one, random) for name, one in run.reread(parts, learned, "validation", random).items()}
    learned = replace(learned, voices=learned.voices | {name: one.voice for name, one in asked.items()})
    measured = run.measured(parts, learned, "validation", {name: one.compared for name, one in asked.items()})
    cost_found = run.cost(whole, learned)
    kept = run.refitted(parts)
    if settings.test:
        judged = run.reread(kept, learned, "test", random)
        found = {name: compared(one, learned.voices[name]) for name, one in judged.items()}
        measured += run.measured(kept, learned, "test", found)
    model = _model(run.prepared, kept, learned, _calibrated(lists, learned, asked), measured)
    places.clear()
    return Training(model, run.fits, learned, cost_found)


def _calibrated(lists: Shortlists, learned: Learned, asked: Mapping[str, Reweighed]) -> Calibration:
    """On the choices that a reranker was asked about, when it has a say."""
    heard = next((one for one in asked.values() if one.voice.weight > 0), None)
    lists, voices = (lists, learned.voices) if heard is None else (heard.lists, heard.voices)
    return calibrate(lists.of_whole_histories(), voices)


def _model(
    prepared: Prepared,
    parts: Sequence[Scorer],
    learned: Learned,
    calibration: Calibration,
    measured: tuple[Measured, ...],
) -> TrainedModel:
    """The parts that say something, and the card."""
    everything, settings = prepared.split.train, prepared.settings
    spoken = tuple(part for part in parts if learned.voices[part.name].weight > 0)
    card = Card(
        catalog=settings.catalog,
        licence=settings.licence,
        data_hash=prepared.data_hash,
        split_hash=prepared.split.digest(),
        split=prepared.how,
        users=len(everything.user_ids),
        items=len(everything.items),
        events=prepared.events,
        parts=tuple(part.name for part in spoken),
        refitted=tuple(part.name for part in spoken if prepared.recipes[part.name].refit),
        left_out=tuple(part.name for part in parts if part not in spoken),
        seed=settings.seed,
        settings={part: dict(changes) for part, changes in settings.configs.items()},
        measured=measured,
        calibration=calibration,
        honest=learned.honest,
    )
    voices = {part.name: learned.voices[part.name] for part in spoken}
    return TrainedModel(everything.items, spoken, voices, calibration.temperature, card)


@dataclass(frozen=True, slots=True)
class Run:
    """What all fits of one training share."""

    prepared: Prepared
    places: Places = _NOWHERE
    progress: Progress = quiet
    start: TrainedModel | None = None
    fits: dict[str, Fit] = field(default_factory=dict)
    """What each fit on train took; parts that were taken up again are not among them."""

    def fitted(self) -> list[Scorer]:
        """Every part on train; parts that an interrupted training has finished are read again.

        Not when several processes train together: all of them must come by the same steps.
        """
        alone = self.places.group is None
        kept = Kept(self.places.work, self._fingerprint()) if self.places.work and alone else None
        return [self._part(name, kept) for name in self.prepared.recipes]

    def refitted(self, parts: Sequence[Scorer]) -> list[Scorer]:
        """Closed forms again, on train and validation; the other parts as they are."""
        recipes, both = self.prepared.recipes, self.prepared.split.before_test
        return [self._fit(one.name, both, None) if recipes[one.name].refit else one for one in parts]

    def measured(
        self, parts: Sequence[Scorer], learned: Learned, split: str, asked: Mapping[str, Compared]
    ) -> tuple[Measured, ...]:
        """Every part alone and the mixture, by full ranking over all that the split of that name holds out.

        Rerankers are left out of it: what they were `asked` about follows.
        """
        held: Held = getattr(self.prepared.split, split)
        whole, rerankers = apart(parts)
        heard = [one.name for one in rerankers if learned.voices[one.name].weight > 0]

        def scores(histories: Histories) -> dict[str, np.ndarray]:
            raw = {part.name: part.score(histories) for part in whole}
            summed = total({name: learned.voices[name].of(one) for name, one in raw.items()})
            return raw | {without(" and ".join(heard)) if heard else MIXTURE: summed}

        size, seed = batch_size(len(self.prepared.split.train.items)), self.prepared.settings.seed
        found = ranks_of_several(scores, held, batch=size, progress=_named(self.progress, split))
        rows = [one for name, places in found.items() for one in measure(name, split, places, seed)]
        return (*rows, *(row for name, one in asked.items() for row in one.measured(name, split, seed)))

    def reread(
        self, parts: Sequence[Scorer], learned: Learned, split: str, random: np.random.Generator
    ) -> dict[str, Shortlists]:
        """Lists for each reranker, by its name, beside the parts that score a catalog."""
        held, n, (whole, rerankers) = (
            getattr(self.prepared.split, split),
            len(self.prepared.split.train.items),
            apart(parts),
        )
        return {
            one.name: reread(
                whole, one, learned.voices, held, n, random, progress=_named(self.progress, f"{one.name} asked")
            )
            for one in rerankers
        }

    def cost(self, parts: Sequence[Scorer], learned: Learned) -> Cost | None:
        """What the correction of the settings costs the lists of the mixture; None without one."""
        settings, split = self.prepared.settings, self.prepared.split
        if settings.correction is None:
            return None

        def score(histories: Histories) -> np.ndarray:
            return total({part.name: learned.voices[part.name].of(part.score(histories)) for part in parts})

        known = ItemFacts.of(split.train)
        facts = settings.correction.facts(known.counts, known.people)
        size = batch_size(len(split.train.items))
        return cost(score, split.validation, settings.correction.options, facts, seed=settings.seed, batch=size)

    def _part(self, name: str, kept: Kept | None) -> Scorer:
        split = self.prepared.split
        finished = kept.read(name, split.train.items) if kept else None
        if finished is not None:
            return finished
        began, passed = time.monotonic(), list[float]()
        part = self._fit(name, split.train, split.validation, passed.append)
        self.fits[name] = Fit(len(split.train), time.monotonic() - began, sum(passed))
        if kept:
            kept.write(part)
        return part

    def _fit(
        self, name: str, train: Interactions, held: Held | None, passed: Callable[[float], None] = _unwatched
    ) -> Scorer:
        settings, work = self.prepared.settings, self.places.work
        before = {part.name: part for part in self.start.parts} if self.start else {}
        conditions = Conditions(
            seed=settings.seed,
            threads=settings.threads,
            seconds=None if settings.minutes is None else 60 * settings.minutes,
            held=held,
            directory=work / name if work else None,
            logs=self.places.logs and self.places.logs / name,
            progress=_named(self.progress, name),
            passed=passed,
            start=before.get(name),
            group=self.places.group,
        )
        self.progress(name, 0, 0)
        return self.prepared.recipes[name].fit(train, self.prepared.config(name), conditions)

    def _fingerprint(self) -> str:
        settings = self.prepared.settings
        return digest_of(self.prepared.split.digest(), settings.seed, settings.configs, settings.minutes)


def _named(progress: Progress, stage: str) -> Callable[[int, int], None]:
    return lambda done, all_: progress(stage, done, all_)
