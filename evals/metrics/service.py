"""What a conversation costs: model calls, tokens, money, time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ...tools.errors import SuiteError, did_you_mean
from ..outcome import Outcome
from ..targets import Observed
from .metric import Share, mean

PERCENTILES = (50, 95, 99)


class Price(BaseModel):
    """Of one model, in the currency of the file for a million tokens."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: float = Field(ge=0)
    output: float = Field(ge=0)


@dataclass(frozen=True, slots=True)
class Prices:
    """What the tokens of a model cost."""

    price: Price
    currency: str = "USD"

    def of(self, outcome: Outcome) -> Share:
        """Cost of a conversation."""
        spent = sum(self._turn(one) for one in observed(outcome))
        return Share(spent, 1)

    def _turn(self, now: Observed) -> float:
        return (now.input_tokens * self.price.input + now.output_tokens * self.price.output) / 1_000_000


class _PriceFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    currency: str = "USD"
    models: dict[str, Price]


def read_prices(file: Path, model: str) -> Prices:
    """Prices of a model for a million tokens, from YAML: `models: {NAME: {input: 0.25, output: 2}}`, `currency: USD`.

    Raises SuiteError that names the file and the field, or the nearest model.
    """
    try:
        found = TypeAdapter(_PriceFile).validate_python(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SuiteError(f"{file}: {error}.", cure="Give a YAML file of prices.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise SuiteError(
            f"{file}: {place}: {first['msg']}.", cure="models: {NAME: {input: 0.25, output: 2}}"
        ) from error
    if model not in found.models:
        raise SuiteError(f"{file} has no price for {model}.", cure=did_you_mean(model, list(found.models)))
    return Prices(found.models[model], found.currency)


def observed(outcome: Outcome) -> list[Observed]:
    """Turns that were answered."""
    return [turn.observed for turn in outcome.turns if turn.observed]


def model_calls(outcome: Outcome) -> Share:
    """Model calls of a turn."""
    return mean([one.model_calls for one in observed(outcome) if "model_calls" not in one.hidden])


def tokens(outcome: Outcome) -> Share:
    """Tokens read and written by the model in a turn, as far as it told; nothing is said where it told nothing."""
    counts = [one.input_tokens + one.output_tokens for one in observed(outcome)]
    return mean(counts) if any(counts) else Share()


def degraded(outcome: Outcome) -> Share:
    """Turns in which a step of the model failed and the offline model took over."""
    return mean([bool(one.degraded) for one in observed(outcome)])


def latencies(outcomes: Iterable[Outcome]) -> Mapping[int, float]:
    """Percentiles of the wall-clock time of a turn, milliseconds; empty without turns."""
    taken = [one.latency_ms for outcome in outcomes for one in observed(outcome)]
    return dict(zip(PERCENTILES, np.percentile(taken, PERCENTILES).tolist(), strict=True)) if taken else {}
