"""The ranker that comes with books: small, of these ratings, and of use."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from langgraph_recommender.tools.catalog import Catalog
from langgraph_recommender.tools.ranking.data.model import Histories
from langgraph_recommender.tools.ranking.data.order import in_order
from langgraph_recommender.tools.ranking.data.reading import read_interactions
from langgraph_recommender.tools.ranking.data.report import ReadReport
from langgraph_recommender.tools.ranking.kept_models import load_for
from langgraph_recommender.tools.ranking.learning.trained import TrainedModel

SMALL = 3_000_000


@pytest.fixture(scope="module")
def directory(books: Catalog) -> Path:
    assert books.interactions
    return books.interactions.parent / "ranker"


@pytest.fixture(scope="module")
def model(books: Catalog, directory: Path) -> TrainedModel:
    return load_for(books, directory)


def test_it_is_small(directory: Path) -> None:
    assert sum(path.stat().st_size for path in directory.iterdir()) < SMALL


def test_it_was_trained_on_the_ratings_that_ship(books: Catalog, model: TrainedModel) -> None:
    assert books.interactions
    read = read_interactions(books.interactions, model.items, now=datetime.now(UTC), report=ReadReport())
    mixed, ordered = in_order(read, model.card.seed)
    assert not ordered
    assert model.card.data_hash == mixed.digest()


def test_its_card_gives_credit(directory: Path) -> None:
    text = (directory / "README.md").read_text()
    for told in ("CC BY-SA 4.0", "goodbooks-10k", "popularity", "mixture", "random order"):
        assert told in text


def test_it_is_far_above_popularity(model: TrainedModel) -> None:
    found = {one.what: one for one in model.card.measured if one.metric == "NDCG@10"}
    assert found["mixture"].low > 2 * found["popularity"].high
    assert model.card.honest > 2 * found["popularity"].high


def test_who_liked_the_beginning_of_a_series_gets_more_of_it(books: Catalog, model: TrainedModel) -> None:
    rows = {item_id: row for row, item_id in enumerate(model.items.item_ids)}
    first, *others = (item.id for item in books.items() if "Harry Potter" in str(item.facets.get("series")))
    scores = model.score(Histories.of([[rows[first]]]))[0]
    scores[rows[first]] = -np.inf
    best = set(np.argsort(-scores)[:10].tolist())
    assert len(best & {rows[one] for one in others}) >= 3
