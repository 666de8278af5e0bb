"""Who liked what: a file of ratings, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..errors import CatalogError

if TYPE_CHECKING:
    import pyarrow as pa

LIKED_SHARE = 0.75
"""A rating is a like from this share of the highest rating in the file on: 4 of 5."""
COLUMNS = ("user", "item", "rating")


@dataclass(frozen=True, slots=True)
class Likes:
    """Pair i: user `users[i]` likes item `item_ids[items[i]]`. Users and items are numbered from 0."""

    users: np.ndarray
    items: np.ndarray
    item_ids: tuple[str, ...]


def read_likes(path: Path) -> Likes:
    """The likes of a CSV file (plain or gzipped) with the columns user, item and rating, each pair once.

    Raises CatalogError when the file cannot be read, a column is missing or a rating is no number.
    """
    table = _table(path)
    ratings = table["rating"].to_numpy()
    liked = table.filter(ratings >= LIKED_SHARE * ratings.max()) if len(ratings) else table
    liked = liked.select(["user", "item"]).group_by(["user", "item"], use_threads=False).aggregate([])
    users, items = (liked[name].combine_chunks().dictionary_encode() for name in ("user", "item"))
    return Likes(users.indices.to_numpy(), items.indices.to_numpy(), tuple(items.dictionary.to_pylist()))


def _table(path: Path) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.csv as csv  # noqa: PLC0415

    kinds = {"user": pa.string(), "item": pa.string(), "rating": pa.float64()}
    options = csv.ConvertOptions(column_types=kinds, include_columns=list(COLUMNS))
    try:
        return csv.read_csv(path, convert_options=options)
    except (OSError, KeyError, pa.ArrowInvalid) as error:
        cure = f"Give a CSV file with a header and the columns {', '.join(COLUMNS)}; ratings are numbers."
        raise CatalogError(f"The interactions {path} cannot be read: {error}.", cure=cure) from error
