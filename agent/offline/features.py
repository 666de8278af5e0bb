"""What the turn classifier sees of a message beside its embedding: wordings that carry an intent, and its shape."""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
from importlib.resources import files

import numpy as np
import yaml

from ...tools.normalize import has_chinese, normalize

HALF = 300
"""Characters kept from the start and from the end of a message that is longer than both together."""
WEIGHT = 0.35
"""Value of a feature that is present; the embedding has length one. Chosen by cross-validation on the seeds."""

_DATA = files(__package__ or __name__) / "data"
_WORDS = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[㐀-䶿一-鿿]")
_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")
_LENGTHS = (2, 5, 10, 16)


def excerpt(text: str) -> str:
    """The message as it is classified: its start and its end when it is very long."""
    return text if len(text) <= 2 * HALF else f"{text[:HALF]} {text[-HALF:]}"


@functools.lru_cache(maxsize=64)
def surface(text: str) -> np.ndarray:
    """Cues and shape of a message, shape (S,), float32, each 0 or `WEIGHT`. Read-only."""
    raw = unicodedata.normalize("NFKC", excerpt(text))
    folded = normalize(raw)
    scripts = ("en", "zh") if has_chinese(folded) else ("en",)
    found = [any(cue[script].search(folded) for script in scripts) for cue in _cues()]
    values = np.asarray([*found, *_shape(raw, folded)], dtype=np.float32) * WEIGHT
    values.flags.writeable = False
    return values


def _shape(raw: str, folded: str) -> tuple[bool, ...]:
    marks = folded.count("!")
    words = len(_WORDS.findall(folded))
    band = sum(words > bound for bound in _LENGTHS)
    lengths = tuple(band == index for index in range(len(_LENGTHS) + 1))
    return ("?" in folded, marks == 1, marks > 1, _CAPITALS.search(raw) is not None, *lengths)


def data_text(name: str) -> str:
    """A data file of this room, line ends as `\\n` on every system."""
    return (_DATA / name).read_text(encoding="utf-8")


def fingerprint(name: str) -> str:
    """SHA-256 of a data file's text."""
    return hashlib.sha256(data_text(name).encode()).hexdigest()


@functools.cache
def cue_names() -> tuple[str, ...]:
    """Names of the cues, in the order of the features."""
    return tuple(yaml.safe_load(data_text("cues.yaml")))


@functools.cache
def _cues() -> tuple[dict[str, re.Pattern[str]], ...]:
    wordings: dict[str, dict[str, str]] = yaml.safe_load(data_text("cues.yaml"))
    return tuple(
        {script: re.compile(unicodedata.normalize("NFKC", one)) for script, one in cue.items()}
        for cue in wordings.values()
    )
