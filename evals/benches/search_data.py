"""Catalogs of any size for the search benchmark: the texts of catalogs that ship, blended, with vectors to match."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...tools.catalog import Catalog
from ...tools.items import CatalogSchema, Facet, FacetKind, FacetValue, Item

_SECOND, _NOISE = 0.5, 0.3
"""Weights of the second item of a blend and of noise, beside 1 for the first."""
_BLOCK = 10_000
_WORDS = 4
_FOREIGN = ("关于战争和爱情的故事", "太空旅行与外星人", "有趣的家庭冒险", "侦探与谋杀案")
DRAW = "draw"
"""A number in [0, 1) of every item: a filter `draw < s` leaves the share s, at random."""


@dataclass(frozen=True, slots=True)
class Sources:
    """m items with vectors (m, d) that others are made from."""

    items: tuple[Item, ...]
    vectors: np.ndarray

    @classmethod
    def of(cls, catalogs: Sequence[Catalog]) -> Sources:
        items = tuple(item for catalog in catalogs for item in catalog.items())
        return cls(items, np.concatenate([catalog.vectors for catalog in catalogs]))


@dataclass(frozen=True, slots=True)
class Blend:
    """n items, the texts that stand for them, their vectors (n, d), and the number of each."""

    items: tuple[Item, ...]
    texts: tuple[str, ...]
    vectors: np.ndarray
    draws: np.ndarray
    schema: CatalogSchema


SCHEMA = CatalogSchema(
    name="blend", facets=(Facet(name=DRAW, kind=FacetKind.NUMERIC), Facet(name="genres", kind=FacetKind.MULTI))
)


def blend(sources: Sources, count: int, rng: np.random.Generator) -> Blend:
    """Items with the title of one source, a word of another's and a piece of both texts; vectors likewise."""
    pairs, draws = rng.integers(len(sources.items), size=(count, 2)), rng.random(count)
    items = tuple(
        _item(row, sources.items[one], sources.items[other], draw)
        for row, ((one, other), draw) in enumerate(zip(pairs.tolist(), draws.tolist(), strict=True))
    )
    vectors = np.concatenate(
        [_vectors(sources.vectors, pairs[at : at + _BLOCK], rng) for at in range(0, count, _BLOCK)]
    )
    return Blend(items, tuple(f"{item.title}. {item.text}" for item in items), vectors, draws, SCHEMA)


def isotropic(count: int, dimension: int, rng: np.random.Generator) -> np.ndarray:
    """Shape (count, dimension), float32: unit vectors in all directions alike, hard for a graph of neighbours."""
    return np.concatenate(
        [
            _unit(rng.standard_normal((min(_BLOCK, count - at), dimension), dtype=np.float32))
            for at in range(0, count, _BLOCK)
        ]
    )


def queries(sources: Sources, count: int, rng: np.random.Generator) -> list[str]:
    """By turns a title, a misspelt title, words of a text, and what no text has a word of: another language."""
    chosen = [sources.items[row] for row in rng.choice(len(sources.items), count, replace=False)]
    kinds = (_title, _misspelt, _words, _foreign)
    return [kinds[at % len(kinds)](item, rng) for at, item in enumerate(chosen)]


def _item(row: int, one: Item, other: Item, draw: float) -> Item:
    title = f"{one.title} {other.title.split()[0]}"
    genres = one.facets.get("genre") or one.facets.get("genres")
    facets: dict[str, FacetValue] = {DRAW: draw}
    if isinstance(genres, tuple):
        facets["genres"] = genres
    return Item(str(row), title, f"{one.text[:200]} {other.text[:100]}", facets)


def _vectors(sources: np.ndarray, pairs: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    noise = _unit(rng.standard_normal((len(pairs), sources.shape[1]), dtype=np.float32))
    return _unit(sources[pairs[:, 0]] + _SECOND * sources[pairs[:, 1]] + _NOISE * noise)


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _title(item: Item, rng: np.random.Generator) -> str:  # noqa: ARG001
    return item.title


def _misspelt(item: Item, rng: np.random.Generator) -> str:
    """The title with two neighbouring letters in the other order."""
    at = int(rng.integers(1, max(len(item.title) - 1, 2)))
    return item.title[: at - 1] + item.title[at : at + 1] + item.title[at - 1] + item.title[at + 1 :]


def _words(item: Item, rng: np.random.Generator) -> str:
    words = (item.text or item.title).split()
    return " ".join(rng.choice(words, min(_WORDS, len(words)), replace=False))


def _foreign(item: Item, rng: np.random.Generator) -> str:  # noqa: ARG001
    return str(rng.choice(_FOREIGN))
