"""What a training starts from: interactions in an order that means something, split, and the parts that fit them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from ...errors import TrainingError
from ..data.model import Interactions
from ..data.order import is_ordered, shuffled
from ..data.splits import Split, leave_one_out, of_likes, time_split
from .recipes import PARTS, Recipe, recipes_for

FLOOR = "popularity"
SPLITS: dict[str, tuple[str, Callable[[Interactions], Split]]] = {
    "loo": ("leave one out", leave_one_out),
    "time": ("by time", time_split),
}
_LEAST = 20
"""Held-out choices without which nothing can be learned of the parts."""


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """What to train, and how long."""

    parts: tuple[str, ...] = ()
    """Names; all that can be fitted when empty."""
    configs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Changes to the config of a part, by its name."""
    split: Literal["loo", "time"] = "loo"
    seed: int = 0
    threads: int = 1
    minutes: float | None = None
    """For all parts that are trained in epochs together; None: until they get no better."""
    test: bool = False
    """Whether to look at the test, once."""
    catalog: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Interactions, split, and what is fitted on them."""

    settings: TrainSettings
    data_hash: str
    events: int
    split: Split
    ordered: bool
    """Whether the order of events means anything; else they were shuffled."""
    recipes: Mapping[str, Recipe]

    def config(self, name: str) -> Any:
        """The config of a part. Raises SettingsError for a setting that it does not have."""
        return self.recipes[name].config_of(self.settings.configs.get(name, {}), ordered=self.ordered)

    @property
    def how(self) -> str:
        """How it was split, in words."""
        words = SPLITS[self.settings.split][0]
        return words if self.ordered else f"{words}, in random order: the events were sorted by item"


def prepare(interactions: Interactions, settings: TrainSettings) -> Prepared:
    """The floor is always among the parts, and only what was liked is a choice.

    Raises TrainingError when too little is held out to choose by, SettingsError for parts that cannot be fitted.
    """
    data_hash, ordered = interactions.digest(), is_ordered(interactions)
    events = interactions if ordered else shuffled(interactions, np.random.default_rng(settings.seed))
    split = SPLITS[settings.split][1](events)
    validation, test = (of_likes(held, events) for held in (split.validation, split.test))
    if len(validation.targets) < _LEAST:
        message = f"Only {len(validation.targets)} choices are held out to choose weights by."
        raise TrainingError(message, cure=f"Give interactions of {_LEAST} users or more with three events each.")
    recipes = {FLOOR: PARTS[FLOOR], **recipes_for(events, settings.parts, ordered=ordered)}
    return Prepared(
        settings, data_hash, len(events), replace(split, validation=validation, test=test), ordered, recipes
    )
