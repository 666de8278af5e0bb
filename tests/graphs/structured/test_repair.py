import pytest
from langgraph_recommender.graphs.asking.repair import validate
from langgraph_recommender.graphs.understanding import Intent, TurnUnderstanding
from pydantic import ValidationError

GOOD = {"intent": "recommend", "language": "en"}


@pytest.mark.parametrize(
    ("change", "field", "expected"),
    [
        ({"intent": "Item Question"}, "intent", Intent.ITEM_QUESTION),
        ({"intent": "OUT-OF-SCOPE"}, "intent", Intent.OUT_OF_SCOPE),
        ({"language": "ZH"}, "language", "zh"),
        ({"emotion": None}, "emotion", "neutral"),
        ({"thoughts": "none"}, "intent", Intent.RECOMMEND),
        ({"references": "b1"}, "references", ("b1",)),
        ({"references": ""}, "references", ()),
        ({"confidence": 1.2}, "confidence", 1.0),
        ({"count": 50}, "count", 20),
        ({"count": 0}, "count", 1),
        ({"count": "3"}, "count", 3),
    ],
)
def test_safe_repairs(change, field, expected):
    value, _ = validate(TurnUnderstanding, {**GOOD, **change})
    assert getattr(value, field) == expected


def test_inner_values_are_repaired_and_told():
    answer = {**GOOD, "constraints": {"facet": "price", "op": "BETWEEN", "value": [1, 2], "why": "said so"}}
    value, repairs = validate(TurnUnderstanding, answer)
    assert value.constraints[0].values == (1, 2)
    assert len(repairs) == 3
    assert "why" not in answer.get("repaired", {})
    assert answer["constraints"]["op"] == "BETWEEN", "the caller's answer is not changed"


def test_a_valid_answer_needs_no_repair():
    assert validate(TurnUnderstanding, GOOD)[1] == []


@pytest.mark.parametrize(
    "change",
    [
        {"intent": "sing"},
        {"intent": None},
        {"language": "fr"},
        {"constraints": [{"facet": "price"}]},
        {"feedback": [{"item_id": "1", "kind": "meh"}]},
        {"count": "many"},
    ],
)
def test_what_would_have_to_be_guessed_is_refused(change):
    with pytest.raises(ValidationError):
        validate(TurnUnderstanding, {**GOOD, **change})
