"""Which parts there are, by name, and how each is fitted: one entry a part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import SettingsError, did_you_mean
from ..data.model import Interactions
from ..data.splits import Held
from ..models.protocol import Scorer

if TYPE_CHECKING:
    from .distributed import Group

Progress = Callable[[int, int], None]
_JUDGED = 5_000
"""Held-out choices, at most, that an epoch is judged by."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a fit may use beside the interactions and its config."""

    seed: int = 0
    threads: int = 1
    seconds: float | None = None
    """For parts that are trained in epochs; None: until they get no better."""
    held: Held | None = None
    """Choices to stop early by; None: the part holds some out itself."""
    directory: Path | None = None
    """Where a checkpoint is kept after each epoch, and read when there is one."""
    logs: Path | None = None
    progress: Progress = lambda _done, _total: None
    passed: Callable[[float], None] = lambda _epochs: None
    """Told of each step which share of an epoch it went through; never by a part without epochs."""
    start: Scorer | None = None
    """The part as it was, over the same item table, to go on from."""
    group: Group | None = None
    """The processes that train together; None: this one alone."""


Make = Callable[[ModuleType, Interactions, Any, Conditions], Scorer]


def _counted(module: ModuleType, train: Interactions, config: Any, conditions: Conditions) -> Scorer:  # noqa: ARG001
    return module.fit(train, config)


def _in_epochs(module: ModuleType, train: Interactions, config: Any, conditions: Conditions) -> Scorer:
    """The torch training loop: early stopping by the held-out choices, checkpoints, logs."""
    from .distributed import ALONE  # noqa: PLC0415 - loads torch
    from .shortlists import chosen_of  # noqa: PLC0415
    from .training import Running  # noqa: PLC0415 - loads torch

    held = conditions.held and chosen_of(conditions.held, _JUDGED, np.random.default_rng(conditions.seed))
    running = Running(
        conditions.threads,
        seconds=conditions.seconds,
        directory=conditions.directory,
        logs=conditions.logs,
        group=conditions.group or ALONE,
    )

    def move(step: Any) -> None:
        if step.ndcg is None:
            conditions.passed(1 / step.batches)
        conditions.progress((step.epoch - 1) * step.batches + step.batch, config.epochs * step.batches)

    return module.fit(
        train, config, seed=conditions.seed, held=held, earlier=conditions.start, running=running, progress=move
    )


def _always(_: bool, __: Interactions) -> str:
    return ""


def _in_rounds(module: ModuleType, train: Interactions, config: Any, conditions: Conditions) -> Scorer:
    return module.fit(train, config, seed=conditions.seed, progress=conditions.progress)


def _reading(module: ModuleType, train: Interactions, config: Any, conditions: Conditions) -> Scorer:
    return module.fit(train, config, progress=conditions.progress)


def _timed(module: ModuleType, train: Interactions, config: Any, conditions: Conditions) -> Scorer:
    """In epochs of its own, judged by people whom it holds out itself."""
    return module.fit(
        train,
        config,
        seed=conditions.seed,
        threads=conditions.threads,
        seconds=conditions.seconds,
        progress=conditions.progress,
    )


def _texts(_: bool, interactions: Interactions) -> str:
    table = interactions.items
    return "the items have no texts" if table.texts is None and table.vectors is None else ""


def _words(_: bool, interactions: Interactions) -> str:
    return "the items have no texts to read; a catalog has some" if interactions.items.texts is None else ""


def _order(ordered: bool, _: Interactions) -> str:
    return "" if ordered else "the events have no order"


