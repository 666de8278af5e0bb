"""A shelf of books in two languages, with vectors whose likeness is known by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from langgraph_recommender.tools.catalog.search.engine import SearchEngine
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, FacetRole, Item

SCHEMA = CatalogSchema(
    noun={"en": "book", "zh": "书"},
    facets=(
        Facet(name="author", kind=FacetKind.CATEGORICAL, role=FacetRole.CREATOR, aliases={"Liu Cixin": ("刘慈欣",)}),
        Facet(
            name="genres",
            kind=FacetKind.MULTI,
            role=FacetRole.CATEGORY,
            aliases={"science fiction": ("科幻",), "romance": ("爱情",)},
        ),
        Facet(name="year", kind=FacetKind.NUMERIC, unit="year", role=FacetRole.DATE),
        Facet(name="released", kind=FacetKind.DATE),
        Facet(name="rating", kind=FacetKind.NUMERIC, role=FacetRole.RATING),
        Facet(name="votes", kind=FacetKind.NUMERIC, role=FacetRole.POPULARITY),
        Facet(name="in_print", kind=FacetKind.BOOLEAN),
    ),
)
TOPICS = ("desert planet empire", "love marriage", "ghosts fear", "三体 外星 宇宙")


def book(item_id: str, title: str, text: str, author: str, genres: tuple[str, ...], year: int, *more: float) -> Item:
    rated = dict(zip(("rating", "votes"), more, strict=False))
    facets = {"author": author, "genres": genres, "year": float(year), "released": f"{year}-06-01", **rated}
    return Item(item_id, title, text, facets)


SF, LOVE = ("science fiction",), ("romance", "classics")
BOOKS = (
    book("dune", "Dune", "A desert planet and an empire.", "Frank Herbert", SF, 1965, 4.2, 900),
    book("messiah", "Dune Messiah", "The emperor of the desert.", "Frank Herbert", SF, 1969, 3.9, 300),
    book("emma", "Emma", "Love and marriage in a village.", "Jane Austen", LOVE, 1815, 4.0, 700),
    book("persuasion", "Persuasion", "A second chance at love.", "Jane Austen", LOVE, 1817, 4.1, 500),
    book("shining", "The Shining", "Ghosts in an empty hotel.", "Stephen King", ("horror",), 1977, 4.3, 800),
    book("it", "It", "Fear in a small town.", "Stephen King", ("horror",), 1986, 4.2, 600),
    book("santi", "三体", "外星文明与宇宙。", "Liu Cixin", SF, 2008, 4.5, 2),
    book("amelie", "Amélie’s Café", "Kleine Geschichten.", "Nobody", ("classics",), 2001),
)  # fmt: skip


def embed(text: str) -> np.ndarray:
    """A unit vector by which topics of TOPICS the text has words; a text about none is near nothing."""
    words = text.casefold()
    found = np.array([sum(word in words for word in topic.split()) for topic in TOPICS], dtype=np.float32)
    return found / max(float(np.linalg.norm(found)), 1.0)


def engine_over(items: tuple[Item, ...], schema: CatalogSchema = SCHEMA) -> SearchEngine:
    texts = [f"{item.title}. {item.text}" for item in items]
    vectors = np.array([embed(text) for text in texts], dtype=np.float32).reshape(len(items), len(TOPICS))
    return SearchEngine.build(items, texts, vectors, schema, embed)


@pytest.fixture(scope="session")
def shelf() -> SearchEngine:
    return engine_over(BOOKS)


@pytest.fixture(scope="session")
def build_engine() -> Callable[..., SearchEngine]:
    return engine_over
