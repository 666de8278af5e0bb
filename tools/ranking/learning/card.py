"""The model card: where a ranker comes from, what it is worth, and what it is for (Mitchell et al. 2019)."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import Any, Self

from .calibration import Bin, Calibration

_DISTRIBUTION = "langgraph-recommender"


@dataclass(frozen=True, slots=True)
class Measured:
    """One metric of one part or of the mixture, with the bounds of its 95% bootstrap interval."""

    what: str
    split: str
    """`validation` or `test`."""
    metric: str
    value: float
    low: float
    high: float
    users: int


@dataclass(frozen=True, slots=True)
class Card:
    """All that is known of how a model was made. JSON values only."""

    catalog: str
    """Name of the catalog, or of the interactions file when there was none."""
    licence: str
    """Of the data, as given."""
    data_hash: str
    split_hash: str
    split: str
    users: int
    items: int
    events: int
    parts: tuple[str, ...]
    refitted: tuple[str, ...]
    """Those that were fitted again on train and validation; the others know train alone."""
    left_out: tuple[str, ...]
    """Parts that were fitted but are not kept, since the mixture is as good without them."""
    seed: int
    settings: Mapping[str, Any] = field(default_factory=dict)
    measured: tuple[Measured, ...] = ()
    calibration: Calibration | None = None
    honest: float = 0.0
    """NDCG@10 of the mixture on validation by cross-fitting of its weights."""
    version: str = field(default_factory=lambda: version(_DISTRIBUTION))
    machine: str = field(default_factory=lambda: f"{platform.system()} {platform.machine()}")

    def to_json(self) -> dict[str, Any]:
        """As `from_json` reads it."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The card again. Raises TypeError or KeyError for what is no card."""
        read = dict(data)
        read["measured"] = tuple(Measured(**one) for one in data["measured"])
        read |= {name: tuple(data[name]) for name in ("parts", "refitted", "left_out")}
        if data["calibration"] is not None:
            kept: dict[str, Any] = dict(data["calibration"])
            kept["bins"] = tuple(Bin(**one) for one in kept["bins"])
            read["calibration"] = Calibration(**kept)
        return cls(**read)
