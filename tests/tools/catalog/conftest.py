"""A small catalog file and an embedding that counts what it is given."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from langgraph_recommender.tools.catalog import DefaultEmbeddings

Rows = list[tuple[str, str, str]]


class CountingEmbeddings(DefaultEmbeddings):
    """The default embedding; `texts` holds everything it was asked to embed."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.texts += texts
        return super().encode(texts)


@pytest.fixture(scope="session")
def _encoder() -> CountingEmbeddings:
    return CountingEmbeddings()


@pytest.fixture
def counting(_encoder: CountingEmbeddings) -> CountingEmbeddings:
    _encoder.texts.clear()
    return _encoder


@pytest.fixture
def write_shop(tmp_path: Path) -> Callable[[Rows], Path]:
    """Writes (id, title, price) rows as a catalog file."""

    def write(rows: Rows) -> Path:
        path = tmp_path / "shop.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("id", "title", "price"), *rows])
        return path

    return write
