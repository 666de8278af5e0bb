"""Structured output of the built-in model: what the message says is filled in, what it does not say is an error."""

from enum import StrEnum
from typing import Annotated, Literal, TypedDict

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.utils.function_calling import convert_to_json_schema
from langgraph_recommender.agent.offline.model import OfflineChatModel
from langgraph_recommender.tools.errors import ModelError
from pydantic import BaseModel, Field

MODEL = OfflineChatModel()


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class Order(BaseModel):
    """An order."""

    quantity: int = Field(ge=1)
    size: Size
    gift: bool = False
    note: str | None = None


class OrderDict(TypedDict):
    """An order."""

    quantity: Annotated[int, ..., "how many"]
    size: Annotated[Literal["small", "large"], ..., "which size"]


class Options(BaseCallbackHandler):
    def __init__(self):
        self.seen = []

    def on_chat_model_start(self, serialized, messages, *, options=None, **kwargs):
        self.seen.append(options)


KINDS = [Order, OrderDict, Order.model_json_schema()]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["json_schema", "function_calling", "json_mode"])
def test_a_schema_of_every_kind_is_filled(kind, method):
    handler = Options()
    bound = MODEL.with_structured_output(kind, method=method)
    answer = bound.invoke("Three large ones, please.", config={"callbacks": [handler]})
    values = answer if isinstance(answer, dict) else answer.model_dump(exclude_unset=True)
    assert values == {"quantity": 3, "size": "large"}
    assert type(answer) is (Order if kind is Order else dict)
    assert handler.seen[0]["ls_structured_output_format"]["schema"] == convert_to_json_schema(kind)


@pytest.mark.parametrize("kind", KINDS)
async def test_async_and_streams_end_in_the_same_value(kind):
    bound = MODEL.with_structured_output(kind)
    whole = await bound.ainvoke("2 small")
    assert [one async for one in bound.astream("2 small")][-1] == whole
    assert list(bound.stream("2 small"))[-1] == whole


def test_raw_comes_beside_the_value():
    found = MODEL.with_structured_output(Order, include_raw=True).invoke("2 small")
    assert found["parsed"] == Order(quantity=2, size=Size.SMALL)
    assert found["raw"].usage_metadata["output_tokens"] > 0
    assert found["parsing_error"] is None


class Booking(BaseModel):
    restaurant: str
    guests: int
    outside: bool = False
    name: str = ""


class Trip(BaseModel):
    booking: Booking
    cities: list[str] = []
    scores: list[int] = []


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("4 guests at restaurant: Luigi", Booking, {"restaurant": "Luigi", "guests": 4}),
        (
            "restaurant 'Da Mario', guests: 2, not outside",
            Booking,
            {"restaurant": "Da Mario", "guests": 2, "outside": False},
        ),
        (
            'guests 6, restaurant "Chez Anne", outside',
            Booking,
            {"restaurant": "Chez Anne", "guests": 6, "outside": True},
        ),
        (
            "restaurant: Luigi; guests: 3. cities: Rome, Paris and Oslo",
            Trip,
            {"booking": {"restaurant": "Luigi", "guests": 3}, "cities": ["Rome", "Paris", "Oslo"]},
        ),
        ("三个 large", Order, {"quantity": 3, "size": "large"}),
        ("a gift: 12 small", Order, {"quantity": 12, "size": "small", "gift": True}),
    ],
)
def test_values_come_from_the_words(text, kind, expected):
    assert MODEL.with_structured_output(kind).invoke(text).model_dump(exclude_unset=True) == expected


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("hello there", "quantity, size"),
        ("large", "quantity"),
        ("0 large", "quantity"),
        ("1.5 large", "quantity"),
        ("3 medium ones", "size"),
    ],
)
def test_what_is_not_said_is_named_and_not_made_up(text, missing):
    with pytest.raises(ModelError, match=f"does not say {missing} of Order"):
        MODEL.with_structured_output(Order).invoke(text)
