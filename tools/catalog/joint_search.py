"""Search in several catalogs at once: each finds its best, and their scores are made comparable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..errors import ToolInputError
from .joint_kindred import with_kindred
from .search.diversity import diversified
from .search.engine import Hit, SearchRequest, SearchResult
from .search.planner import Plan, Strategy

if TYPE_CHECKING:
    from .catalog import Catalog
    from .joint import JointCatalog, Member

FAIR_SHARE = 0.5
"""Of the best score, from which a result has a claim to one of the places of its catalog."""
_POOL, _POOL_PER_RESULT = 50, 5
_COMPARED, _SAMPLE = 5, 256
_MANY = 100
"""Items from which a catalog has an average one: of six teas, the best for "green tea" is hardly above the others."""
_LEAST = 0.01
_WORDS_MISSING = 0.5


def found_together(joint: JointCatalog, request: SearchRequest) -> SearchResult:
    """The k best items of all members.

    Within a catalog the best item for a query scores about 1, however far it is from what was meant. So what a catalog
    finds is weighed by how near its best results are to the query, compared with those of the other catalogs.
    Where nothing is asked for, items stand by the quantile of their standing within their own catalog.
    """
    _check(request)
    several = request.k if not request.diversity else max(_POOL, _POOL_PER_RESULT * request.k)
    asked = joint.embed_query(request.query) if any(map(str.isalnum, request.query)) else None
    each = replace(request, k=several, diversity=0.0)
    found = {one.naming.key: result for one in joint.joined if (result := _of_member(joint, one, each))}
    near = bool(request.similar_to) or request.picture is not None
    lists = _comparable(joint, [list(one.hits) for one in found.values()], asked, near=near)
    plan = _plan(joint, {key: one.plan for key, one in found.items()})
    return SearchResult(tuple(_chosen(joint, lists, request)), plan.fitting, asked, plan)


def quantiles(values: np.ndarray) -> np.ndarray:
    """Shape (n,), in (0, 1]: 1 for the highest value; of equal values the earlier stands higher."""
    order = np.empty(len(values))
    order[np.argsort(-values, kind="stable")] = np.arange(len(values))
    return 1 - order / max(len(values), 1)


def _check(request: SearchRequest) -> None:
    if request.k < 1:
        raise ToolInputError(f"k is {request.k}.", cure="Ask for at least 1 result.")
    if not 0.0 <= request.diversity <= 1.0:
        raise ToolInputError(f"The diversity is {request.diversity}.", cure="Give a number from 0 to 1.")


def _plan(joint: JointCatalog, plans: Mapping[str, Plan]) -> Plan:
    """What was done in each catalog, as one plan."""
    return Plan(
        strategy=max((one.strategy for one in plans.values()), key=list(Strategy).index, default=Strategy.NONE),
        reason="; ".join(f"{key}: {one.reason}" for key, one in plans.items()) or "no catalog can meet this",
        rows=len(joint),
        fitting=sum(one.fitting for one in plans.values()),
        compared=sum(one.compared for one in plans.values()),
    )


def _of_member(joint: JointCatalog, member: Member, request: SearchRequest) -> SearchResult | None:
    """What one member finds, under joint ids; None when its items cannot meet the constraints."""
    constraints = member.own_constraints(request.constraints)
    if constraints is None:
        return None
    given = [joint.item(one) for one in request.similar_to]
    own = tuple(one.id.removeprefix(member.prefix) for one in given if one.id.startswith(member.prefix))
    asked = replace(
        request,
        constraints=constraints,
        similar_to=own,
        exclude=frozenset(one.removeprefix(member.prefix) for one in request.exclude if one.startswith(member.prefix)),
    )
    foreign = [one for one in given if not one.id.startswith(member.prefix)]
    result = member.catalog.search(asked)
    hits = _prefixed(member, result.hits)
    if foreign:
        hits = with_kindred(joint, member, asked, foreign, hits if asked.query or own else [])
    return replace(result, hits=tuple(hits))


def _prefixed(member: Member, hits: Iterable[Hit]) -> list[Hit]:
    return [replace(hit, item_id=member.prefix + hit.item_id) for hit in hits]


def _comparable(
    joint: JointCatalog, lists: list[list[Hit]], asked: np.ndarray | None, *, near: bool
) -> list[list[Hit]]:
    """The hits of each member with scores on one scale; each is still the sum of its parts."""
    if asked is not None and lists:
        factors = _factors([_evidence(joint, hits, asked) for hits in lists])
        return [[_scaled(hit, factor) for hit in hits] for hits, factor in zip(lists, factors, strict=True)]
    if near:
        return lists
    return [_by_quantile(joint, hits) for hits in lists]


def _evidence(joint: JointCatalog, hits: Sequence[Hit], asked: np.ndarray) -> tuple[float, float | None, float]:
    """Of the best hits of a catalog: the cosine with the query, the same in standard deviations above an average item
    of that catalog (None when it is small), and what their words alone speak for them."""
    if not hits:
        return _LEAST, _LEAST, 0.0
    home, _ = joint.home_of(hits[0].item_id)
    best = hits[: max(_COMPARED * min(len(home), _MANY) // _MANY, 1)]
    cosine = float((joint.vector_of([hit.item_id for hit in best]) @ asked).mean())
    words = max(hit.parts.get("lexical", 0.0) for hit in best)
    return max(cosine, _LEAST), _above(home, cosine, asked) if len(home) >= _MANY else None, words


def _above(home: Catalog, cosine: float, asked: np.ndarray) -> float:
    usual = home.vectors[:: max(len(home) // _SAMPLE, 1)] @ asked
    return max((cosine - float(usual.mean())) / max(float(usual.std()), _LEAST), _LEAST)


def _factors(evidence: Sequence[tuple[float, float | None, float]]) -> list[float]:
    """In (0, 1] by catalog: the geometric mean of both kinds of nearness over the best of each, the cosine alone where
    one of the catalogs is small, less what is missing in words where another catalog has the words of the query."""
    cosines, aboves, words = zip(*evidence, strict=True)
    known = [one for one in aboves if one is not None]
    near = [one / max(cosines) for one in cosines]
    if len(known) == len(aboves):
        near = [(one * above / max(known)) ** 0.5 for one, above in zip(near, known, strict=True)]
    return [one * (1 - _WORDS_MISSING * (max(words) - said)) for one, said in zip(near, words, strict=True)]


def _scaled(hit: Hit, factor: float) -> Hit:
    """A title that is the query stays what it is; everything else counts by the factor."""
    parts = {name: share if name == "title" else factor * share for name, share in hit.parts.items()}
    return Hit(hit.item_id, sum(parts.values()), parts)


def _by_quantile(joint: JointCatalog, hits: Sequence[Hit]) -> list[Hit]:
    if not hits:
        return []
    home, _ = joint.home_of(hits[0].item_id)
    standing = quantiles(home.prior)
    shares = [float(standing[home.position(joint.home_of(hit.item_id)[1])]) for hit in hits]
    return [Hit(hit.item_id, share, {"popularity": share}) for hit, share in zip(hits, shares, strict=True)]


def _chosen(joint: JointCatalog, lists: Sequence[list[Hit]], request: SearchRequest) -> list[Hit]:
    """The k best, diversified where that is asked for. Half of the places are shared out among the catalogs alike.

    A place that a catalog has nothing for with a fair share of the best score goes to the best of all.
    """
    ranked = _best_first(hit for hits in lists for hit in hits)
    if request.diversity and ranked:
        pool = ranked[: max(_POOL, _POOL_PER_RESULT * request.k)]
        vectors = joint.vector_of([hit.item_id for hit in pool])
        order = diversified(np.array([hit.score for hit in pool]), vectors, request.k, request.diversity)
        return [pool[at] for at in order]
    own = max(request.k // (2 * max(len(lists), 1)), 1) if request.k >= len(lists) else 0
    fair = {
        hit.item_id for hits in lists for hit in _best_first(hits)[:own] if hit.score >= FAIR_SHARE * ranked[0].score
    }
    others = [hit for hit in ranked if hit.item_id not in fair][: request.k - len(fair)]
    return _best_first((*others, *(hit for hit in ranked if hit.item_id in fair)))


def _best_first(hits: Iterable[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: -hit.score)
