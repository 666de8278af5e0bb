"""What people type, and what it means: each case of the YAML files beside this module."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langgraph_recommender.agent.offline.classifier import TurnClassifier, load_classifier
from langgraph_recommender.agent.offline.understand import understand
from langgraph_recommender.graphs.understanding import ItemFeedback, TurnUnderstanding

from .conftest import brief, cases, lexicon, said

CASES = cases()


@pytest.fixture(scope="module")
def classifier() -> TurnClassifier:
    return load_classifier()


@pytest.mark.parametrize(("name", "context", "case"), CASES, ids=[f"{name}: {case['say']}" for name, _, case in CASES])
def test_is_understood(name: str, context: dict[str, Any], case: dict[str, Any], classifier: TurnClassifier) -> None:
    understood = understand(case["say"], brief(name, context), lexicon(name), classifier)
    found = _plain(understood)
    expected = {"constraints": [], "feedback": [], "similar": []} | {
        k: v for k, v in case.items() if k not in ("say", "in")
    }
    assert {key: _ordered(found[key]) for key in expected} == {key: _ordered(value) for key, value in expected.items()}


def _ordered(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value


def _plain(turn: TurnUnderstanding) -> dict[str, Any]:
    """The understanding in the words of the YAML files."""
    asked = turn.profile_request
    return {
        "intent": turn.intent.value,
        "emotion": turn.emotion.value,
        "constraints": [said(one) for one in turn.constraints],
        "relaxed": list(turn.relaxed),
        "new_need": turn.new_need,
        "wishes": [f"{one.facet or '*'}: {one.value} {one.weight:+g}" for one in turn.wishes],
        "feedback": [_judged(one) for one in turn.feedback],
        "critiques": [f"{one.facet} {one.direction}" for one in turn.critiques],
        "about": list(turn.references),
        "similar": list(turn.similar_to),
        "query": turn.query,
        "more": turn.more,
        "count": turn.count,
        "asks": list(turn.facets_asked),
        "profile": f"{asked.action} {asked.target}".strip() if asked else "",
        "answer": turn.answer,
        "plan": [{"name": one.name, **json.loads(one.arguments)} for one in turn.plan],
    }  # fmt: skip


def _judged(one: ItemFeedback) -> str:
    return " ".join(filter(None, (one.item_id, one.kind.value, one.reason and f"({one.reason})")))


def test_there_are_many_cases() -> None:
    assert len(CASES) >= 150
