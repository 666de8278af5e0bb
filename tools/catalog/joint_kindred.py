"""Items of one catalog that are like items of another: by meaning, by values in common, and by title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ..constraints.model import Constraint, Op
from ..items import FacetKind, Item
from ..normalize import normalize
from .search.engine import Hit, SearchRequest
from .search.fusion import best_first, relative
from .search.similar import centre

if TYPE_CHECKING:
    from .joint import JointCatalog, Member

_SIMILAR, _SHARED, _NAMESAKE = 0.7, 0.3, 0.5
_PART = re.compile(r"\s*[:：—]\s*|\s[–-]\s")
_WORDED = (FacetKind.CATEGORICAL, FacetKind.MULTI)


def with_kindred(
    joint: JointCatalog, member: Member, request: SearchRequest, given: Sequence[Item], hits: Sequence[Hit]
) -> list[Hit]:
    """The k best of the hits and of what is most like `given`, items of other catalogs; a hit gains what it shares.

    `request` is in the member's own terms, `given` and `hits` in joint ones.
    """
    rows = _fitting(member, request)
    parts = _parts(joint, member, given, rows)
    near: list[int] = best_first(np.sum(list(parts.values()), axis=0), request.k).tolist()
    items, merged = member.catalog.items(), {hit.item_id: dict(hit.parts) for hit in hits}
    place = {member.prefix + items[row].id: at for at, row in enumerate(rows.tolist())}
    held = [place[item_id] for item_id in merged if item_id in place]
    for at in dict.fromkeys((*near, *held)):
        named = merged.setdefault(member.prefix + items[int(rows[at])].id, {})
        for name, values in parts.items():
            named[name] = named.get(name, 0.0) + float(values[at])
    found = [Hit(item_id, sum(named.values()), named) for item_id, named in merged.items()]
    return sorted(found, key=lambda hit: -hit.score)[: request.k]


@lru_cache(maxsize=32_768)
def plain_title(title: str) -> str:
    """A title without what stands in brackets behind it: the series, the year."""
    return normalize(title.partition(" (")[0].partition("（")[0])


@lru_cache(maxsize=32_768)
def title_parts(title: str) -> frozenset[str]:
    """The plain title and each of its parts: of "The Hobbit: An Unexpected Journey" also "the hobbit"."""
    return frozenset(plain_title(part) for part in (title, *_PART.split(title)) if part)


def _fitting(member: Member, request: SearchRequest) -> np.ndarray:
    """Ascending rows of the items that meet the constraints and are neither excluded nor given."""
    mask = member.catalog.mask(request.constraints)
    away = [one for one in (*request.exclude, *request.similar_to) if one in member.catalog]
    mask[[member.catalog.position(one) for one in away]] = False
    return np.flatnonzero(mask)


def _parts(joint: JointCatalog, member: Member, given: Sequence[Item], rows: np.ndarray) -> dict[str, np.ndarray]:
    """The named parts of the scores of m rows, each of shape (m,)."""
    wanted = centre(joint.vector_of([one.id for one in given]))
    cosine = (member.catalog.vectors @ wanted)[rows].astype(np.float64)
    return {
        "similar": _SIMILAR * relative(cosine),
        "shared": _SHARED * _shared(joint, member, given)[rows],
        "title": _NAMESAKE * _namesakes(member, given, rows),
    }


def _shared(joint: JointCatalog, member: Member, given: Sequence[Item]) -> np.ndarray:
    """Shape (n,), in [0, 1]: how many of the values of the given items each item has, rare ones counting more."""
    total, possible = np.zeros(len(member.catalog)), 0.0
    for facet, value in _values(joint, member, given):
        holders = member.catalog.mask((Constraint(facet=facet, op=Op.EQ, value=value),))
        rarity = float(np.log(len(holders) / holders.sum())) if holders.any() else 0.0
        total += rarity * holders
        possible += rarity
    return total / possible if possible else total


def _values(joint: JointCatalog, member: Member, given: Sequence[Item]) -> Iterator[tuple[str, str]]:
    """(facet of the member, value) of what the given items have in facets that the member has too."""
    worded = [one.name for one in joint.schema.facets if one.kind in _WORDED and one.name in member.own_facets]
    held = dict.fromkeys((name, part) for name in worded for item in given for part in _words(item.facets.get(name)))
    yield from ((member.own_facets[name], value) for name, value in held)


def _words(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()


def _namesakes(member: Member, given: Sequence[Item], rows: np.ndarray) -> np.ndarray:
    """Shape (m,): 1 for rows that bear the title of a given item, the film of the book; half where it is a part."""
    items, titles = member.catalog.items(), {plain_title(one.title) for one in given}
    bearing = [(plain_title(title) in titles, title) for title in (items[row].title for row in rows)]
    return np.array([1.0 if same else 0.5 * (not titles.isdisjoint(title_parts(title))) for same, title in bearing])
