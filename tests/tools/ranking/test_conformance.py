"""Every part and the mixture pass the suite that ships for rankers."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pytest
from langgraph_recommender.tools.catalog import Catalog, SearchRequest
from langgraph_recommender.tools.constraints import parse_filter
from langgraph_recommender.tools.profile.model import Preference
from langgraph_recommender.tools.ranking import Mixture, Ranker, RankingContext, Scores, Signal
from langgraph_recommender.tools.ranking.testing import RankerConformance

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PARTS = (
    "retrieval", "text", "wishes", "profile", "popularity", "similar", "feedback", "cooccurrence",
    "cooccurrence_history", "content", "content_history",
)  # fmt: skip


def book(books: Catalog, title: str) -> str:
    return next(item.id for item in books.items() if item.title == title)


@pytest.fixture(scope="module")
def said(books: Catalog) -> RankingContext:
    """A person with something to say to every part."""
    request = SearchRequest("wizards at school", k=40)
    found = books.search(request)
    return RankingContext(
        query_vector=found.query_vector,
        retrieval={hit.item_id: hit.score for hit in found.hits},
        history=[
            Signal(book(books, "Twilight"), 1.0, age=20.0),
            Signal(book(books, "Eragon"), 0.4, age=3.0),
            Signal(book(books, "The Hobbit"), 1.0),
            Signal(book(books, "The Da Vinci Code"), -1.0),
        ],
        preferences=[
            Preference(facet="genres", value="fantasy", weight=0.8, time=NOW, catalog="books"),
            Preference(value="magic", weight=1.0, time=NOW),
            Preference(facet="genres", value="romance", weight=-0.7, time=NOW, catalog="books"),
            Preference(facet="brand", value="Apple", weight=1.0, time=NOW, catalog="products"),
        ],
        soft=parse_filter("year >= 2000 and genres = children", books.schema),
        similar_to=[book(books, "The Golden Compass")],
    )


@pytest.fixture(scope="module")
def some_books(books: Catalog, said: RankingContext) -> list[str]:
    return [*list(said.retrieval)[:15], *(item.id for item in books.items()[:15])]


class TestMixture(RankerConformance):
    @pytest.fixture
    def ranker(self, book_ranker: Mixture) -> Ranker:
        return book_ranker

    @pytest.fixture
    def context(self, said: RankingContext) -> RankingContext:
        return said

    @pytest.fixture
    def candidates(self, some_books: list[str]) -> Sequence[str]:
        return list(dict.fromkeys(some_books))


@pytest.mark.parametrize("part", PARTS)
class TestEachPart(RankerConformance):
    @pytest.fixture
    def ranker(self, book_ranker: Mixture, part: str) -> Ranker:
        return next(one for one in book_ranker.parts if one.name == part)

    @pytest.fixture
    def context(self, said: RankingContext) -> RankingContext:
        return said

    @pytest.fixture
    def candidates(self, some_books: list[str]) -> Sequence[str]:
        return list(dict.fromkeys(some_books))


class LikedAuthors:
    """A third-party ranker that pools nothing and names two contributions: books by liked authors, the newest."""

    name = "authors"

    def __init__(self, books: Catalog) -> None:
        self._books = books

    def score(self, context: RankingContext, candidates: Sequence[str]) -> Scores:
        liked = [set(self._authors(one.item_id)) for one in context.history if one.weight > 0]
        counts = [sum(bool(by & set(self._authors(one))) for by in liked) for one in candidates]
        newest = [float(one == context.history[-1].item_id) if context.history else 0.0 for one in candidates]
        return Scores(tuple(candidates), {"same": np.array(counts, dtype=float), "newest": np.array(newest)})

    def _authors(self, item_id: str) -> tuple[str, ...]:
        authors = self._books.item(item_id).facets.get("authors", ())
        assert isinstance(authors, tuple)
        return authors


class TestAThirdPartyRanker(RankerConformance):
    @pytest.fixture
    def ranker(self, books: Catalog, book_ranker: Mixture) -> Ranker:
        return Mixture((*book_ranker.parts, LikedAuthors(books)), {**book_ranker.weights, "authors": 0.5})

    @pytest.fixture
    def context(self, said: RankingContext) -> RankingContext:
        return said

    @pytest.fixture
    def candidates(self, books: Catalog) -> Sequence[str]:
        return [book(books, title) for title in ("The Fellowship of the Ring", "New Moon", "Eldest", "Inferno")]
