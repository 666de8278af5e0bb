"""Items by a facet value that the whole query names: an author, a brand, a genre, under its own word or an alias."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from ...items import FacetKind
from ...normalize import normalize
from .columns import Column, Columns

_SHORTEST_MISSPELT = 6
_LIKENESS = 0.8
_LENGTHS_APART = 2


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

    def misspelt(self, query: str) -> str | None:
        """The name that the whole query was probably meant to be: `stephan kign` is stephen king; None without one.

        It has the first letter of the query and at most two letters more or less; of several the likest.
        """
        name = normalize(query)
        if len(name) < _SHORTEST_MISSPELT or any(name in groups for _, groups in self._columns):
            return None
        lengths = range(len(name) - _LENGTHS_APART, len(name) + _LENGTHS_APART + 1)
        near = [one for length in lengths for one in self._by_shape.get((name[0], length), ())]
        best = process.extractOne(name, near, scorer=OSA.normalized_similarity, score_cutoff=_LIKENESS)
        return best[0] if best else None

    @cached_property
    def _by_shape(self) -> dict[tuple[str, int], list[str]]:
        """All names by their first letter and length."""
        shapes: dict[tuple[str, int], list[str]] = {}
        for name in sorted({name for _, groups in self._columns for name in groups if name}):
            shapes.setdefault((name[0], len(name)), []).append(name)
        return shapes


def _names(column: Column) -> dict[str, int]:
    """Value or alias, normalized -> group of the column; a value wins over an alias that reads the same."""
    known = column.words.group_of
    spelt = ((normalize(value), words) for value, words in column.facet.aliases.items())
    return {normalize(word): known[value] for value, words in spelt if value in known for word in words} | known
