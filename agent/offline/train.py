"""Trains the turn classifier on the seed utterances: `python -m langgraph_recommender.agent.offline.train`.

Needs scikit-learn (extra `dev`); what it writes is read with numpy alone. The strength of regularisation is chosen by
cross-validation on the seeds; the development file is read once, at the end, to report.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from ...graphs.understanding import Emotion, Intent
from ...tools.catalog.embeddings import DefaultEmbeddings
from ...tools.catalog.opening import shared_embeddings
from .classifier import WEIGHTS
from .features import cue_names, data_text, excerpt, fingerprint, surface

SEEDS = "utterances.yaml"
DEVELOPMENT = "utterances_dev.yaml"
STRENGTHS = (1.0, 3.0, 10.0, 30.0)
"""Inverse L2 strengths that cross-validation chooses from, by log loss."""
FOLDS = 5


class Utterance(NamedTuple):
    """One labelled message."""

    text: str
    language: str
    intent: Intent
    emotion: Emotion


@dataclass(frozen=True)
class Labelled:
    """Utterances with their features, (n, 512 + S) float32."""

    utterances: tuple[Utterance, ...]
    features: np.ndarray

    def labels(self, task: str) -> np.ndarray:
        """Labels of a task ("intent" or "emotion"), shape (n,)."""
        return np.asarray([str(getattr(one, task)) for one in self.utterances])

    def of(self, language: str) -> np.ndarray:
        """Which utterances are in that language, bool (n,)."""
        return np.asarray([one.language == language for one in self.utterances])


class Fitted(NamedTuple):
    """A trained model of one task, and its accuracy cross-validated on the seeds."""

    model: LogisticRegression
    strength: float
    validated: float


def read_utterances(name: str) -> tuple[Utterance, ...]:
    """The labelled messages of a data file: language -> intent -> emotion -> texts."""
    tree: dict[str, dict[str, dict[str, list[str]]]] = yaml.safe_load(data_text(name))
    return tuple(
        Utterance(text, language, Intent(intent), Emotion(emotion))
        for language, intents in tree.items()
        for intent, emotions in intents.items()
        for emotion, texts in emotions.items()
        for text in texts
    )


def label(name: str) -> Labelled:
    """A data file with the features of its messages."""
    utterances = read_utterances(name)
    vectors = shared_embeddings().encode([excerpt(one.text) for one in utterances])
    return Labelled(utterances, np.hstack([vectors, np.stack([surface(one.text) for one in utterances])]))


def fit(features: np.ndarray, labels: np.ndarray, strength: float) -> LogisticRegression:
    """Multinomial logistic regression with L2, classes weighted inversely to their frequency.

    On one thread: the matrices are small, and the sums then come out the same everywhere.
    """
    model = LogisticRegression(C=strength, class_weight="balanced", max_iter=5000, tol=1e-5)
    with threadpool_limits(1):
        return model.fit(features.astype(np.float64), labels)


def validate(features: np.ndarray, labels: np.ndarray, strength: float) -> tuple[float, float]:
    """Log loss and accuracy over held-out folds of the seeds."""
    losses, hits = np.empty(len(labels)), np.empty(len(labels))
    for train, held in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(features, labels):
        model = fit(features[train], labels[train], strength)
        shares = model.predict_proba(features[held])
        truth = np.searchsorted(model.classes_, labels[held])
        losses[held] = -np.log(shares[np.arange(len(held)), truth])
        hits[held] = shares.argmax(axis=1) == truth
    return float(losses.mean()), float(hits.mean())


def select(seeds: Labelled, task: str) -> Fitted:
    """The model whose strength has the least log loss in cross-validation."""
    labels = seeds.labels(task)
    trials = [(*validate(seeds.features, labels, strength), strength) for strength in STRENGTHS]
    _, accuracy, strength = min(trials)
    return Fitted(fit(seeds.features, labels, strength), strength, accuracy)


def accuracy_by_language(predicted: np.ndarray, dev: Labelled, task: str) -> dict[str, float]:
    """Share of right labels: over all, and by language."""
    hits = predicted == dev.labels(task)
    return {"all": float(hits.mean())} | {language: float(hits[dev.of(language)].mean()) for language in ("en", "zh")}


def majority(seeds: Labelled, dev: Labelled, task: str) -> np.ndarray:
    """A floor: the seeds' most frequent label for every message."""
    names, counts = np.unique(seeds.labels(task), return_counts=True)
    return np.full(len(dev.utterances), names[counts.argmax()])


