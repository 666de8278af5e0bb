"""A conformance suite that every scorer can be held to.

class TestMyScorer(ScorerConformance):
    @pytest.fixture
    def items(self): return ItemTable(("a", "b", "c"))
    @pytest.fixture
    def scorer(self, items): return fit(...)
    @pytest.fixture
    def history(self): return [0, 2]
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence

import numpy as np
import pytest

from ..data.model import Histories, ItemTable
from .protocol import ModelState, Scorer

_CLOSE = 1e-5


def _with(rows: Sequence[int], weights: Sequence[float], ages: Sequence[float] | None = None) -> Histories:
    """A history of its own, with weights and ages."""
    plain = Histories.of([rows])
    aged = plain.ages if ages is None else np.array(ages, np.float32)
    return Histories(plain.starts, plain.rows, np.array(weights, np.float32), aged)


def _same(one: np.ndarray, other: np.ndarray, tolerance: float = _CLOSE) -> bool:
    return one.shape == other.shape and np.allclose(one, other, rtol=tolerance, atol=tolerance)


class ScorerConformance:
    """What mixtures, checkpoints and the live ranker rely on. Override the three fixtures."""

    @pytest.fixture
    def scorer(self) -> Scorer:
        """The fitted scorer under test."""
        raise NotImplementedError

    @pytest.fixture
    def items(self) -> ItemTable:
        """The items that it was fitted with; best with one that has no event."""
        raise NotImplementedError

    @pytest.fixture
    def history(self) -> Sequence[int]:
        """Rows of at least two different items, oldest first, about which the scorer has something to say."""
        raise NotImplementedError

    def test_is_a_scorer(self, scorer: Scorer) -> None:
        """It has a name and scores."""
        assert isinstance(scorer, Scorer)
        assert scorer.name

    def test_scores_are_finite(self, scorer: Scorer, items: ItemTable, history: Sequence[int]) -> None:
        """A number for every history and item, none of them NaN or infinite; they are not all equal."""
        scores = scorer.score(Histories.of([history, history[:1], []]))
        assert scores.shape == (3, len(items))
        assert scores.dtype == np.float32
        assert np.isfinite(scores).all()
        assert np.ptp(scores[0]) > 0

    def test_is_pure(self, scorer: Scorer, history: Sequence[int]) -> None:
        """Asked twice, also with another question in between, it says the same, and leaves the question as it was."""
        asked = Histories.of([history])
        first = scorer.score(asked).copy()
        scorer.score(Histories.of([history[::-1], []]))[:] = 7.0
        assert np.array_equal(first, scorer.score(asked))
        assert asked.rows.tolist() == list(history)

    def test_no_histories(self, scorer: Scorer, items: ItemTable) -> None:
        """Nothing in, nothing out."""
        assert scorer.score(Histories.of([])).shape == (0, len(items))
        assert scorer.score(Histories.of([]), np.array([0, 1])).shape == (0, 2)

    def test_rows_select_the_same_numbers(self, scorer: Scorer, items: ItemTable, history: Sequence[int]) -> None:
        """Asked for some items only, in any order and repeated, it gives the numbers that they have among all."""
        asked, rows = Histories.of([history, [], history[:1]]), np.array([len(items) - 1, 0, 1, 0])
        assert _same(scorer.score(asked, rows), scorer.score(asked)[:, rows])
        assert scorer.score(asked, np.zeros(0, np.int64)).shape == (3, 0)

    def test_an_unknown_item_is_passed_over(self, scorer: Scorer, history: Sequence[int]) -> None:
        """Row -1 anywhere changes nothing, and a history of nothing else is an empty one."""
        asked = Histories.of([history, [-1, *history[:1], -1, *history[1:], -1], [], [-1, -1]])
        scores = scorer.score(asked)
        assert _same(scores[0], scores[1])
        assert _same(scores[2], scores[3])

    def test_a_history_alone_scores_as_among_others(self, scorer: Scorer, history: Sequence[int]) -> None:
        """What stands beside it in the batch does not matter, however long that is."""
        others = [[*history] * 30, [], history[:1], history]
        assert _same(scorer.score(Histories.of([history])), scorer.score(Histories.of(others))[3:])

    def test_every_item_alone_is_a_history(self, scorer: Scorer, items: ItemTable) -> None:
        """Also one that was never seen; and more histories than items are fine."""
        scores = scorer.score(Histories.of([[row] for row in range(len(items))] * 2))
        assert scores.shape == (2 * len(items), len(items))
        assert np.isfinite(scores).all()

    def test_the_same_item_over_and_over(self, scorer: Scorer, history: Sequence[int]) -> None:
        """A history of a thousand equal events has finite scores."""
        assert np.isfinite(scorer.score(Histories.of([list(history[:1]) * 1000]))).all()

    def test_any_age_is_allowed(self, scorer: Scorer, history: Sequence[int]) -> None:
        """Decades ago, and in the future of a wrong clock."""
        rows = [history[0]] * 3
        assert np.isfinite(scorer.score(_with(rows, [1.0] * 3, [40_000.0, -400.0, 0.0]))).all()

    def test_a_dislike_raises_nothing_that_a_like_raises(self, scorer: Scorer, history: Sequence[int]) -> None:
        """What an item raises when it is liked, it lowers or leaves alone when it is disliked or not wanted now."""
        nothing = scorer.score(Histories.of([[]]))
        for row in history:
            liked = scorer.score(Histories.of([[row]])) - nothing
            for weight in (-1.0, -0.2):
                disliked = scorer.score(_with([row], [weight])) - nothing
                assert (disliked[liked > _CLOSE] <= _CLOSE).all()

    def test_a_dislike_beside_likes_counts(self, scorer: Scorer, history: Sequence[int]) -> None:
        """With other likes before it, it does not raise the item that liking it raises most."""
        rest, row = list(history[1:]), history[0]
        liked = scorer.score(Histories.of([[row]])) - scorer.score(Histories.of([[]]))
        raised = scorer.score(_with([*rest, row], [1.0] * len(rest) + [-1.0])) - scorer.score(Histories.of([rest]))
        assert raised[0, liked[0].argmax()] <= _CLOSE

    def test_comes_back_from_its_state(self, scorer: Scorer, items: ItemTable, history: Sequence[int]) -> None:
        """Through JSON and arrays, without pickle, it scores the same."""
        asked = Histories.of([history, [], history[:1]])
        restored = type(scorer).restore(_through_files(scorer.state()), items)
        assert restored.name == scorer.name
        assert _same(restored.score(asked), scorer.score(asked), 1e-6)


def _through_files(state: ModelState) -> ModelState:
    file = io.BytesIO()
    tensors = {f"tensor{i}": tensor for i, tensor in enumerate(state.tensors.values())}
    np.savez(file, allow_pickle=False, **tensors)
    file.seek(0)
    with np.load(file, allow_pickle=False) as kept:
        back = {name: kept[f"tensor{i}"] for i, name in enumerate(state.tensors)}
    return ModelState(json.loads(json.dumps(dict(state.config))), back)
