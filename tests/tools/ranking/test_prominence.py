"""Where nobody rated anything, prominent makers tell the known from the obscure."""

from langgraph_recommender.tools.catalog import Catalog, SearchRequest
from langgraph_recommender.tools.ranking import RankingContext, build_ranker


def test_a_catalog_without_ratings_opens_with_films_of_known_people(movies: Catalog) -> None:
    first = [movies.item(hit.item_id) for hit in movies.search(SearchRequest(k=20)).hits]
    assert all(len(item.facets.get("cast", ())) >= 5 for item in first)


def test_prominence_is_a_part_only_where_nothing_better_is_known(movies: Catalog, books: Catalog) -> None:
    candidates = [movies.items()[0].id]
    assert "prominence" in build_ranker(movies).score(RankingContext(), candidates).contributions
    assert "popularity" in build_ranker(books).score(RankingContext(), [books.items()[0].id]).contributions
