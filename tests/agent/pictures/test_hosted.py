"""A hosted model that sees is shown the picture over HTTP, and what it writes is searched for; a blind one is not."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langgraph_recommender.agent import OfflineChatModel, Recommender, TurnResult, create_recommender
from langgraph_recommender.agent.hosted import open_model
from langgraph_recommender.evals.openai_faults import Fault
from langgraph_recommender.evals.openai_server import OpenAIServer
from langgraph_recommender.tools.catalog import Catalog
from langgraph_recommender.tools.catalog.pictures import read_picture

from .conftest import COLOURS

Show = Callable[..., dict[str, Any]]


class Seeing(BaseChatModel):
    """The built-in model with eyes: into the query of its understanding it writes the colour that it was shown."""

    inner: OfflineChatModel

    @property
    def _llm_type(self) -> str:
        return "seeing"

    def _generate(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **given: Any
    ) -> ChatResult:
        worded = [one.model_copy(update={"content": one.text}) for one in messages]
        answer = self.inner.invoke(worded, stop=stop, **given)
        shown = list(_pictures(messages[-1]))
        if shown:
            seen = {"query": f"{_colour(shown[0])} drinking vessel", "intent": "recommend", "confidence": 0.9}
            answer = AIMessage(json.dumps(json.loads(answer.text) | seen))
        return ChatResult(generations=[ChatGeneration(message=answer)])


def _pictures(message: BaseMessage) -> Iterator[bytes]:
    for block in message.content if isinstance(message.content, list) else []:
        if isinstance(block, dict) and block.get("type") == "image_url":
            yield base64.b64decode(block["image_url"]["url"].partition(",")[2])


def _colour(content: bytes) -> str:
    picture = read_picture(content)
    middle = picture[picture.shape[0] // 2, picture.shape[1] // 3].astype(int)
    return min(COLOURS, key=lambda name: np.abs(middle - COLOURS[name]).sum())


def ask(recommender: Recommender, *content: Any, thread: str = "t") -> TurnResult:
    blocks = [{"type": "text", "text": one} if isinstance(one, str) else one for one in content]
    sent = {"messages": [HumanMessage(blocks)]}
    return recommender.invoke(sent, {"configurable": {"thread_id": thread}})["turn"]


def hosted(cups: Catalog, server: OpenAIServer) -> Recommender:
    return create_recommender(cups, open_model("openai:test", base_url=server.base_url, environ={}, max_retries=0))


def shown_in(server: OpenAIServer) -> list[str]:
    messages = [one for call in server.calls for one in call.body["messages"]]
    parts = [part for one in messages if isinstance(one["content"], list) for part in one["content"]]
    return [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]


@pytest.mark.parametrize("words", ["like this but under 20", ""])
def test_the_picture_is_shown_once_and_what_it_shows_is_searched_for(cups: Catalog, show: Show, words: str) -> None:
    with OpenAIServer(Seeing(inner=OfflineChatModel.for_catalog(cups))) as server:
        recommender = hosted(cups, server)
        turn = ask(recommender, *([words] if words else []), show("green"))
        again = ask(recommender, "cheaper")
    assert turn.degraded == again.degraded == ()
    assert turn.model_calls <= 2
    (sent,) = shown_in(server)
    assert sent.startswith("data:image/jpeg;base64,")
    assert "green drinking vessel" in str(turn.tool_calls[0].args["query"])
    assert turn.tool_calls[0].args["picture"] == turn.picture
    assert turn.recommendations[0].item_id.startswith("green")


def test_what_is_shown_says_nothing_of_where_it_was_taken(cups: Catalog) -> None:
    import io

    from PIL import Image

    exif, held = Image.Exif(), io.BytesIO()
    exif[0x010E] = "at home"
    Image.new("RGB", (50, 50), (200, 30, 30)).save(held, "JPEG", exif=exif)
    block = {"type": "image", "base64": base64.b64encode(held.getvalue()).decode(), "mime_type": "image/jpeg"}
    with OpenAIServer(Seeing(inner=OfflineChatModel.for_catalog(cups))) as server:
        ask(hosted(cups, server), "like this", block)
    (sent,) = shown_in(server)
    assert b"at home" in held.getvalue()
    assert b"at home" not in base64.b64decode(sent.partition(",")[2])


def test_a_model_that_refuses_pictures_is_asked_without_and_remembered(cups: Catalog, show: Show) -> None:
    with OpenAIServer(OfflineChatModel.for_catalog(cups), frozenset({Fault.IMAGES_400})) as server:
        recommender = hosted(cups, server)
        first = ask(recommender, "like this but under 20", show("blue"))
        refused = sum(call.status == 400 for call in server.calls)
        second = ask(recommender, "like this but under 20", show("red"))
    assert refused
    assert sum(call.status == 400 for call in server.calls) == refused
    assert first.model_calls + second.model_calls == len(server.calls)
    assert second.model_calls <= 2
    assert "takes no pictures" in first.degraded[0]
    assert [turn.recommendations[0].item_id for turn in (first, second)] == ["blue-cheap", "red-cheap"]


def test_a_server_that_is_down_leaves_the_picture_to_the_built_in_model(cups: Catalog, show: Show) -> None:
    with OpenAIServer(OfflineChatModel.for_catalog(cups), frozenset({Fault.SERVER_500})) as server:
        turn = ask(hosted(cups, server), "like this but under 20", show("blue"))
    assert turn.recommendations[0].item_id == "blue-cheap"
    assert turn.degraded


def test_a_catalog_without_pictures_still_hears_what_the_model_saw(products: Catalog, show: Show) -> None:
    with OpenAIServer(Seeing(inner=OfflineChatModel.for_catalog(products))) as server:
        turn = ask(hosted(products, server), "something like this", show("green"))
    assert "green drinking vessel" in str(turn.tool_calls[0].args["query"])
    assert turn.picture == ""
