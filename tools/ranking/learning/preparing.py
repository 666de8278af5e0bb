"""What a training starts from: interactions in an order that means something, split, and the parts that fit them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ...errors import TrainingError
from ..correction import Correction
from ..data.model import Interactions
from ..data.order import is_ordered
from ..data.splits import Split, leave_one_out, of_likes, time_split
from .recipes import PARTS, Recipe, recipes_for

FLOOR = "popularity"
SPLITS: dict[str, tuple[str, Callable[[Interactions], Split]]] = {
    "loo": ("leave one out", leave_one_out),
    "time": ("by time", time_split),
}
_LEAST = 20
"""Held-out choices without which nothing can be learned of the parts."""
_MORE = {
    "loo": f"Give interactions of {_LEAST} users or more with three events each, of different items.",
    "time": "Few users have events both before and after the moments that it is cut at: leave --split time out.",
}
"""What to do about fewer, by split."""


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """What to train, and how long."""

    parts: tuple[str, ...] = ()
    """Names; all that can be fitted when empty."""
    configs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Changes to the config of a part, by its name."""
    ordered: bool = True
    """Whether the order of events means anything. A file sorted by item has none: see `data.order.in_order`."""
    split: Literal["loo", "time"] = "loo"
    seed: int = 0
    threads: int = 1
    minutes: float | None = None
    """For all parts that are trained in epochs together; None: until they get no better."""
    test: bool = False
    """Whether to look at the test, once."""
    catalog: str = ""
    licence: str = ""
    correction: Correction | None = None
    """Of lists: what it would cost is measured on validation. The model is the same with it."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Interactions, split, and what is fitted on them."""

    settings: TrainSettings
    data_hash: str
    events: int
    split: Split
    recipes: Mapping[str, Recipe]

    def config(self, name: str) -> Any:
        """The config of a part. Raises SettingsError for a setting that it does not have."""
        return self.recipes[name].config_of(self.settings.configs.get(name, {}), ordered=self.settings.ordered)

    @property
    def how(self) -> str:
        """How it was split, in words."""
        words = SPLITS[self.settings.split][0]
        return words if self.settings.ordered else f"{words}, in random order: the events were sorted by item"


def prepare(interactions: Interactions, settings: TrainSettings) -> Prepared:
    """The floor is always among the parts, and only what was liked is a choice.

    Raises TrainingError when too little is held out to choose by, or events sorted by item would make the item with the
    highest id the one to foretell; SettingsError for parts that cannot be fitted, and for settings that are wrong.
    """
    if not is_ordered(interactions):
        cure = "Put them in a random order with `data.order.in_order`, before anything is held out."
        raise TrainingError("The events of each user are sorted by item, not by time.", cure=cure)
    split = SPLITS[settings.split][1](interactions)
    validation, test = (of_likes(held, interactions) for held in (split.validation, split.test))
    if len(validation.targets) < _LEAST:
        message = f"Only {len(validation.targets)} choices are held out to choose weights by."
        raise TrainingError(message, cure=_MORE[settings.split])
    recipes = {FLOOR: PARTS[FLOOR], **recipes_for(interactions, settings.parts, ordered=settings.ordered)}
    likes = replace(split, validation=validation, test=test)
    prepared = Prepared(settings, interactions.digest(), len(interactions), likes, recipes)
    for name, recipe in recipes.items():
        recipe.check(prepared.config(name))
    return prepared
