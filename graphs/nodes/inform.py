"""inform: answers about items that are already in view: a question, a comparison, a why."""

from __future__ import annotations

from typing import Any

from langgraph.runtime import Runtime

from ..briefing import described, make_brief, recommended_items, said_constraints
from ..briefs import Question, RecommendedItem, ReplyBrief
from ..context import RecommenderContext
from ..parts import Parts
from ..saying.reasons import hinge_note, reasons_of
from ..state import Need, Recommendation, RecommenderState, ToolCallRecord
from ..understanding import WHICH, Intent, TurnUnderstanding

_OUTCOMES = {Intent.ITEM_QUESTION: "answered", Intent.COMPARE: "compared", Intent.EXPLAIN: "explained"}
_TOOLS = {Intent.ITEM_QUESTION: "item_details", Intent.COMPARE: "compare_items", Intent.EXPLAIN: "item_details"}


def inform(state: RecommenderState, runtime: Runtime[RecommenderContext], parts: Parts) -> dict[str, Any]:  # noqa: ARG001
    """Gathers the facts about the items meant; asks which one when that is not clear."""
    said = state.get("understanding")
    assert said is not None
    if unclear_which(said, state):
        return {"brief": _which_one(said, state, parts)}
    meant = _meant(state, parts)
    if not meant or (said.intent is Intent.COMPARE and len(meant) < 2):
        return {"brief": make_brief(parts, state, outcome="need_reference", items=_in_view(state, parts))}
    brief = make_brief(
        parts,
        state,
        outcome=_OUTCOMES[said.intent],
        items=_described(meant, state, parts),
        facets_asked=said.facets_asked,
        constraints=said_constraints(parts, state.get("need", Need()), said.language),
        notes=_hinges(meant, state, parts) if said.intent is Intent.EXPLAIN else (),
    )
    call = ToolCallRecord(name=_TOOLS[said.intent], args={"item_ids": meant})
    return {"brief": brief, "tool_calls": [*state.get("tool_calls", []), call]}


def unclear_which(said: TurnUnderstanding, state: RecommenderState) -> bool:
    """Whether something is said of one of several items that were shown, and not of which: "seen it"."""
    judged = said.feedback or said.references
    return said.intent is Intent.FEEDBACK and said.verdict is not None and not judged and len(_view(state)) > 1


def _which_one(said: TurnUnderstanding, state: RecommenderState, parts: Parts) -> ReplyBrief:
    """Asks for its number. The kind of verdict goes with the question, so that a bare number answers it."""
    titles = tuple(one.title for one in _view(state))
    question = Question(facet=f"{WHICH}{said.verdict}", label="", values=titles)
    return make_brief(parts, state, outcome="which_one", items=_in_view(state, parts), question=question)


def _meant(state: RecommenderState, parts: Parts) -> list[str]:
    """The items referred to; without a reference, the one in view, or for a comparison or a why the newest list."""
    said, view = state.get("understanding"), _view(state)
    assert said is not None
    if said.references and not (said.intent is Intent.COMPARE and len(said.references) == 1):
        return [one for one in said.references if one in parts.catalog]
    in_view = [one.item_id for one in view if one.item_id in parts.catalog]
    if said.intent is Intent.COMPARE:
        return list(dict.fromkeys([*said.references, *in_view]))[: max(2, min(len(in_view), 3))]
    if said.intent is Intent.EXPLAIN:
        return in_view
    return in_view if len(in_view) == 1 or said.facets_asked else in_view[:1]


def _view(state: RecommenderState) -> list[Recommendation]:
    shown = state.get("shown", [])
    return list(shown[-1].items) if shown else []


def _in_view(state: RecommenderState, parts: Parts) -> tuple[RecommendedItem, ...]:
    return recommended_items(parts.catalog, _view(state))


def _hinges(meant: list[str], state: RecommenderState, parts: Parts) -> tuple[str, ...]:
    """Of each item, the likes without which it would not have been in the newest list that it was in."""
    said = state.get("understanding")
    assert said is not None
    given = {one.item_id: one for earlier in state.get("shown", []) for one in earlier.items}
    rows = [given[one] for one in meant if one in given]
    return tuple(hinge_note(one, parts.catalog, said.language) for one in rows if one.hinges_on)


def _described(meant: list[str], state: RecommenderState, parts: Parts) -> tuple[RecommendedItem, ...]:
    """With the reasons they were shown for, where they were shown, in the language of this turn."""
    said = state.get("understanding")
    assert said is not None
    given = {one.item_id: one for earlier in state.get("shown", []) for one in earlier.items}
    rows = [given.get(one) or Recommendation(item_id=one, title="", score=0.0) for one in meant]
    return tuple(
        described(
            parts.catalog.item(row.item_id),
            reasons=reasons_of(row, parts.catalog, said.language),
            disclosures=row.disclosures,
        )
        for row in rows
    )
