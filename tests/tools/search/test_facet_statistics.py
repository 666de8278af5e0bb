"""Counts and spread of facets over all rows, some rows and none."""

from __future__ import annotations

import numpy as np
import pytest
from langgraph_recommender.tools.catalog.search.columns import Columns
from langgraph_recommender.tools.catalog.search.statistics import FacetStatistics, statistics
from langgraph_recommender.tools.errors import FilterError
from langgraph_recommender.tools.items import CatalogSchema, Facet, FacetKind, Item

SCHEMA = CatalogSchema(facets=tuple(Facet(name=kind.value, kind=kind) for kind in FacetKind))
NAMES = ("categorical", "multi", "numeric", "date", "boolean")
ROWS = (
    ("Apple", ("x", "y"), 1.0, "1999-05-01", True),
    ("apple", ("y", "Y"), 3.0, "2001-01-01", False),
    ("Apple", (), float("nan"), None, True),
    ("Dell", None, 10.0, None, None),
)
ITEMS = [
    Item(str(at), "", facets={name: value for name, value in zip(NAMES, row, strict=True) if value is not None})
    for at, row in enumerate(ROWS)
]
COLUMNS = Columns.build(ITEMS, SCHEMA)


@pytest.mark.parametrize(
    ("facet", "expected"),
    [
        ("categorical", FacetStatistics("categorical", {"Apple": 3, "Dell": 1}, None, None, None, 0, 4)),
        ("multi", FacetStatistics("multi", {"y": 2, "x": 1}, None, None, None, 2, 4)),
        ("numeric", FacetStatistics("numeric", {}, 1.0, 10.0, 3.0, 0, 4)),
        ("date", FacetStatistics("date", {"1999-05-01": 1, "2001-01-01": 1}, 1999.0, 2001.0, 2000.0, 2, 4)),
        ("boolean", FacetStatistics("boolean", {"true": 2, "false": 1}, None, None, None, 1, 4)),
    ],
)
def test_statistics_of_each_kind(facet: str, expected: FacetStatistics) -> None:
    assert statistics(COLUMNS, facet) == expected


def test_counts_come_most_frequent_first() -> None:
    assert list(statistics(COLUMNS, "categorical").counts) == ["Apple", "Dell"]


def test_rows_may_be_positions_or_a_mask() -> None:
    positions = statistics(COLUMNS, "categorical", np.array([1, 3]))
    assert positions == statistics(COLUMNS, "categorical", np.array([False, True, False, True]))
    assert positions.counts == {"Apple": 1, "Dell": 1}
    assert positions.total == 2


def test_no_rows_have_no_statistics() -> None:
    none = statistics(COLUMNS, "numeric", np.array([], dtype=int))
    assert none == FacetStatistics("numeric", {}, None, None, None, 0, 0)


def test_an_unknown_facet_is_refused() -> None:
    with pytest.raises(FilterError, match="Did you mean 'numeric'"):
        statistics(COLUMNS, "nummeric")