def _judged(_: bool, interactions: Interactions) -> str:
    weights = interactions.weights
    return "" if len(weights) and weights.min() < 0 < weights.max() else "nothing is rated both well and badly"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a part is fitted. Its module is loaded when it is used, since some load torch."""

    module: str
    """Name below `tools/ranking/models/`; it has `fit`, the class and its config."""
    scorer: str
    config: str
    make: Make = _counted
    refit: bool = True
    """Whether the kept model has it fitted again, on train and validation: a closed form that takes seconds."""
    unfit: Callable[[bool, Interactions], str] = _always
    """Why it cannot be fitted on interactions that are ordered, or not; empty when it can."""
    unordered: Mapping[str, Any] = field(default_factory=dict)
    """Changes to its config when the order of events means nothing."""
    on_request: bool = False
    """Whether it is fitted only when it is named, since it needs more than interactions: a language model."""

    def scorer_class(self) -> type[Scorer]:
        """The class that restores it."""
        return getattr(self._loaded(), self.scorer)

    def config_of(self, changes: Mapping[str, Any], *, ordered: bool = True) -> Any:
        """Its config with changes. Raises SettingsError for a name that it does not have."""
        changes = changes if ordered else {**self.unordered, **changes}
        made = getattr(self._loaded(), self.config)
        unknown = sorted(set(changes) - set(made.__dataclass_fields__))
        if unknown:
            cure = did_you_mean(unknown[0], sorted(made.__dataclass_fields__))
            raise SettingsError(f"The part {self.module} has no setting {unknown[0]!r}.", cure=cure)
        for name, value in changes.items():
            usual = made.__dataclass_fields__[name].default
            wrong = not isinstance(value, (int, float) if isinstance(usual, float) else type(usual))
            if wrong or (isinstance(value, (int, float)) and value < 0):
                cure = f"It is {usual!r} when nothing is said."
                raise SettingsError(f"The setting {name} of the part {self.module} cannot be {value!r}.", cure=cure)
        return made(**changes)

    def check(self, config: Any) -> None:
        """Raises SettingsError for a config that cannot be fitted, as far as that is known beforehand."""
        getattr(self._loaded(), "check", lambda _: None)(config)

    def fit(self, train: Interactions, config: Any, conditions: Conditions) -> Scorer:
        """The part, fitted."""
        return self.make(self._loaded(), train, config, conditions)

    def _loaded(self) -> ModuleType:
        return import_module(f"{_MODELS}.{self.module}")


_MODELS = __name__.removesuffix("learning.recipes") + "models"
PARTS: dict[str, Recipe] = {
    "popularity": Recipe("popularity", "Popularity", "PopularityConfig"),
    "cooccurrence": Recipe(
        "cooccurrence",
        "Cooccurrence",
        "CooccurrenceConfig",
        unordered={"window": 60, "distance_decay": 1.0, "backward": 1.0, "target_power": 0.5, "decay": 1.0},
    ),
    "ease": Recipe(
        "ease", "Ease", "EaseConfig", unordered={"window": 500, "distance_decay": 1.0, "decay": 1.0, "ridge": 100.0}
    ),
    "factors": Recipe("factors", "Factors", "FactorsConfig", _in_rounds, unordered={"decay": 1.0}),
    "ratings": Recipe("ratings", "Ratings", "RatingsConfig", _in_rounds, unfit=_judged),
    "content": Recipe("content", "Content", "ContentConfig", _reading, unfit=_texts),
    "sequential": Recipe("sequential", "Sequential", "SequentialConfig", _in_epochs, refit=False, unfit=_order),
    "rater": Recipe("rater", "Rater", "RaterConfig", _timed, refit=False, unfit=_words, on_request=True),
}
"""In the order in which they are fitted and shown."""


def check_names(wanted: Iterable[str]) -> None:
    """Raises SettingsError for a part that there is not."""
    for name in wanted:
        if name not in PARTS:
            raise SettingsError(f"There is no part {name!r}.", cure=did_you_mean(name, list(PARTS)))


def usual_parts() -> tuple[str, ...]:
    """Those that are fitted when none is named, where they can be."""
    return tuple(name for name, recipe in PARTS.items() if not recipe.on_request)


def recipes_for(interactions: Interactions, wanted: tuple[str, ...] = (), *, ordered: bool = True) -> dict[str, Recipe]:
    """Those that can be fitted, or those wanted. Raises SettingsError for one that is unknown or cannot be fitted."""
    check_names(wanted)
    why = {name: PARTS[name].unfit(ordered, interactions) for name in wanted or usual_parts()}
    unfit = next((name for name in wanted if why[name]), None)
    if unfit:
        raise SettingsError(f"The part {unfit} cannot be fitted: {why[unfit]}.", cure="Leave it out of the parts.")
    return {name: PARTS[name] for name in PARTS if name in why and not why[name]}
