"""ground: only what exists, fits and is permitted becomes a recommendation; then the outcome is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime

from ...tools.constraints import POSITIVE, Constraint
from ...tools.items import FacetRole
from ...tools.profile.model import FeedbackKind
from ...tools.ranking.causes import causes
from ...tools.ranking.evidence import evidence_of
from ...tools.ranking.prior import counted
from ...tools.ranking.protocol import RankingContext
from ..briefing import make_brief, recommended_items, said_constraints
from ..briefs import Question
from ..context import RecommenderContext
from ..deciding import Choose, hinges, known_ids, liked_ids
from ..grounding import allowed, select, split_adult
from ..need import in_force
from ..parts import Parts
from ..pictures import wanted_vector
from ..policies import blocked, disclosures, required
from ..saying.grounds import TEXT, Weighed, grounds_for
from ..saying.notes import all_refused, nothing_alike, relaxation_notes
from ..saying.reasons import reasons_of
from ..state import Candidate, GroundKind, Need, Recommendation, RecommenderState
from ..understanding import Intent, TurnUnderstanding
from .act import AGE_GATE, away_now
from .rank import ranking_context
from .recall import context_of, profile_of
from .unsaid import unsaid

ADULT = 18
_OF_ONE_MAKER = 2


def ground(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> dict[str, Any]:
    """Turns ranked candidates into recommendations and the facts of the reply."""
    constraints = constraints_now(state, runtime, parts)
    pool, gated, adults = _pool(state, runtime, parts)
    choose = _chooser(state, runtime, parts)

    @cache
    def without(gone: frozenset[str]) -> frozenset[str]:
        other = unsaid(state, runtime, parts, gone)
        found, _, _ = _pool(other, runtime, parts)
        return frozenset(one.item_id for one in _chooser(other, runtime, parts)(found))

    turn = Weighing(ranking_context(state, runtime, parts), choose, without)
    rows = _recommendations(pool, turn, state, parts) if pool else []
    writer = get_stream_writer()
    for row in rows:
        writer({"event": "item", **row.model_dump()})
    return {"recommendations": rows, **_facts(state, parts, rows, constraints, pool, gated=gated, adults=adults)}


def _chooser(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> Choose:
    """How the list of this turn is chosen from what may be shown."""
    history = ranking_context(state, runtime, parts).history
    return partial(
        select,
        catalog=parts.catalog,
        policies=parts.policies,
        count=_count(state, parts),
        quotas=_quotas(state, parts),
        sampled=parts.temperature > 0,
        correct=partial(parts.correction.weighed, history=history) if parts.correction else None,
    )


def _pool(
    state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts
) -> tuple[list[Candidate], bool | None, list[Candidate]]:
    """What may be shown of the candidates, whether the age gate holds (see `_gate`), and what is for adults."""
    away, constraints = away_now(state, runtime, parts), constraints_now(state, runtime, parts)
    pool = allowed(state.get("candidates", []), parts.catalog, constraints, away, parts.policies)
    everybody, adults = split_adult(pool, parts.catalog, parts.policies)
    gated = _gate(state, runtime, parts, adults)
    return (everybody if gated is not False else pool), gated, adults


def constraints_now(
    state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts
) -> tuple[Constraint, ...]:
    """Everything in force in this turn."""
    schema = parts.catalog.schema
    return in_force(
        state.get("need", Need()), profile_of(state, runtime, parts), required(parts.policies, schema), schema
    )


def _gate(
    state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts, adults: list[Candidate]
) -> bool | None:
    """False: no gate is needed; True: items for adults stay away; None: they stay away and the person is asked."""
    age, confirmed = context_of(runtime).age, state.get("adult_confirmed")
    if not adults or confirmed or (age is not None and age >= max(ADULT, parts.policies.adult_from or ADULT)):
        return False
    return True if confirmed is False or age is not None else None


def _count(state: RecommenderState, parts: Parts) -> int:
    if parts.policies.one_at_a_time:
        return 1
    return state.get("need", Need()).count or parts.limits.shown


def _quotas(state: RecommenderState, parts: Parts) -> dict[str, int]:
    """The policy's, and for "something like X" at most two of one maker: more of the same is no idea."""
    need, maker = state.get("need", Need()), parts.catalog.schema.by_role(FacetRole.CREATOR)
    said = state.get("understanding")
    other_wish = bool(need.query or (said and any(one.op in POSITIVE for one in said.constraints)))
    if maker is None or not need.similar_to or other_wish:
        return parts.policies.at_most_per
    return {maker.name: _OF_ONE_MAKER, **parts.policies.at_most_per}


@dataclass(frozen=True, slots=True)
class Weighing:
    """What the items of a turn are weighed by, and how the list is chosen, now and had some likes not been said."""

    context: RankingContext
    choose: Choose
    without: Callable[[frozenset[str]], frozenset[str]]
    """Of liked items to the ids that would be shown without those likes."""


