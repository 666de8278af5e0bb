"""How much each part counts: learned on held-out choices, the same for everybody.

First the weights that make the choices most likely (a conditional logit: McFadden 1974, softmax over the catalog), then
coordinate ascent on NDCG@10 from there (Metzler & Croft 2007), which is what the mixture is chosen for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..metrics.ndcg import ndcg_at
from .shortlists import Shortlists
from .voices import Voice, bent

_FACTORS = (0.0, 0.5, 0.75, 0.9, 1.1, 1.33, 2.0)
_BENDS = (0.0, 1.0, 10.0, 100.0)
_SWEEPS = 4
_NEWTON = 25
_BEGUN_WITH = 4_000
"""Choices, about, that are enough to begin with the likeliest weights."""
_RIDGE = 1e-3
_LEAST_GAIN = 1e-5
_WORTH_IT = 1.001
"""By what a change must multiply NDCG@10: less is noise."""
_SMALLEST = 0.02
"""Weight, against the largest one, from which a silent part is tried again."""
_FLOOR = 0.002
"""Weight, against the largest one, that the floor keeps: it is all there is for somebody without a history."""


@dataclass(frozen=True, slots=True)
class Learned:
    """Voices by part, and what they are worth on choices that they were not learned from."""

    voices: dict[str, Voice]
    fitted: float
    """NDCG@10 on the choices that they were learned from, after whole histories: optimistic."""
    honest: float
    """NDCG@10 by cross-fitting: learned on one half of the users, measured on the other, both ways."""


def learn_weights(lists: Shortlists, floor: str, random: np.random.Generator) -> Learned:
    """Voices for the parts of the lists; `floor` names the one that is never silent."""
    first = random.permutation(lists.choice.max(initial=-1) + 1) % 2 == 0
    apart: list[np.ndarray] = []
    for one in (first, ~first):
        voices = _learned(lists.only(np.flatnonzero(one[lists.choice])))
        judged = lists.only(np.flatnonzero(~one[lists.choice])).of_whole_histories()
        apart.append(ndcg_at(ranks_of(judged, voices)))
    voices = _audible(lists.names, _learned(lists), floor)
    fitted = float(ndcg_at(ranks_of(lists.of_whole_histories(), voices)).mean())
    named = dict(zip(lists.names, voices, strict=True))
    return Learned(named, fitted, float(np.concatenate(apart).mean()))


def _audible(names: Sequence[str], voices: Sequence[Voice], floor: str) -> list[Voice]:
    least = _FLOOR * max(one.weight for one in voices) or 1.0
    pairs = zip(names, voices, strict=True)
    return [replace(one, weight=max(one.weight, least)) if name == floor else one for name, one in pairs]


def ranks_of(lists: Shortlists, voices: Sequence[Voice]) -> np.ndarray:
    """Shape (b,): where the chosen item stands in the mixture; equal scores share their mean rank."""
    return _ranks(summed(lists, voices), lists.counts)


def summed(lists: Shortlists, voices: Sequence[Voice]) -> np.ndarray:
    """Scores of the mixture, shape (b, c)."""
    return sum((voice.of(one) for one, voice in zip(lists.values, voices, strict=True)), np.zeros(1, np.float32))


def scales(lists: Shortlists) -> np.ndarray:
    """Shape (p,): the deviation of each part's values over the candidates that compete; 1 where all are equal."""
    competing = lists.counts > 0
    found = np.array([values[competing].std(dtype=np.float64) for values in lists.values])
    return np.where(found > 1e-9, found, 1.0)


