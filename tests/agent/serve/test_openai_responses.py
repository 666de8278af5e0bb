"""The real client of OpenAI's API against a live server: responses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI, OpenAI

from .conftest import ADA, BOB
from .openai_talks import MODEL, Talk, opened, prices, thread, titles


@pytest.fixture
def ai(keyed_url: str) -> Iterator[OpenAI]:
    with opened(keyed_url) as one:
        yield one


def respond(ai: OpenAI, words: Any, **more: Any) -> Any:
    return ai.responses.create(model=MODEL, input=words, **more)


def test_a_response_says_what_it_recommends(ai: OpenAI) -> None:
    response = respond(ai, "a lamp under 100", instructions="Be brief.", temperature=0, metadata={"a": "b"})
    assert (response.object, response.status, response.error) == ("response", "completed", None)
    assert [one.type for one in response.output] == ["message"]
    assert all(f"**{title}**" in response.output_text for title in titles(response))
    assert response.usage.total_tokens == response.usage.input_tokens + response.usage.output_tokens > 20


def test_events_come_in_order_and_open_what_they_fill(ai: OpenAI) -> None:
    whole = respond(ai, "a lamp under 100")
    events = list(respond(ai, "a lamp under 100", stream=True))
    assert [one.sequence_number for one in events] == list(range(len(events)))
    assert [one.type for one in events if "delta" not in one.type] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.reasoning_summary_part.added",
        "response.reasoning_summary_text.done",
        "response.reasoning_summary_part.done",
        "response.output_item.done",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    said = "".join(one.delta for one in events if one.type == "response.output_text.delta")
    final = events[-1].response
    assert [one.type for one in final.output] == ["reasoning", "message"]
    assert said == final.output_text == whole.output_text
    assert titles(final) == titles(whole)
    assert events[0].response.id == final.id


def test_the_helper_of_the_client_reads_the_stream(ai: OpenAI) -> None:
    with ai.responses.stream(model=MODEL, input="a lamp under 100") as stream:
        for _ in stream:
            pass
        final = stream.get_final_response()
    assert "Lumo lamp" in final.output_text


async def test_the_asynchronous_client(keyed_url: str) -> None:
    async with AsyncOpenAI(base_url=f"{keyed_url}/v1", api_key=ADA, max_retries=0) as ai:
        first = await ai.responses.create(model=MODEL, input="a lamp under 100")
        stream = await ai.responses.create(model=MODEL, input="under 60", previous_response_id=first.id, stream=True)
        *_, last = [event async for event in stream]
    assert prices(last.response) == ["<60.0"]


def test_a_response_follows_on_an_earlier_one_and_another_may_too(ai: OpenAI) -> None:
    first = respond(ai, "a clock under 110")
    below = [respond(ai, f"under {price}", previous_response_id=first.id) for price in (90, 60, 40, 30)]
    assert [prices(one) for one in below] == [["<90.0"], ["<60.0"], ["<40.0"], ["<30.0"]]
    assert all(one.previous_response_id == first.id for one in below)
    again = [respond(ai, "any other?", previous_response_id=one.id) for one in below[:2]]
    assert [prices(one) for one in again] == [["<90.0"], ["<60.0"]]


def test_a_history_as_input_goes_on_as_well(ai: OpenAI) -> None:
    first = respond(ai, [{"role": "user", "content": "a lamp under 100"}])
    held = [{"role": "user", "content": "a lamp under 100"}, *(one.to_dict() for one in first.output)]
    second = respond(ai, [*held, {"role": "user", "content": [{"type": "input_text", "text": "under 60"}]}])
    assert prices(second) == ["<60.0"]
    assert thread(second) == thread(first)


def test_chat_and_responses_are_one_conversation(ai: OpenAI) -> None:
    talk = Talk(ai)
    completion = talk.say("a chair under 110")
    second = respond(ai, [*talk.messages, {"role": "user", "content": "under 60"}])
    assert (thread(second), prices(second)) == (thread(completion), ["<60.0"])


def test_a_response_can_be_had_again_until_it_is_deleted(ai: OpenAI) -> None:
    first = respond(ai, "a lamp under 100")
    respond(ai, "under 60", previous_response_id=first.id)
    again = ai.responses.retrieve(first.id)
    assert (again.output_text, titles(again)) == (first.output_text, titles(first))
    ai.responses.delete(first.id)
    with pytest.raises(openai.NotFoundError):
        ai.responses.retrieve(first.id)
    with pytest.raises(openai.NotFoundError):
        respond(ai, "under 60", previous_response_id=first.id)


def test_a_response_that_is_not_stored_cannot_be_followed(ai: OpenAI) -> None:
    first = respond(ai, "a lamp under 100", store=False)
    assert first.store is False
    with pytest.raises(openai.NotFoundError):
        respond(ai, "under 60", previous_response_id=first.id)


def test_nobody_follows_on_the_response_of_another(ai: OpenAI, keyed_url: str) -> None:
    first = respond(ai, "a lamp under 100", user="ann")
    with opened(keyed_url, BOB) as bob:
        with pytest.raises(openai.NotFoundError) as theirs:
            respond(bob, "under 60", previous_response_id=first.id)
        with pytest.raises(openai.NotFoundError) as nobodys:
            respond(bob, "under 60", previous_response_id="resp_0")
        with pytest.raises(openai.NotFoundError):
            bob.responses.retrieve(first.id)
    assert theirs.value.body == nobodys.value.body or theirs.value.message == nobodys.value.message
    with pytest.raises(openai.NotFoundError):
        respond(ai, "under 60", previous_response_id=first.id, user="ben")
    assert prices(respond(ai, "under 60", previous_response_id=first.id)) == ["<60.0"]


def test_a_stranger_goes_on_by_the_id(shop_url: str) -> None:
    with opened(shop_url, "none") as ai:
        first = respond(ai, "a lamp under 100")
        ai._client.cookies.clear()
        second = respond(ai, "under 60", previous_response_id=first.id)
        assert prices(second) == ["<60.0"]
        third = respond(ai, "any other?", previous_response_id=second.id)  # with a guest's cookie now
        assert prices(third) == ["<60.0"]
        assert ai.responses.delete(second.id) is None
        with pytest.raises(openai.NotFoundError):
            ai.responses.retrieve(second.id)


def test_what_cannot_be_done_is_refused(ai: OpenAI) -> None:
    for more in (
        {"background": True},
        {"conversation": "conv_1"},
        {"text": {"format": {"type": "json_schema", "name": "x", "schema": {}}}},
        {"input": []},
        {"input": [{"role": "system", "content": "x"}]},
        {"input": [{"role": "assistant", "content": "x"}]},
        {"input": 5},
    ):
        with pytest.raises(openai.BadRequestError):
            respond(ai, **{"words": "hi", "extra_body": more} if "input" in more else {"words": "hi", **more})
