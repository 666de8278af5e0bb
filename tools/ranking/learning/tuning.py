"""Trying settings of the parts, guided by what was tried before (Akiba et al. 2019), judged on validation alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from ...errors import ModelFileError, SettingsError
from ..data.model import Interactions
from .fitting import Run
from .kept import digest_of
from .preparing import FLOOR, Prepared, TrainSettings, prepare
from .recipes import PARTS
from .shortlists import shortlists
from .weights import learn_weights

if TYPE_CHECKING:
    import optuna

_CHOICES = 4_000
"""Held-out choices, at most, that a try is judged by."""
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Tuned:
    """The best settings found, by part, and what they are worth on validation: optimistic, as the best of many."""

    configs: Mapping[str, Mapping[str, Any]]
    tries: int
    before: float
    """NDCG@10 of the mixture with the settings as they were, by cross-fitting of its weights."""
    best: float


@cache
def space() -> dict[str, dict[str, dict[str, Any]]]:
    """What may be tried, by part and setting."""
    return yaml.safe_load((files(__package__ or "") / "space.yaml").read_text(encoding="utf-8"))


def tune(interactions: Interactions, settings: TrainSettings, tries: int, study: Path, progress: Progress) -> Tuned:
    """Tries so many settings in all, those of earlier runs with the same study file, data and settings among them.

    The first try is the settings as they are. Raises SettingsError when Optuna is not installed, ModelFileError for a
    study file that cannot be read.
    """
    prepared = _without_rerankers(prepare(interactions, settings))
    tuned = [name for name in prepared.recipes if name in space() and (PARTS[name].refit or name in settings.parts)]
    opened = _opened(study, digest_of(prepared.data_hash, settings.split, settings.seed, settings.configs, tuned))
    finished = len([trial for trial in opened.trials if trial.values])
    for number in range(finished, tries):
        progress("tuning", number, tries)
        opened.optimize(lambda trial: _judged(prepared, _suggested(trial, tuned, settings)), n_trials=1)
    done = [trial for trial in opened.trials if trial.values]
    first = min(done, key=lambda trial: trial.number)
    best = max(done, key=lambda trial: trial.values[0])
    return Tuned(_by_part(best.params, settings), len(done), first.values[0], best.values[0])


def _without_rerankers(prepared: Prepared) -> Prepared:
    """Parts that are asked about the best by the others take too long to be fitted at every try."""
    kept = {name: recipe for name, recipe in prepared.recipes.items() if not recipe.on_request}
    return replace(prepared, recipes=kept)


def _opened(path: Path, name: str) -> optuna.Study:
    """The study in a journal of JSON lines, begun with the settings as they are."""
    try:
        import optuna  # noqa: PLC0415
        from optuna.storages import JournalStorage  # noqa: PLC0415
        from optuna.storages.journal import JournalFileBackend  # noqa: PLC0415
    except ImportError as error:
        cure = "Install it: pip install 'langgraph-recommender[train]'."
        raise SettingsError("Tuning needs Optuna.", cure=cure) from error
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        storage = JournalStorage(JournalFileBackend(str(path)))
        sampler = optuna.samplers.TPESampler(seed=int(name[:8], 16))
        return optuna.create_study(
            storage=storage, study_name=name, sampler=sampler, direction="maximize", load_if_exists=True
        )
    except (ValueError, KeyError) as error:
        raise ModelFileError(f"The study {path} cannot be read: {error}.", cure="Delete it to begin anew.") from error


def _suggested(trial: optuna.Trial, tuned: list[str], settings: TrainSettings) -> Mapping[str, Mapping[str, Any]]:
    if trial.number == 0:
        return settings.configs
    wanted = {f"{part}.{name}": where for part in tuned for name, where in space()[part].items()}
    return _by_part({name: _value(trial, name, where) for name, where in wanted.items()}, settings)


def _value(trial: optuna.Trial, name: str, where: Mapping[str, Any]) -> Any:
    if "values" in where:
        return trial.suggest_categorical(name, where["values"])
    return trial.suggest_float(name, where["from"], where["to"], log=where.get("log", False))


def _by_part(params: Mapping[str, Any], settings: TrainSettings) -> dict[str, dict[str, Any]]:
    found = {part: dict(changes) for part, changes in settings.configs.items()}
    for name, value in params.items():
        part, setting = name.split(".", 1)
        found.setdefault(part, {})[setting] = value
    return found


def _judged(prepared: Prepared, configs: Mapping[str, Mapping[str, Any]]) -> float:
    """NDCG@10 of the mixture by cross-fitting of its weights."""
    random = np.random.default_rng(prepared.settings.seed)
    parts = Run(replace(prepared, settings=replace(prepared.settings, configs=configs))).fitted()
    lists = shortlists(parts, prepared.split.validation, len(prepared.split.train.items), random, most=_CHOICES)
    return learn_weights(lists, FLOOR, random).honest
