"""The one question that splits the candidates best, by information gain over their facets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log2

import numpy as np

from ..tools.catalog import Catalog
from ..tools.constraints.render import render_value
from ..tools.items import Facet, FacetKind, FacetRole, Language
from .briefs import Question

MOST_VALUES = 5
_NUMERIC_ROLES = {FacetRole.PRICE, FacetRole.DATE}
_LOWEST_GAIN = 0.8
"""Bits; below it an answer would hardly narrow the choice."""
_LOWEST_COVERAGE = 0.5


def best_question(
    catalog: Catalog, item_ids: Sequence[str], closed: Iterable[str], language: Language
) -> Question | None:
    """The question with the highest expected information about the candidates, or None when none is worth asking.

    `closed` holds the facets that are constrained, relaxed or already asked about. The gain of a facet is the
    entropy of its values among the candidates, times the share of candidates that have a value.
    """
    done = set(closed)
    open_facets = [one for one in catalog.schema.facets if one.askable and one.name not in done and _can_ask(one)]
    scored = [(_gain(catalog, facet, item_ids), -order, facet) for order, facet in enumerate(open_facets)]
    gain, _, facet = max(scored, default=(0.0, 0, None), key=lambda row: row[:2])
    if facet is None or gain < _LOWEST_GAIN:
        return None
    return Question(facet=facet.name, label=facet.label(language), values=_options(catalog, facet, item_ids, language))


def _can_ask(facet: Facet) -> bool:
    if facet.kind is FacetKind.NUMERIC:
        return facet.role in _NUMERIC_ROLES
    return facet.kind in (FacetKind.CATEGORICAL, FacetKind.MULTI) and facet.role not in (
        FacetRole.STOCK,
        FacetRole.CREATOR,
    )


def _gain(catalog: Catalog, facet: Facet, item_ids: Sequence[str]) -> float:
    if facet.kind is FacetKind.NUMERIC:
        return _spread(catalog, facet, item_ids)
    found = catalog.statistics(facet.name, item_ids)
    answerable = sum(list(found.counts.values())[:MOST_VALUES])
    mentions = sum(found.counts.values())
    if not mentions:
        return 0.0
    coverage = (found.total - found.missing) / max(found.total, 1)
    return 0.0 if coverage < _LOWEST_COVERAGE else coverage * entropy(found.counts.values()) * answerable / mentions


def _spread(catalog: Catalog, facet: Facet, item_ids: Sequence[str]) -> float:
    """Entropy over five equal-width bins of the logarithm: prices spread over magnitudes are worth asking about."""
    values = [catalog.item(one).facets.get(facet.name) for one in item_ids]
    numbers = np.array([float(value) for value in values if isinstance(value, int | float)])
    if len(numbers) < _LOWEST_COVERAGE * len(values) or not len(numbers):
        return 0.0
    scaled = np.log1p(np.maximum(numbers, 0)) if facet.role is FacetRole.PRICE else numbers
    return entropy(np.histogram(scaled, bins=5)[0]) if np.ptp(scaled) > 0 else 0.0


def entropy(counts: Iterable[int]) -> float:
    """Shannon entropy in bits of a distribution given as counts; 0 for an empty one.

    >>> entropy([1, 1])
    1.0
    >>> entropy([5, 0]) == 0
    True
    """
    positive = [float(count) for count in counts if count > 0]
    total = sum(positive)
    return -sum(count / total * log2(count / total) for count in positive)


def _options(catalog: Catalog, facet: Facet, item_ids: Sequence[str], language: Language) -> tuple[str, ...]:
    if facet.kind is FacetKind.NUMERIC:
        return ()
    values = list(catalog.statistics(facet.name, item_ids).counts)[:MOST_VALUES]
    kind = facet.role is FacetRole.CATALOG
    return tuple(render_value(one, facet, language) if kind else one for one in values)