def keywords(seeds: Labelled, dev: Labelled, task: str) -> np.ndarray:
    """A floor: the label of the most precise cue in the message, by precision on the seeds; else the majority."""
    cues = slice(DefaultEmbeddings.dimension, DefaultEmbeddings.dimension + len(cue_names()))
    names, targets = np.unique(seeds.labels(task), return_inverse=True)
    counts = (seeds.features[:, cues] > 0).T.astype(float) @ np.eye(len(names))[targets]
    precision = counts.max(axis=1) / np.maximum(counts.sum(axis=1), 1)
    held = np.where(dev.features[:, cues] > 0, precision, -1.0)
    ruled = names[counts.argmax(axis=1)[held.argmax(axis=1)]]
    return np.where(held.max(axis=1) > 0, ruled, majority(seeds, dev, task))


def report(fitted: dict[str, Fitted], seeds: Labelled, dev: Labelled) -> dict[str, dict[str, object]]:
    """Accuracy of each task, cross-validated and on the development file, with both floors."""
    return {
        task: {
            "cross_validated": one.validated,
            "development": accuracy_by_language(np.asarray(one.model.predict(dev.features)), dev, task),
            "keyword_floor": accuracy_by_language(keywords(seeds, dev, task), dev, task),
            "majority_floor": accuracy_by_language(majority(seeds, dev, task), dev, task),
            "strength": one.strength,
        }
        for task, one in fitted.items()
    }


def save(path: Path, fitted: dict[str, Fitted], scores: dict[str, dict[str, object]]) -> None:
    """Weights, and what they were trained from."""
    arrays: dict[str, Any] = {}
    for task, one in fitted.items():
        arrays[f"{task}s"] = np.asarray(one.model.classes_)
        arrays[f"{task}_weights"] = np.asarray(one.model.coef_, dtype=np.float32)
        arrays[f"{task}_bias"] = np.asarray(one.model.intercept_, dtype=np.float32)
    origin = {"seeds": fingerprint(SEEDS), "cues": fingerprint("cues.yaml"), "model_id": DefaultEmbeddings.model_id}
    arrays |= {name: np.asarray(text) for name, text in (origin | {"scores": json.dumps(scores)}).items()}
    np.savez_compressed(path, **arrays)


def describe(scores: dict[str, dict[str, object]]) -> str:
    """The report as lines of text."""
    lines = []
    for task, entry in scores.items():
        lines.append(f"{task}: cross-validated on the seeds {entry['cross_validated']:.3f} (C = {entry['strength']:g})")
        for name in ("development", "keyword_floor", "majority_floor"):
            parts = entry[name]
            shown = "  ".join(f"{key} {value:.3f}" for key, value in parts.items()) if isinstance(parts, dict) else ""
            lines.append(f"  {name:<15}{shown}")
    return "\n".join(lines)


def main() -> None:
    """Trains, reports and writes the file that ships."""
    seeds, dev = label(SEEDS), label(DEVELOPMENT)
    fitted = {task: select(seeds, task) for task in ("intent", "emotion")}
    scores = report(fitted, seeds, dev)
    path = Path(__file__).with_name("data") / WEIGHTS
    save(path, fitted, scores)
    print(f"{len(seeds.utterances)} seeds, {len(dev.utterances)} development utterances -> {path.name}")
    print(describe(scores))


if __name__ == "__main__":
    main()
