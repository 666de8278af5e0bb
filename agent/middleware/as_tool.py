"""The whole recommender as one tool of another agent."""

from __future__ import annotations

import json
from contextvars import Context
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from langchain_core.runnables import RunnableConfig
from langchain_core.tools import BaseTool, StructuredTool
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.prebuilt import ToolRuntime
from langgraph.types import Command
from pydantic import BaseModel, Field

from ...graphs.context import RecommenderContext
from ...graphs.state import Recommendation
from ...tools.calling import OUTSIDE, user_of
from ..recommender import Recommender


class RecommendArguments(BaseModel):
    """Arguments of recommend."""

    message: str = Field(min_length=1, description="What the person said, in their own words and language.")


def recommender_tool(recommender: Recommender, *, name: str = "recommend") -> BaseTool:
    """The graph as a tool that takes the person's words and remembers its own side of the conversation.

    It goes on from call to call of the same thread of the calling agent, for the user of its context; without a thread
    every call is a conversation of its own, of which nothing is kept. Gives the reply and the items as text, and the
    `Recommendation`s as the message's artifact. A tool of the graph that wants a yes asks for it in the reply, and the
    next words answer.
    """

    def recommend(message: str, runtime: ToolRuntime = OUTSIDE) -> tuple[str, list[Recommendation]]:
        thread = runtime.config.get("configurable", {}).get("thread_id") if runtime else None
        result = Context().run(_say, recommender, message, name, thread, user_of(None, runtime))
        if pending := result.get("__interrupt__"):
            return json.dumps({"reply": pending[0].value["message"]}, ensure_ascii=False), []
        turn = result["turn"]
        items = [{"id": one.item_id, "title": one.title, "reasons": one.reasons} for one in turn.recommendations]
        return json.dumps({"reply": turn.reply, "items": items}, ensure_ascii=False), list(turn.recommendations)

    return StructuredTool.from_function(
        recommend,
        name=name,
        description="Recommends from the catalog in conversation: understands wishes, feedback, comparisons and "
        "questions about items, over several turns. Pass on what the person said, word for word.",
        args_schema=RecommendArguments,
        response_format="content_and_artifact",
    )


def _say(recommender: Recommender, message: str, name: str, of: object, user: str | None) -> dict[str, Any]:
    """A turn of its own; in the context of the calling agent it would be a part of that agent's, with its threads."""
    thread = f"{name}:{quote(user or '', safe='')}:{of or uuid4().hex}"
    config: RunnableConfig = {"configurable": {"thread_id": thread}}
    saver = recommender.checkpointer
    waiting = saver and recommender.get_state(config).interrupts
    sent: Any = Command(resume=message) if waiting else {"messages": [("user", message)]}
    try:
        return recommender.invoke(sent, config, context=RecommenderContext(user_id=user))
    finally:
        if not of and isinstance(saver, BaseCheckpointSaver):
            saver.delete_thread(thread)
