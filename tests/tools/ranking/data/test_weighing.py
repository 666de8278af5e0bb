"""What events weigh, and which of them are likes."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from langgraph_recommender.tools.errors import LogError
from langgraph_recommender.tools.ranking.data.model import Interactions
from langgraph_recommender.tools.ranking.data.reading import read_interactions
from langgraph_recommender.tools.ranking.data.report import ReadReport
from langgraph_recommender.tools.ranking.data.weighing import liked, rated_from, rating_weights


def read(path: Path, text: str) -> Interactions:
    path.write_text(text)
    return read_interactions(path, now=datetime(2026, 1, 1, tzinfo=UTC), report=ReadReport())


def ids(interactions: Interactions) -> str:
    return "".join(interactions.items.item_ids[row] for row in interactions.rows)


def test_ratings_weigh_as_far_as_they_are_from_the_middle() -> None:
    weights = rating_weights(np.array([0.5, 1, 2, 2.75, 3, 3.5, 4, 4.5, 5, np.nan], np.float32), (1, 5))
    assert weights.tolist() == pytest.approx([-1, -1, -0.5, 0.3, 0.3, 0.25, 0.5, 0.75, 1, np.nan], nan_ok=True)
    assert rating_weights(np.zeros(0, np.float32), (1, 5)).tolist() == []


@pytest.mark.parametrize(("ratings", "likes"), [("12345", "de"), ("2468", "d"), ("01", "b")])
def test_likes_begin_at_three_quarters_of_the_scale(tmp_path: Path, ratings: str, likes: str) -> None:
    rows = [f"u,{item},{rating}" for item, rating in zip("abcde", ratings, strict=False)]
    assert ids(liked(read(tmp_path / "a.csv", "\n".join(["user,item,rating", *rows])))) == likes


def test_likes_of_kinds(tmp_path: Path) -> None:
    rows = "u,a,view\nu,b,cart\nu,c,purchase\nu,d,skip\nu,e,dislike\n"
    events = read(tmp_path / "a.csv", "user,item,kind\n" + rows)
    assert ids(liked(events)) == "bc"
    assert ids(liked(events, 0.2)) == "abc"


def test_rated_from_makes_plain_likes(tmp_path: Path) -> None:
    events = read(tmp_path / "a.csv", "user,item,rating\nu,a,5\nu,b,3\nu,c,4\n")
    kept = rated_from(events, 4)
    assert (ids(kept), kept.weights.tolist()) == ("ac", [1.0, 1.0])
    with pytest.raises(LogError, match=r"No event is rated 6 or more.*highest rating is 5"):
        rated_from(events, 6)
    with pytest.raises(LogError, match="have no ratings"):
        rated_from(read(tmp_path / "b.csv", "user,item\nu,a\n"), 4)
