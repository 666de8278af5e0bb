"""Who likes this also likes that."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from langgraph_recommender.tools.errors import CatalogError
from langgraph_recommender.tools.ranking.cooccurrence import Neighbours, fit, load_or_fit
from langgraph_recommender.tools.ranking.interactions import Likes, read_likes

RATINGS = """user,item,rating
u1,a,5
u1,b,4
u2,a,5
u2,b,5
u2,c,4
u3,c,5
u3,a,2
u4,b,4
"""
"""Likes: u1 a b, u2 a b c, u3 c, u4 b. So a is liked by 2, b by 3, c by 2; a and b by 2 together, a and c by 1."""


@pytest.fixture
def ratings(tmp_path: Path) -> Path:
    path = tmp_path / "interactions.csv"
    path.write_text(RATINGS, encoding="utf-8")
    return path


def pairs(likes: Likes) -> set[tuple[int, str]]:
    return {(int(user), likes.item_ids[item]) for user, item in zip(likes.users, likes.items, strict=True)}


def strength(neighbours: Neighbours, one: str, other: str) -> float:
    row, column = neighbours.item_ids.index(one), neighbours.item_ids.index(other)
    found = neighbours.strengths[row][neighbours.columns[row] == column]
    return float(found.max(initial=0.0))


def test_reads_likes_of_plain_and_gzipped_files(ratings: Path) -> None:
    packed = ratings.with_name("ratings.csv.gz")
    packed.write_bytes(gzip.compress(ratings.read_bytes()))
    assert pairs(read_likes(ratings)) == pairs(read_likes(packed))
    assert len(pairs(read_likes(ratings))) == 7


def test_counts_by_hand(ratings: Path) -> None:
    neighbours = fit(read_likes(ratings), shrinkage=1.0)
    ab, ac, bc = 2 / (np.sqrt(6) + 1), 1 / (np.sqrt(4) + 1), 1 / (np.sqrt(6) + 1)
    usual = np.mean([ab, ab, ac])
    assert strength(neighbours, "a", "b") == pytest.approx(ab / usual)
    assert strength(neighbours, "b", "a") == pytest.approx(ab / usual)
    assert strength(neighbours, "a", "c") == pytest.approx(ac / usual)
    assert strength(neighbours, "c", "b") == pytest.approx(bc / usual)
    assert strength(neighbours, "a", "a") == 0.0


def test_keeps_only_the_nearest(ratings: Path) -> None:
    neighbours = fit(read_likes(ratings), neighbours=1)
    assert neighbours.columns.shape == (3, 1)
    assert strength(neighbours, "a", "c") == 0.0


def test_nobody_likes_anything(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("user,item,rating\n", encoding="utf-8")
    assert fit(read_likes(path)).item_ids == ()


def test_one_item(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("user,item,rating\nu,a,5\n", encoding="utf-8")
    assert fit(read_likes(path)).strengths.tolist() == [[0.0]]


def test_is_fitted_once_for_the_same_data(ratings: Path, tmp_path: Path) -> None:
    first = load_or_fit(ratings, tmp_path / "index")
    [kept] = (tmp_path / "index").iterdir()
    written = kept.stat().st_mtime_ns
    second = load_or_fit(ratings, tmp_path / "index")
    assert kept.stat().st_mtime_ns == written
    assert second.item_ids == first.item_ids
    assert np.array_equal(second.strengths, first.strengths)


def test_new_data_is_fitted_again(ratings: Path, tmp_path: Path) -> None:
    load_or_fit(ratings, tmp_path / "index")
    ratings.write_text(RATINGS + "u5,a,5\nu5,d,5\n", encoding="utf-8")
    assert "d" in load_or_fit(ratings, tmp_path / "index").item_ids


def test_a_damaged_file_is_made_anew(ratings: Path, tmp_path: Path) -> None:
    first = load_or_fit(ratings, tmp_path / "index")
    [kept] = (tmp_path / "index").iterdir()
    kept.write_bytes(kept.read_bytes()[:100])
    assert load_or_fit(ratings, tmp_path / "index").item_ids == first.item_ids
    assert Neighbours.load(kept).item_ids == first.item_ids


@pytest.mark.parametrize(
    "text", ["user,thing,rating\nu,a,5\n", "user,item,rating\nu,a,five\n", ""], ids=["column", "number", "empty"]
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError, match=r"broken\.csv.*user, item, rating"):
        read_likes(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"missing\.csv"):
        read_likes(tmp_path / "missing.csv")
