"""What `bench images` computes: the split, the interval, and what it says of missing data."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("PIL", reason="needs the extra images")
from langgraph_recommender.evals.benches import Options, find_bench
from langgraph_recommender.evals.benches.images import _clothes, _interval, _is_development, _photographs
from langgraph_recommender.tools.errors import SettingsError

DATA = Path(os.environ.get("RECOMMENDER_TEST_DATA", ""))
needs_data = pytest.mark.skipif("RECOMMENDER_TEST_DATA" not in os.environ, reason="needs pictures that do not ship")


@pytest.mark.parametrize("data", [None, Path("nowhere")])
def test_missing_data_is_named(data: Path | None) -> None:
    with pytest.raises(SettingsError, match=r"--data DIR|grocery_store_images"):
        find_bench("images").run(Options(data=data), lambda _done, _total: None)


def test_the_interval_holds_the_mean_and_narrows() -> None:
    few, many = np.array([0.0, 1.0] * 10), np.array([0.0, 1.0] * 1000)
    assert _interval(np.ones(7), 1) == (1.0, 1.0)
    for values in (few, many):
        low, high = _interval(values, 1)
        assert low < 0.5 < high
    assert np.ptp(_interval(many, 1)) < np.ptp(_interval(few, 1)) / 5
    assert _interval(few, 3) == _interval(few, 3)


@needs_data
def test_photographs_are_split_in_halves_that_stay() -> None:
    photographs = _photographs(DATA / "grocery_store_images")
    development = [_is_development(one.path) for one in photographs]
    assert 0.4 < np.mean(development) < 0.6
    assert len({right for one in photographs for right in one.right}) == 81


@needs_data
def test_clothes_are_searched_for_among_others() -> None:
    items, worn = _clothes(DATA / "clothing_images_cc0")
    assert not {one.image for one in items} & {str(one.path) for one in worn}
    assert all(one.right for one in worn)
