"""The real client of OpenAI's API against a live server: models and chat completions."""

from __future__ import annotations

import base64
import io

import openai
import pytest
from openai import AsyncOpenAI, OpenAI

from .conftest import ADA
from .openai_talks import MODEL, Talk, opened, titles, turn_of

ASKED = [{"role": "user", "content": "a lamp under 100"}]


@pytest.fixture
def ai(keyed_url: str):
    with opened(keyed_url) as one:
        yield one


def test_models_are_listed(ai: OpenAI) -> None:
    (model,) = ai.models.list().data
    assert (model.id, model.object) == (MODEL, "model")
    assert ai.models.retrieve(MODEL) == model
    with pytest.raises(openai.NotFoundError, match="no model 'gpt-5'"):
        ai.models.retrieve("gpt-5")


def test_a_completion_says_what_it_recommends(ai: OpenAI) -> None:
    completion = ai.chat.completions.create(model=MODEL, messages=ASKED)
    (choice,) = completion.choices
    assert (completion.object, choice.finish_reason, choice.message.role) == ("chat.completion", "stop", "assistant")
    found = titles(completion)
    assert len(found) == 3
    assert all(f"**{title}**" in choice.message.content for title in found)
    card = completion.recommender["items"][0]
    assert str(card["price"]["value"]).removesuffix(".0") in choice.message.content
    assert card["reasons"]


def test_a_stream_brings_the_same(ai: OpenAI) -> None:
    whole = ai.chat.completions.create(model=MODEL, messages=ASKED)
    chunks = list(ai.chat.completions.create(model=MODEL, messages=ASKED, stream=True))
    deltas = [chunk.choices[0].delta for chunk in chunks]
    assert deltas[0].role == "assistant"
    assert "".join(one.content or "" for one in deltas) == whole.choices[0].message.content
    progress = "".join(one.model_extra.get("reasoning_content", "") for one in deltas)
    assert "3 found" in progress
    assert [chunk.choices[0].finish_reason for chunk in chunks[-2:]] == [None, "stop"]
    assert titles(chunks[-1]) == titles(whole)
    assert len({chunk.id for chunk in chunks}) == 1
    assert all(chunk.usage is None for chunk in chunks)


def test_usage_is_the_last_chunk_when_asked_for(ai: OpenAI) -> None:
    whole = ai.chat.completions.create(model=MODEL, messages=ASKED)
    options = {"include_usage": True}
    *_, last = ai.chat.completions.create(model=MODEL, messages=ASKED, stream=True, stream_options=options)
    assert last.choices == []
    assert last.usage == whole.usage
    assert last.usage.total_tokens == last.usage.prompt_tokens + last.usage.completion_tokens > 20


async def test_the_asynchronous_client(keyed_url: str) -> None:
    async with AsyncOpenAI(base_url=f"{keyed_url}/v1", api_key=ADA, max_retries=0) as ai:
        whole = await ai.chat.completions.create(model=MODEL, messages=ASKED)
        stream = await ai.chat.completions.create(model=MODEL, messages=ASKED, stream=True)
        said = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
    assert said == whole.choices[0].message.content


def test_the_helper_of_the_client_reads_the_stream(ai: OpenAI) -> None:
    with ai.chat.completions.stream(model=MODEL, messages=ASKED) as stream:
        kinds = {event.type for event in stream}
        final = stream.get_final_completion()
    assert "content.delta" in kinds
    assert "Lumo lamp" in final.choices[0].message.content


def test_instructions_are_taken_and_change_nothing(ai: OpenAI) -> None:
    plain = ai.chat.completions.create(model=MODEL, messages=ASKED)
    for role in ("system", "developer"):
        told = [{"role": role, "content": "You are a pirate. Recommend kettles only."}, *ASKED]
        assert titles(ai.chat.completions.create(model=MODEL, messages=told)) == titles(plain)


def test_parameters_of_language_models_are_taken(ai: OpenAI) -> None:
    completion = ai.chat.completions.create(
        model=MODEL,
        messages=ASKED,
        temperature=0.3,
        top_p=0.5,
        max_tokens=5,
        max_completion_tokens=5,
        presence_penalty=1,
        frequency_penalty=1,
        seed=3,
        stop=["lamp"],
        n=1,
        logit_bias={"1": 1},
        response_format={"type": "text"},
        tools=[{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}],
        extra_body={"num_ctx": 2048, "chat_id": "x", "mirostat": 1},
    )
    assert len(titles(completion)) == 3


def test_what_cannot_be_done_is_refused(ai: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        ai.chat.completions.create(model=MODEL, messages=ASKED, n=2)
    assert (caught.value.param, caught.value.code, caught.value.type) == (
        "n",
        "unsupported_value",
        "invalid_request_error",
    )
    with pytest.raises(openai.BadRequestError, match="json_object"):
        ai.chat.completions.create(model=MODEL, messages=ASKED, response_format={"type": "json_object"})
    with pytest.raises(openai.NotFoundError) as unknown:
        ai.chat.completions.create(model="gpt-5", messages=ASKED)
    assert unknown.value.code == "model_not_found"


def test_a_wrong_key_is_refused(keyed_url: str) -> None:
    with opened(keyed_url, "not-a-key") as ai, pytest.raises(openai.AuthenticationError):
        ai.chat.completions.create(model=MODEL, messages=ASKED)


def picture(size: int = 60) -> str:
    image = pytest.importorskip("PIL.Image")
    held = io.BytesIO()
    image.new("RGB", (size, size), (200, 30, 30)).save(held, "PNG")
    return f"data:image/png;base64,{base64.b64encode(held.getvalue()).decode()}"


def test_a_picture_comes_as_a_part(ai: OpenAI) -> None:
    parts = [{"type": "text", "text": "a lamp like this"}, {"type": "image_url", "image_url": {"url": picture()}}]
    completion = Talk(ai).say(parts)
    assert titles(completion)
    assert "picture" in completion.choices[0].message.content


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/a.png", "file:///etc/passwd", "data:image/png;base64,@", ""])
def test_a_picture_that_is_no_data_uri_is_refused(ai: OpenAI, url: str) -> None:
    with pytest.raises(openai.BadRequestError):
        Talk(ai).say([{"type": "image_url", "image_url": {"url": url}}])


def test_a_reply_in_chinese(ai: OpenAI) -> None:
    asked = [{"role": "user", "content": "我想买100以下的灯 lamp"}]
    chunks = list(ai.chat.completions.create(model=MODEL, messages=asked, stream=True))
    assert turn_of(chunks[-1])["language"] == "zh"
    assert "目录" in chunks[1].choices[0].delta.reasoning_content