def _learned(lists: Shortlists) -> list[Voice]:
    voices = [Voice(scale=float(scale)) for scale in scales(lists)]
    return _ascended(lists, _likeliest(lists.only(np.arange(0, len(lists), len(lists) // _BEGUN_WITH + 1)), voices))


def beside(lists: Shortlists) -> Voice:
    """The voice of the second part of the lists; the first one stays as it is. Weight 0 where that is best."""
    first, second = scales(lists)
    found: list[tuple[float, Voice]] = []
    for bend in _BENDS:
        features = np.stack([lists.values[0] / np.float32(first), bent(lists.values[1], float(second), bend)])
        weights, loss = conditional_logit(features, lists.counts)
        weight = float(first * weights[1] / max(weights[0], _SMALLEST))
        found.append((loss, Voice(weight, float(second), bend)))
    likeliest = min(found, key=lambda one: one[0])[1]
    return _ascended(lists, [Voice(float(first), float(first)), likeliest], places=(1,))[1]


def _likeliest(lists: Shortlists, voices: list[Voice]) -> list[Voice]:
    """Weights and bends of the highest likelihood: a bend a part, tried one after the other."""
    best, loss = voices, np.inf
    for place in range(len(voices)):
        for bend in _BENDS:
            tried = [replace(one, bend=bend) if place == at else one for at, one in enumerate(best)]
            weights, found = conditional_logit(_features(lists, tried), lists.counts)
            if found < loss - _LEAST_GAIN:
                loss = found
                best = [replace(one, weight=float(weight)) for one, weight in zip(tried, weights, strict=True)]
    return best


def conditional_logit(
    features: np.ndarray, counts: np.ndarray, *, signed: np.ndarray | bool = False
) -> tuple[np.ndarray, float]:
    """Weights (p,), not negative, of the highest likelihood of column 0, and the mean negative log-likelihood.

    `features` (p, b, c), `counts` (b, c). Newton steps, halved until they help, clipped at 0 but where `signed`
    (p,) says.
    """
    weights = np.full(len(features), 0.5)
    loss, slope, curve = _likelihood(features, counts, weights)
    for _ in range(_NEWTON):
        free = (weights > 0) | (slope < 0) | signed
        step = np.zeros_like(weights)
        step[free] = np.linalg.solve(curve[np.ix_(free, free)], slope[free])
        for share in (1.0, 0.5, 0.25, 0.1, 0.02):
            tried = np.where(signed, weights - share * step, np.maximum(weights - share * step, 0.0))
            found = _likelihood(features, counts, tried)
            if found[0] < loss:
                break
        gain = loss - found[0]
        if gain <= 0:
            break
        weights, (loss, slope, curve) = tried, found
        if gain < 1e-6:
            break
    return weights, loss


def _likelihood(features: np.ndarray, counts: np.ndarray, weights: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Mean loss, its slope (p,) and curve (p, p), with a small ridge."""
    scores = np.tensordot(weights.astype(np.float32), features, axes=1)
    shares, logs = softmax(scores, counts)
    expected = np.einsum("bc,pbc->pb", shares, features)
    slope = (expected - features[:, :, 0]).mean(axis=1, dtype=np.float64)
    weighted = (features * np.sqrt(shares)).reshape(len(features), -1)
    second = (weighted @ weighted.T - expected @ expected.T).astype(np.float64) / features.shape[1]
    loss = float(logs.mean(dtype=np.float64))
    ridge = _RIDGE * np.eye(len(weights))
    return loss + 0.5 * _RIDGE * float(weights @ weights), slope + _RIDGE * weights, second + ridge


def softmax(scores: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shares (b, c) of all that each candidate stands for, and -log of the share of candidate 0, shape (b,)."""
    raised = scores - np.where(counts > 0, scores, -np.inf).max(axis=1, keepdims=True)
    odds = counts * np.exp(np.minimum(raised, 0.0))
    sums = odds.sum(axis=1)
    return odds / sums[:, None], np.log(sums) - raised[:, 0]


def _features(lists: Shortlists, voices: Sequence[Voice]) -> np.ndarray:
    return np.stack([bent(one, v.scale, v.bend) for one, v in zip(lists.values, voices, strict=True)])


def _ascended(lists: Shortlists, voices: list[Voice], places: Sequence[int] | None = None) -> list[Voice]:
    """One part's voice at a time is changed, of all or of those at some places, as long as NDCG@10 grows."""
    spoken = [voice.of(one) for one, voice in zip(lists.values, voices, strict=True)]
    summed = np.sum(spoken, axis=0)
    best = _quality(summed, lists.counts)
    for _ in range(_SWEEPS):
        before = best
        for place in range(len(voices)) if places is None else places:
            rest = summed - spoken[place]
            for tried in _others(voices, place):
                said = tried.of(lists.values[place])
                found = _quality(rest + said, lists.counts)
                if found > best * _WORTH_IT:
                    best, voices = found, [*voices[:place], tried, *voices[place + 1 :]]
                    spoken[place], summed = said, rest + said
        if best <= before:
            break
    return voices


def _others(voices: Sequence[Voice], place: int) -> list[Voice]:
    """Voices beside the one at a place: louder, softer, silent, bent otherwise."""
    voice, loudest = voices[place], max(one.weight for one in voices)
    weight = max(voice.weight, _SMALLEST * loudest)
    louder = [replace(voice, weight=factor * weight) for factor in _FACTORS]
    return louder + [replace(voice, weight=weight, bend=bend) for bend in _BENDS if bend != voice.bend]


def _quality(scores: np.ndarray, counts: np.ndarray) -> float:
    return float(ndcg_at(_ranks(scores, counts)).mean())


def _ranks(scores: np.ndarray, counts: np.ndarray) -> np.ndarray:
    own = scores[:, :1]
    above = np.where(scores > own, counts, 0.0).sum(axis=1)
    level = np.where(scores == own, counts, 0.0).sum(axis=1)
    return 1 + above + (level - 1) / 2
