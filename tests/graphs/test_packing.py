"""The serializer of checkpoints: LangGraph reads what it writes, and nothing changes on the way."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph_recommender.graphs.checkpointing import CHECKPOINTED, our_serializer
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
def test_langgraph_reads_what_we_write_and_we_read_what_it_writes(value: Any) -> None:
    ours, usual = our_serializer(), JsonPlusSerializer(allowed_msgpack_modules=CHECKPOINTED)
    expected = usual.loads_typed(usual.dumps_typed(value))
    for _ in range(2):
        written = ours.dumps_typed(value)
        assert ours.loads_typed(written) == usual.loads_typed(written) == expected
    assert ours.loads_typed(usual.dumps_typed(value)) == expected


def test_members_of_enums_and_tuples_come_back_as_such() -> None:
    ours = our_serializer()
    need = ours.loads_typed(ours.dumps_typed(NEED))
    assert need == NEED
    assert need.constraints[0].op is Op.LE
    assert isinstance(need.constraints, tuple)


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), 3.0, True, ("a", "b"), (1.0, 2.0), "3", "\U0001f600"])
def test_values_of_constraints_keep_their_type(value: Any) -> None:
    ours, one = our_serializer(), Constraint(facet="f", op=Op.EQ, value=value)
    back = ours.loads_typed(ours.dumps_typed(one))
    assert (back.value, type(back.value)) == (value, type(value))


def test_a_copy_with_more_types_packs_as_well() -> None:
    ours = our_serializer().with_msgpack_allowlist([("elsewhere", "Type")])
    assert isinstance(ours, PackingOnce)
    assert ours.loads_typed(ours.dumps_typed(NEED)) == NEED


def test_values_that_follow_each_other_are_not_confused() -> None:
    ours = our_serializer()
    for place in range(10_000):
        value = Candidate(item_id=str(place), score=0.0, provenance="")
        assert ours.loads_typed(ours.dumps_typed(value)) == value


def test_a_message_that_changes_is_packed_again() -> None:
    ours, message = our_serializer(), HumanMessage("before")
    ours.dumps_typed(message)
    message.content = "after"
    assert ours.loads_typed(ours.dumps_typed(message)).content == "after"


def test_what_cannot_be_packed_is_refused() -> None:
    with pytest.raises(TypeError):
        our_serializer().dumps_typed(object())
    with pytest.raises(TypeError):
        JsonPlusSerializer().dumps_typed(object())
