"""Items by a facet value that the whole query names: an author, a brand, a genre, under its own word or an alias."""

from __future__ import annotations

import numpy as np

from ...items import FacetKind
from ...normalize import normalize
from .columns import Column, Columns


class NamedValues:
    """The values of the categorical and multi-valued facets of a catalog, by their words."""

    def __init__(self, columns: Columns) -> None:
        self._size = columns.size
        kinds = (FacetKind.CATEGORICAL, FacetKind.MULTI)
        self._columns = [(column, _names(column)) for column in columns.by_facet.values() if column.facet.kind in kinds]

    def holders(self, query: str) -> np.ndarray:
        """Shape (n,), bool: the items that have a value of which the query is the name."""
        mask = np.zeros(self._size, dtype=bool)
        name = normalize(query)
        for column, groups in self._columns:
            if name in groups:
                mask[column.words.rows[column.words.groups == groups[name]]] = True
        return mask


def _names(column: Column) -> dict[str, int]:
    """Value or alias, normalized -> group of the column; a value wins over an alias that reads the same."""
    known = column.words.group_of
    spelt = ((normalize(value), words) for value, words in column.facet.aliases.items())
    return {normalize(word): known[value] for value, words in spelt if value in known for word in words} | known