def _recommendations(
    pool: list[Candidate], turn: Weighing, state: RecommenderState, parts: Parts
) -> list[Recommendation]:
    """The items chosen, each with what it rests on. A list that was drawn by lot hinges on nothing."""
    context, picked, why = turn.context, turn.choose(pool), {}
    if causes(context) or context.talk:
        known = evidence_of(parts.ranker(), context, [one.item_id for one in picked])
        why = {one.item_id: one.because for one in known}
    hinging = {} if parts.temperature > 0 else hinges(parts.ranker(), context, pool, why, turn.choose)
    hinging = {item: likes for item, likes in hinging.items() if item not in turn.without(frozenset(likes))}
    weighed = Weighed(liked=liked_ids(context), known=known_ids(context), counted=counted(parts.ranker()))
    usual = _usual(pool)

    def of(one: Candidate) -> Weighed:
        near = _near(one, parts)
        return replace(weighed, because=why.get(one.item_id, ()), above=_above(one, usual), near=near)

    return [
        _recommendation(one, of(one), state, parts).model_copy(update={"hinges_on": hinging.get(one.item_id, ())})
        for one in picked
    ]


def _usual(pool: Sequence[Candidate]) -> dict[str, float]:
    """The mean of each contribution over the candidates."""
    names = dict.fromkeys(name for one in pool for name in one.contributions)
    return {name: sum(one.contributions.get(name, 0.0) for one in pool) / len(pool) for name in names}


def _above(one: Candidate, usual: Mapping[str, float]) -> dict[str, float]:
    return {name: one.contributions.get(name, 0.0) - mean for name, mean in usual.items()}


def _near(one: Candidate, parts: Parts) -> float | None:
    """What the ranker's part for texts says, without its weight; None when it has none."""
    weight = getattr(parts.ranker(), "weights", {}).get(TEXT)
    return one.contributions[TEXT] / weight if weight and TEXT in one.contributions else None


def _recommendation(one: Candidate, weighed: Weighed, state: RecommenderState, parts: Parts) -> Recommendation:
    item, said = parts.catalog.item(one.item_id), state.get("understanding")
    assert said is not None
    shown = Recommendation(
        item_id=item.id,
        title=item.title,
        score=one.score,
        grounds=grounds_for(item, weighed, state.get("need", Need()), parts.catalog),
        disclosures=disclosures(parts.policies, parts.catalog.schema, item),
        contributions=dict(one.contributions),
    )
    return shown.model_copy(update={"reasons": reasons_of(shown, parts.catalog, said.language)})


def _facts(
    state: RecommenderState,
    parts: Parts,
    rows: list[Recommendation],
    constraints: tuple[Constraint, ...],
    pool: list[Candidate],
    *,
    gated: bool | None,
    adults: list[Candidate],
) -> dict[str, Any]:
    said = state.get("understanding")
    assert said is not None
    question = Question(facet=AGE_GATE, label=AGE_GATE) if gated is None and adults else None
    outcome = _outcome(state, rows, asked=question is not None)
    notes = list(state.get("notes", []))
    if outcome == "nothing_fits" and _known_all(constraints, parts):
        outcome, notes = "no_more", [*notes, all_refused(said.language)]
    if outcome == "nothing_fits":
        notes += relaxation_notes(parts.catalog, constraints, said.language)
    if _nothing_alike(state, rows, parts):
        notes.append(nothing_alike(said.language))
    brief = make_brief(
        parts,
        state,
        items=recommended_items(parts.catalog, rows),
        constraints=said_constraints(parts, state.get("need", Need()), said.language),
        outcome=outcome,
        notes=tuple(notes),
        question=question,
        more_available=max(len(pool) - len(rows), 0),
    )
    return {"brief": brief}


def _known_all(constraints: tuple[Constraint, ...], parts: Parts) -> bool:
    """Whether something fits after all, which only what the person said of it keeps away."""
    fitting = (one for one, fits in zip(parts.catalog.items(), parts.catalog.mask(constraints), strict=True) if fits)
    return any(not blocked(parts.policies, parts.catalog.schema, one) for one in fitting)


def _nothing_alike(state: RecommenderState, rows: list[Recommendation], parts: Parts) -> bool:
    """Whether a picture was searched by and no recommendation looks like it."""
    if not rows or wanted_vector(state.get("need", Need()).picture, parts.catalog) is None:
        return False
    return not any(ground.kind is GroundKind.LOOKS_LIKE for one in rows for ground in one.grounds)


def _pleased(said: TurnUnderstanding) -> bool:
    """Whether everything judged was taken or liked: nothing more is asked for."""
    kinds = {one.kind for one in said.feedback}
    return bool(kinds) and kinds <= {FeedbackKind.CHOSEN, FeedbackKind.LIKE}


def _outcome(state: RecommenderState, rows: list[Recommendation], *, asked: bool) -> str:
    said = state.get("understanding")
    if rows:
        return "recommended"
    if asked:
        return "age_gate"
    if said and said.intent is Intent.FEEDBACK and _pleased(said):
        return "noted"
    return "no_more" if said and said.more else "nothing_fits"
