"""A conformance suite that every ranker can be held to.

class TestMyRanker(RankerConformance):
    @pytest.fixture
    def ranker(self): return MyRanker(...)
    @pytest.fixture
    def context(self): return RankingContext(similar_to=["42"])
    @pytest.fixture
    def candidates(self): return ["1", "2", "3"]
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from ..errors import UnknownItemError
from .causes import without
from .evidence import evidence
from .protocol import Ranker, RankingContext, Scores

UNKNOWN = "no item of any catalog has this id"


def _same(one: Scores, other: Scores) -> bool:
    return one.contributions.keys() == other.contributions.keys() and np.allclose(one.total, other.total, atol=1e-5)


class RankerConformance:
    """What the product relies on. Override the three fixtures; at least three different candidates are needed."""

    @pytest.fixture
    def ranker(self) -> Ranker:
        """The ranker under test."""
        raise NotImplementedError

    @pytest.fixture
    def context(self) -> RankingContext:
        """A context that makes the ranker say something."""
        raise NotImplementedError

    @pytest.fixture
    def candidates(self) -> Sequence[str]:
        """Ids of items of the catalog."""
        raise NotImplementedError

    def test_is_a_ranker(self, ranker: Ranker) -> None:
        """It has a name and scores."""
        assert isinstance(ranker, Ranker)
        assert ranker.name

    def test_every_candidate_has_a_finite_contribution(
        self, ranker: Ranker, context: RankingContext, candidates: Sequence[str]
    ) -> None:
        """One number a candidate under every name, none of them NaN or infinite."""
        scores = ranker.score(context, candidates)
        assert scores.item_ids == tuple(candidates)
        assert scores.contributions
        assert all(values.shape == (len(candidates),) for values in scores.contributions.values())
        assert all(np.isfinite(values).all() for values in scores.contributions.values())

    def test_says_something(self, ranker: Ranker, context: RankingContext, candidates: Sequence[str]) -> None:
        """The context given moves at least one candidate apart from the others."""
        assert np.ptp(ranker.score(context, candidates).total) > 0

    def test_is_pure(self, ranker: Ranker, context: RankingContext, candidates: Sequence[str]) -> None:
        """Asked twice, also with another question in between, it says the same."""
        first = ranker.score(context, candidates)
        ranker.score(RankingContext(), list(reversed(candidates)))
        assert _same(first, ranker.score(context, candidates))

    def test_order_of_candidates_does_not_matter(
        self, ranker: Ranker, context: RankingContext, candidates: Sequence[str]
    ) -> None:
        """Reversed candidates have reversed scores."""
        backwards = ranker.score(context, list(reversed(candidates)))
        assert np.allclose(ranker.score(context, candidates).total, backwards.total[::-1], atol=1e-5)

    def test_a_repeated_candidate_has_the_same_score(
        self, ranker: Ranker, context: RankingContext, candidates: Sequence[str]
    ) -> None:
        """The same item twice in the list is the same item."""
        total = ranker.score(context, [*candidates, candidates[0]]).total
        assert total[0] == pytest.approx(total[-1], abs=1e-5)

    def test_no_candidates(self, ranker: Ranker, context: RankingContext) -> None:
        """Nothing in, nothing out."""
        assert ranker.score(context, []).total.shape == (0,)

    def test_an_empty_context_is_allowed(self, ranker: Ranker, candidates: Sequence[str]) -> None:
        """A stranger who has said nothing is scored as well."""
        assert np.isfinite(ranker.score(RankingContext(), candidates).total).all()

    def test_unknown_item(self, ranker: Ranker, context: RankingContext, candidates: Sequence[str]) -> None:
        """An id that is not in the catalog is an error, not a zero."""
        with pytest.raises(UnknownItemError):
            ranker.score(context, [*candidates, UNKNOWN])

    def test_evidence_is_exact(self, ranker: Ranker, context: RankingContext, candidates: Sequence[str]) -> None:
        """Contributions add up, and taking a cause away lowers the score by what the evidence says."""
        for candidate, total in zip(candidates, ranker.score(context, candidates).total, strict=True):
            found = evidence(ranker, context, candidate)
            assert found.score == pytest.approx(total, abs=1e-5)
            for reason in found.because:
                after = ranker.score(without(context, reason.cause), [candidate]).total[0]
                assert total - after == pytest.approx(reason.drop, abs=1e-5)
