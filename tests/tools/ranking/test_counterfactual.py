"""The smallest change of history, against every change there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langgraph_recommender.tools.catalog import Catalog
from langgraph_recommender.tools.ranking import FeedbackOn, Mixture, RankingContext, Scores, Signal, evidence, without
from langgraph_recommender.tools.ranking.alternatives import alternatives
from langgraph_recommender.tools.ranking.causes import causes
from langgraph_recommender.tools.ranking.counterfactual import (
    Counterfactual,
    among_best,
    counterfactual,
    counterfactuals,
)

IDS = tuple("abcdefghijkl")


@dataclass(frozen=True)
class Curved:
    """What history adds is squashed, so that no cause has a worth of its own."""

    seed: int
    name: str = "curved"

    def score(self, context: RankingContext, candidates: Sequence[str]) -> Scores:
        table = np.random.default_rng(self.seed).normal(size=(len(IDS), len(IDS)))
        said = sum((one.weight * table[IDS.index(one.item_id)] for one in context.history), np.zeros(len(IDS)))
        bent = np.tanh(said) + 0.1 * table[0]
        return Scores(tuple(candidates), {self.name: bent[[IDS.index(one) for one in candidates]]})


def smallest_by_hand(ranker: Curved, context: RankingContext, candidates: Sequence[str], item: str, k: int) -> int:
    """Size of the smallest change that does it; 0 for none."""
    said = [one for one in causes(context) if isinstance(one, FeedbackOn)]
    for size in range(1, len(said) + 1):
        for change in combinations(said, size):
            left = context
            for cause in change:
                left = without(left, cause)
            if not among_best(ranker.score(left, candidates).total, list(candidates).index(item), k):
                return size
    return 0


def gone(
    ranker: Curved | Mixture, context: RankingContext, candidates: Sequence[str], found: Counterfactual, k: int
) -> bool:
    for item_id in found.without:
        context = without(context, FeedbackOn(item_id))
    return not among_best(ranker.score(context, candidates).total, list(candidates).index(found.item_id), k)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), size=st.integers(1, 6), k=st.integers(1, 5))
def test_it_is_the_smallest_there_is(seed: int, size: int, k: int) -> None:
    random = np.random.default_rng(seed)
    liked = random.choice(IDS[:6], size, replace=False).tolist()
    context = RankingContext(history=[Signal(one, float(random.choice([1.0, 0.3, -1.0]))) for one in liked])
    ranker, candidates = Curved(seed), IDS[6:]
    best = candidates[int(ranker.score(context, candidates).total.argmax())]
    found = counterfactual(ranker, context, candidates, best, k)
    expected = smallest_by_hand(ranker, context, candidates, best, k)
    assert (0 if found is None else len(found.without)) == expected
    if found:
        assert found.smallest
        assert gone(ranker, context, candidates, found, k)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_where_the_budget_ends_it_does_not_claim_to_be_the_smallest(seed: int) -> None:
    context = RankingContext(history=[Signal(one, 1.0) for one in IDS[:6]])
    ranker, candidates = Curved(seed), IDS[6:]
    best = candidates[int(ranker.score(context, candidates).total.argmax())]
    found, expected = (counterfactual(ranker, context, candidates, best, 2, budget=one) for one in (6, 10_000))
    if found is None:
        return
    assert expected is not None
    assert gone(ranker, context, candidates, found, 2)
    assert found.at_least <= len(expected.without) <= len(found.without)
    assert found.smallest == (len(found.without) == found.at_least)


def test_nothing_to_take_away() -> None:
    assert counterfactual(Curved(1), RankingContext(), IDS[6:], "g", 6) is None


def test_an_item_that_is_not_in_the_list_cannot_drop_out() -> None:
    context = RankingContext(history=[Signal("a", 1.0)])
    worst = IDS[6:][int(Curved(1).score(context, IDS[6:]).total.argmin())]
    assert counterfactual(Curved(1), context, IDS[6:], worst, 2) is None


def test_equal_scores_keep_their_order() -> None:
    assert [among_best(np.array([1.0, 1.0, 1.0]), place, 2) for place in range(3)] == [True, True, False]


@pytest.fixture(scope="module")
def liked(books: Catalog) -> RankingContext:
    items = {item.title: item.id for item in books.items()[:3000]}
    titles = ("Twilight", "The Hobbit", "Dune", "Gone Girl", "1984")
    likes = [Signal(items[title], 1.0, age) for title, age in zip(titles, (40.0, 9.0, 3.0, 0.0, 0.0), strict=True)]
    return RankingContext(history=likes, similar_to=[items["Dune"]])


def test_alternatives_are_what_the_mixture_scores_without_them(
    book_ranker: Mixture, books: Catalog, liked: RankingContext
) -> None:
    candidates = [item.id for item in books.items()[:60]]
    said = [one for one in causes(liked) if isinstance(one, FeedbackOn)]
    kept = np.random.default_rng(0).random((20, len(said))) < 0.5
    for row, scores in zip(kept, alternatives(book_ranker, liked, candidates, said)(kept), strict=True):
        left = liked
        for cause, is_kept in zip(said, row, strict=True):
            left = left if is_kept else without(left, cause)
        assert np.allclose(scores, book_ranker.score(left, candidates).total, atol=1e-5)


def test_books_that_are_there_for_a_like(book_ranker: Mixture, books: Catalog, liked: RankingContext) -> None:
    said = {one.item_id for one in liked.history}
    candidates = [item.id for item in books.items()[:400] if item.id not in said]
    order = np.argsort(-book_ranker.score(liked, candidates).total, kind="stable")[:5]
    known = counterfactuals(book_ranker, liked, candidates, [candidates[row] for row in order.tolist()], 5).values()
    assert known
    assert all(gone(book_ranker, liked, candidates, one, 5) for one in known)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_contributions_add_up_and_every_cause_is_worth_what_is_said(
    book_ranker: Mixture, books: Catalog, data: st.DataObject
) -> None:
    ids = [item.id for item in books.items()[:500]]
    weights, ages = st.sampled_from([1.0, 0.3, -0.2, -1.0]), st.sampled_from([0.0, 0.1, 1.0, 400.0])
    signal = st.builds(Signal, st.sampled_from(ids), weights, ages)
    context = RankingContext(
        history=sorted(data.draw(st.lists(signal, max_size=6)), key=lambda one: -one.age),
        similar_to=data.draw(st.lists(st.sampled_from(ids), max_size=2, unique=True)),
    )
    candidate = data.draw(st.sampled_from(ids))
    total = book_ranker.score(context, [candidate]).total[0]
    found = evidence(book_ranker, context, candidate)
    assert found.score == pytest.approx(total, abs=1e-5)
    for one in found.because:
        after = book_ranker.score(without(context, one.cause), [candidate]).total[0]
        assert total - after == pytest.approx(one.drop, abs=1e-5)
