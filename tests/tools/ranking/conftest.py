"""Rankers over the embedded catalogs, built once."""

import pytest
from langgraph_recommender.tools.catalog import Catalog
from langgraph_recommender.tools.ranking import Mixture, build_ranker


@pytest.fixture(scope="session")
def book_ranker(books: Catalog) -> Mixture:
    return build_ranker(books)


@pytest.fixture(scope="session")
def product_ranker(products: Catalog) -> Mixture:
    return build_ranker(products)
