"""`TurnClassifier`: intent and emotion of a message, by logistic regression over its embedding and its wordings."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib.resources import files
from typing import Generic, TypeVar

import numpy as np

from ...graphs.understanding import Emotion, Intent
from ...tools.catalog.embeddings import DefaultEmbeddings
from ...tools.catalog.opening import shared_embeddings
from ...tools.errors import IndexStateError
from .features import excerpt, fingerprint, surface

WEIGHTS = "classifier.npz"
TRAIN = "python -m langgraph_recommender.agent.offline.train"
_SHORT, _REMEMBERED = 24, 2_000
"""Messages of so few characters come again and again, "more", 换一批: so many are not embedded anew."""
LabelT = TypeVar("LabelT", Intent, Emotion)


@dataclass(frozen=True, slots=True)
class LinearModel(Generic[LabelT]):
    """Multinomial logistic regression: softmax(weights @ features + bias)."""

    labels: tuple[LabelT, ...]
    weights: np.ndarray
    """(labels, features), float32."""
    bias: np.ndarray
    """(labels,), float32."""

    def probabilities(self, features: np.ndarray) -> dict[LabelT, float]:
        """Probability by label, most likely first; they sum to one."""
        scores = self.weights @ features + self.bias
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        return {self.labels[index]: float(shares[index]) for index in np.argsort(-shares, kind="stable")}


@dataclass(frozen=True, slots=True)
class TurnClassifier:
    """Reads the intent and the emotion of a message. Immutable, so that threads share one."""

    embeddings: DefaultEmbeddings
    intent: LinearModel[Intent]
    emotion: LinearModel[Emotion]

    def embed(self, text: str) -> np.ndarray:
        """Unit vector of the message, shape (512,), float32."""
        return _of_short(self.embeddings, text) if len(text) <= _SHORT else self.embeddings.encode([excerpt(text)])[0]

    def intents(self, text: str, vector: np.ndarray) -> dict[Intent, float]:
        """Probability by intent, most likely first; `vector` is `embed(text)`."""
        return self.intent.probabilities(features(text, vector))

    def emotions(self, text: str, vector: np.ndarray) -> dict[Emotion, float]:
        """Probability by emotion, most likely first; `vector` is `embed(text)`."""
        return self.emotion.probabilities(features(text, vector))


@functools.lru_cache(maxsize=_REMEMBERED)
def _of_short(embeddings: DefaultEmbeddings, text: str) -> np.ndarray:
    vector = embeddings.encode([text])[0]
    vector.flags.writeable = False
    return vector


def features(text: str, vector: np.ndarray) -> np.ndarray:
    """The embedding followed by the surface features, shape (512 + S,)."""
    return np.concatenate([vector, surface(text)])


@functools.cache
def load_classifier() -> TurnClassifier:
    """The trained classifier that ships with the package.

    Raises IndexStateError when its weights were trained with other cues or another embedding than those installed.
    """
    with np.load(str(files(__package__ or __name__) / "data" / WEIGHTS), allow_pickle=False) as stored:
        _check(stored)
        intent = LinearModel(
            tuple(Intent(name) for name in stored["intents"]), stored["intent_weights"], stored["intent_bias"]
        )
        emotion = LinearModel(
            tuple(Emotion(name) for name in stored["emotions"]), stored["emotion_weights"], stored["emotion_bias"]
        )
    return TurnClassifier(shared_embeddings(), intent, emotion)


def _check(stored: np.lib.npyio.NpzFile) -> None:
    expected = {"model_id": DefaultEmbeddings.model_id, "cues": fingerprint("cues.yaml")}
    for name, value in expected.items():
        if str(stored[name]) != value:
            raise IndexStateError(
                f"{WEIGHTS} was trained with another {name}: {stored[name]}, not {value}.", cure=f"Run: {TRAIN}"
            )
