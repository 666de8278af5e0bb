"""How good an item is when nothing is known of the person: the order of an empty query."""

from __future__ import annotations

import numpy as np

from ...items import CatalogSchema, FacetRole
from .columns import Columns


def prior(columns: Columns, schema: CatalogSchema) -> np.ndarray:
    """Shape (n,), in [0, 1]: rating and popularity, each scaled to [0, 1], in equal parts; without them, prominence.

    A rating by few people counts less. With v votes, mean rating m of the catalog and C the median number of votes it
    is (v * rating + C * m) / (v + C), the Bayesian average with C votes for the mean assumed.
    """
    rating = _numbers(columns, schema, FacetRole.RATING)
    votes = _numbers(columns, schema, FacetRole.POPULARITY)
    parts = []
    if rating is not None:
        parts.append(scaled(_damped(rating, votes)))
    if votes is not None:
        parts.append(scaled(np.log1p(np.nan_to_num(votes, nan=0.0).clip(min=0.0))))
    return np.mean(parts, axis=0) if parts else scaled(prominence(columns, schema))


def prominence(columns: Columns, schema: CatalogSchema) -> np.ndarray:
    """Shape (n,): log(1 + how many other items of the catalog its makers have); zeros when nobody is named.

    All that a catalog without ratings says of standing: a film with three stars is better known than one with none.
    """
    facet = schema.by_role(FacetRole.CREATOR)
    if facet is None:
        return np.zeros(columns.size)
    makers = columns.column(facet.name).words
    others = np.bincount(makers.groups, minlength=1)[makers.groups] - 1
    return np.log1p(np.bincount(makers.rows, weights=others, minlength=columns.size))


def scaled(values: np.ndarray) -> np.ndarray:
    """The values moved and stretched to [0, 1]; zeros when they are all the same."""
    if not len(values) or values.max() <= values.min():
        return np.zeros(len(values))
    return (values - values.min()) / (values.max() - values.min())


def _numbers(columns: Columns, schema: CatalogSchema, role: FacetRole) -> np.ndarray | None:
    """Shape (n,) with NaN where the value is missing; None when no item has one."""
    facet = schema.by_role(role)
    if facet is None:
        return None
    column = columns.column(facet.name)
    numbers = np.full(columns.size, np.nan)
    numbers[column.numbers.rows] = column.numbers.numbers
    numbers[~np.isfinite(numbers)] = np.nan
    return None if np.isnan(numbers).all() else numbers


def _damped(rating: np.ndarray, votes: np.ndarray | None) -> np.ndarray:
    mean = float(np.nanmean(rating))
    known = np.where(np.isnan(rating), mean, rating)
    if votes is None:
        return known
    assumed = max(float(np.nanmedian(votes)), 1.0)
    counted = np.nan_to_num(votes, nan=0.0).clip(min=0.0)
    return (counted * known + assumed * mean) / (counted + assumed)
