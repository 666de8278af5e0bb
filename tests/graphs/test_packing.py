"""The serializer of checkpoints writes what LangGraph's own would, also the second time."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph_recommender.graphs.checkpointing import CHECKPOINTED
from langgraph_recommender.graphs.packing import PackingOnce
from langgraph_recommender.graphs.state import Candidate, Need, Recommendation, ShownList
from langgraph_recommender.graphs.understanding import Intent
from langgraph_recommender.tools.constraints import Constraint, Op

NEED = Need(constraints=(Constraint(facet="price", op=Op.LE, value=9.5),), query="茶 tea")
SHOWN = [ShownList(turn=1, items=(Recommendation(item_id="1", title="Tea", score=0.5, contributions={"text": 1.0}),))]
VALUES: list[Any] = [
    None,
    b"bytes",
    bytearray(b"more"),
    "text",
    {"v": 4, "channel_values": {"need": NEED, "shown": SHOWN, "messages": [HumanMessage("hi", id="1")], 3: ()}},
    [Candidate(item_id=str(place), score=place / 7, provenance="search_catalog") for place in range(5)],
    (AIMessage("a", tool_calls=[{"name": "n", "args": {"k": 1}, "id": "c"}]), Intent.RECOMMEND, {1, 2}),
    [datetime(2026, 1, 2, tzinfo=UTC), UUID(int=7), Decimal("1.5"), "\ud800"],
]


@pytest.mark.parametrize("value", VALUES, ids=lambda one: type(one).__name__)
def test_the_bytes_are_those_of_the_usual_serializer(value: Any) -> None:
    ours, usual = PackingOnce(allowed_msgpack_modules=CHECKPOINTED), JsonPlusSerializer()
    assert ours.dumps_typed(value) == usual.dumps_typed(value)
    assert ours.dumps_typed(value) == usual.dumps_typed(value)


def test_our_values_come_back() -> None:
    ours = PackingOnce(allowed_msgpack_modules=CHECKPOINTED)
    assert ours.loads_typed(ours.dumps_typed({"need": NEED, "shown": SHOWN})) == {"need": NEED, "shown": SHOWN}


def test_a_copy_with_more_types_packs_as_well() -> None:
    ours = PackingOnce(allowed_msgpack_modules=CHECKPOINTED).with_msgpack_allowlist([("elsewhere", "Type")])
    assert ours.loads_typed(ours.dumps_typed(NEED)) == NEED


def test_values_that_follow_each_other_are_not_confused() -> None:
    ours = PackingOnce(allowed_msgpack_modules=CHECKPOINTED)
    for place in range(10_000):
        value = Candidate(item_id=str(place), score=0.0, provenance="")
        assert ours.loads_typed(ours.dumps_typed(value)) == value


def test_a_message_that_changes_is_packed_again() -> None:
    ours, message = PackingOnce(), HumanMessage("before")
    ours.dumps_typed(message)
    message.content = "after"
    assert ours.loads_typed(ours.dumps_typed(message)).content == "after"


def test_what_cannot_be_packed_is_refused() -> None:
    with pytest.raises(TypeError):
        PackingOnce().dumps_typed(object())
    with pytest.raises(TypeError):
        JsonPlusSerializer().dumps_typed(object())
