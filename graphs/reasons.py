"""Why an item is recommended, in words. A reason is given only when the scores and the state hold it true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import yaml

from ..tools.catalog import Catalog, FacetStatistics
from ..tools.constraints import Constraint, matches, render_all, show_number
from ..tools.items import FacetRole, FacetValue, Item, Language
from ..tools.profile.model import Preference
from ..tools.ranking.causes import AskedLike, Cause, FeedbackOn
from ..tools.ranking.evidence import Because
from .state import Need

MOST = 3
_SHOWN_QUERY = 60
_FAIR_SHARE = 0.3
_GOOD_RATING = 0.8
"""Share of the highest rating in the catalog from which a rating is a reason."""


@lru_cache(maxsize=1)
def _templates() -> Mapping[Language, Mapping[str, str]]:
    return yaml.safe_load(Path(__file__).with_name("reasons.yaml").read_text("utf-8"))


def worth_saying(because: Sequence[Because]) -> list[Because]:
    """The causes that lift the score by a fair share of what the strongest one does."""
    strongest = max((one.drop for one in because), default=0.0)
    return [one for one in because if one.drop > 0 and one.drop >= _FAIR_SHARE * strongest]


def reasons_for(
    item: Item, because: Sequence[Because], need: Need, catalog: Catalog, language: Language
) -> tuple[str, ...]:
    """At most three, the strongest first: what was asked for, what it is like, what the person likes, its standing."""
    said = list(dict.fromkeys(_all(item, because, need, catalog, language)))
    return tuple(said[:MOST]) or (_templates()[language]["listed"],)


def _all(item: Item, because: Sequence[Because], need: Need, catalog: Catalog, language: Language) -> Iterator[str]:
    words = _templates()[language]
    fits = _met(item, [one for one in need.constraints if one.hard], catalog, language)
    if fits:
        yield words["fits"].format(constraints=fits)
    for one in because:
        yield from _caused(one.cause, item, catalog, language)
    wished = _met(item, [one for one in need.constraints if not one.hard], catalog, language)
    if wished:
        yield words["fits_wish"].format(constraints=wished)
    if need.query and not because:
        yield words["query"].format(query=need.query[:_SHOWN_QUERY])
    yield from _standing(item, catalog, language)


def _met(item: Item, constraints: Sequence[Constraint], catalog: Catalog, language: Language) -> str:
    met = [one for one in constraints if matches(one, item.facets.get(one.facet))]
    return ("、" if language == "zh" else ", ").join(render_all(met, catalog.schema, language))


def _caused(cause: Cause, item: Item, catalog: Catalog, language: Language) -> Iterator[str]:
    words = _templates()[language]
    if isinstance(cause, AskedLike) and cause.item_id in catalog:
        yield words["similar_to"].format(title=catalog.item(cause.item_id).title)
    elif isinstance(cause, FeedbackOn) and cause.item_id in catalog and cause.item_id != item.id:
        yield words["liked"].format(title=catalog.item(cause.item_id).title)
    elif isinstance(cause, Preference) and cause.weight > 0:
        yield words["preference"].format(value=cause.value)


def _standing(item: Item, catalog: Catalog, language: Language) -> Iterator[str]:
    rating, crowd = catalog.schema.by_role(FacetRole.RATING), catalog.schema.by_role(FacetRole.POPULARITY)
    if rating and _good(item.facets.get(rating.name), _spread(catalog, catalog.revision, rating.name).high):
        value = show_number(_number(item.facets.get(rating.name)), rating, language)
        yield _templates()[language]["rated"].format(rating=value)
    if crowd:
        middle = _spread(catalog, catalog.revision, crowd.name).median
        count = _number(item.facets.get(crowd.name))
        if middle is not None and count > middle:
            yield _templates()[language]["popular"].format(count=show_number(count, crowd, language))


@lru_cache(maxsize=64)
def _spread(catalog: Catalog, revision: int, facet: str) -> FacetStatistics:  # noqa: ARG001 - the revision keys the cache
    return catalog.statistics(facet)


def _good(value: FacetValue | None, highest: float | None) -> bool:
    return bool(highest) and _number(value) >= _GOOD_RATING * (highest or 0)


def _number(value: FacetValue | None) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
