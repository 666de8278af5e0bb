"""Requests as chat front ends send them, on the wire."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from .conftest import ADA

WEBUI = {
    "Authorization": f"Bearer {ADA}",
    "X-OpenWebUI-User-Name": "Ada",
    "X-OpenWebUI-User-Id": "0f1d",
    "X-OpenWebUI-User-Role": "user",
    "X-OpenWebUI-Chat-Id": "c1",
}
HISTORY = "<chat_history>\nUSER: a lamp under 100\nASSISTANT: {reply}\n</chat_history>"


@pytest.fixture
def front(keyed_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{keyed_url}/v1", headers=WEBUI, timeout=30) as one:
        yield one


def complete(front: httpx.Client, *messages: tuple[str, Any], **more: Any) -> dict[str, Any]:
    told = [{"role": role, "content": content} for role, content in messages]
    answer = front.post("/chat/completions", json={"model": "recommender", "messages": told, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def words(completion: dict[str, Any]) -> str:
    return completion["choices"][0]["message"]["content"]


def chunks(front: httpx.Client, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    with front.stream("POST", "/chat/completions", json=body) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in answer.iter_lines() if line]
    assert lines[-1] == "data: [DONE]"
    yield from (json.loads(line.removeprefix("data: ")) for line in lines[:-1])


def test_open_webui_streams_a_talk_and_asks_about_it(front: httpx.Client) -> None:
    asked = {
        "stream": True,
        "model": "recommender",
        "messages": [
            {"role": "system", "content": "User context: today is Sunday."},
            {"role": "user", "content": "a lamp under 100"},
        ],
        "stream_options": {"include_usage": True},
    }
    reply = "".join(one["choices"][0]["delta"].get("content") or "" for one in chunks(front, asked) if one["choices"])
    quoted = HISTORY.format(reply=reply)
    shapes = {"title": str, "tags": list, "follow_ups": list, "queries": list}
    for task, shape in shapes.items():
        prompt = f'### Task:\nDo it.\n### Output:\nJSON format: {{ "{task}": "..." }}\n### Chat History:\n{quoted}'
        said = json.loads(words(complete(front, ("user", prompt), stream=False, max_completion_tokens=1000)))
        assert isinstance(said[task], shape)
    shown = f'<details type="reasoning" done="true" duration="0">\n<summary>Thought</summary>\n</details>\n{reply}'
    later = [*asked["messages"], {"role": "assistant", "content": shown}, {"role": "user", "content": "under 60"}]
    later[0] = {"role": "system", "content": "User context: today is Monday."}
    *_, end, usage = chunks(front, asked | {"messages": later})
    assert usage["usage"]["total_tokens"] > 20
    bounds = [one["value"] for one in end["recommender"]["turn"]["constraints"] if one["facet"] == "price"]
    assert bounds == [60.0]
    first = next(chunks(front, asked))
    assert first["choices"][0]["delta"] == {"role": "assistant", "content": ""}


FILE = "6b1c20f2-5f0e-4a53-9a3c-0a1b2c3d4e5f"
ATTACHED = (
    f'<attached_files>\n<file type="file" id="{FILE}" url="{FILE}" content_type="image/png" name="lamp.png"/>\n'
    "</attached_files>\n\n"
)
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJg"
    "gg=="
)
TOOLS = [{"type": "function", "function": {"name": "get_current_timestamp", "parameters": {"type": "object"}}}]


def test_a_chat_of_open_webui_goes_on_is_made_again_edited_and_gets_a_picture(front: httpx.Client) -> None:
    """The requests of Open WebUI 0.12.4: its tools, the whole history each time, files named before the words."""

    def say(*messages: tuple[str, Any]) -> tuple[str, dict[str, Any]]:
        told = [{"role": role, "content": content} for role, content in messages]
        got = list(chunks(front, {"stream": True, "model": "recommender", "messages": told, "tools": TOOLS}))
        return "".join(one["choices"][0]["delta"].get("content") or "" for one in got), got[-1]["recommender"]

    first, began = say(("user", "a lamp under 100"))
    talk = [("user", "a lamp under 100"), ("assistant", first), ("user", "under 60")]
    _, went_on = say(*talk)
    again, made_again = say(*talk)
    assert went_on["thread_id"] == began["thread_id"] != made_again["thread_id"]
    assert [one["item_id"] for one in made_again["items"]] == [one["item_id"] for one in went_on["items"]]
    _, edited = say(("user", "a clock"))
    assert edited["thread_id"] not in (began["thread_id"], made_again["thread_id"])
    assert [one["facet"] for one in edited["turn"]["constraints"]] != ["price"]
    parts = [{"type": "text", "text": ATTACHED}, {"type": "text", "text": "one like this"}]
    pictured = [*talk, ("assistant", again), ("user", [*parts, {"type": "image_url", "image_url": {"url": PIXEL}}])]
    third, shown = say(*pictured)
    assert shown["thread_id"] == made_again["thread_id"]
    assert FILE[:8] not in json.dumps(shown["turn"])
    assert "attached" not in third
    _, later = say(*pictured, ("assistant", third), ("user", "cheaper"))
    assert later["thread_id"] == shown["thread_id"]


def test_side_requests_are_not_remembered(front: httpx.Client) -> None:
    asks = '### Task:\nGenerate a title.\nJSON format: { "title": "..." }\n'
    prompt = f"{asks}<chat_history>\nUSER: I love brewer\n</chat_history>"
    asked = complete(front, ("user", prompt), user="webui-1")
    assert json.loads(words(asked)) == {"title": "I love brewer"}
    assert "recommender" not in asked
    assert "brewer" not in words(complete(front, ("user", "what do you know about me?"), user="webui-1")).casefold()


def test_librechat_streams_a_talk_and_asks_for_its_title(front: httpx.Client) -> None:
    body = {
        "model": "recommender",
        "user": "65f0c0ffee",
        "temperature": 1,
        "top_p": 1,
        "presence_penalty": 0,
        "frequency_penalty": 0,
        "stream": True,
        "messages": [{"role": "user", "content": [{"type": "text", "text": "a lamp under 100"}]}],
    }
    told = list(chunks(front, body))
    reply = "".join(one["choices"][0]["delta"].get("content") or "" for one in told)
    assert "Lumo lamp" in reply
    body["messages"] += [{"role": "assistant", "content": reply}, {"role": "user", "content": "under 60"}]
    *_, end = chunks(front, body)
    assert end["recommender"]["thread_id"] == told[-1]["recommender"]["thread_id"]
    title = (
        "Provide a concise, 5-word-or-less title for the conversation. Only return the title itself.\n\nConversation:\n"
    )
    asked = complete(front, ("user", f"{title}User: a lamp under 100\nAI: {reply}"), user="65f0c0ffee")
    assert words(asked) == "a lamp under 100"


def test_a_user_out_of_the_scope_of_a_key_is_a_person_of_its_own(front: httpx.Client) -> None:
    complete(front, ("user", "remember that I love sitwell"), user="webui-2")
    for who in ({"user": "webui-3"}, {}, {"user": "bob"}):
        assert "sitwell" not in words(complete(front, ("user", "what do you know about me?"), **who)).casefold()
    assert "sitwell" in words(complete(front, ("user", "what do you know about me?"), user="webui-2")).casefold()
