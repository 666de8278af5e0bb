"""LangChain tools over profile memory: recall, remember, record, forget, export."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from langchain_core.tools import BaseTool
from langgraph.prebuilt import ToolRuntime
from pydantic import BaseModel, Field

from ..calling import OUTSIDE, as_tool, call_key, user_of
from ..catalog import Catalog
from ..catalog.tools import known_facet, to_json
from ..constraints import parse_filter
from ..constraints.values import canonical_value
from ..errors import ToolInputError
from .describe import describe, describe_one
from .memory import ProfileMemory
from .model import FeedbackKind, ItemEvent, LastingConstraint, Preference

NOBODY = "There is no memory: nobody is signed in. Nothing was stored, and nothing is known."


class NoArguments(BaseModel):
    """A tool without arguments."""


class PreferenceArguments(BaseModel):
    """Arguments of remember_preference."""

    value: str = Field("", description="What is liked or disliked: a value of the facet, or a topic.")
    facet: str = Field("", description="Key of the facet that the value belongs to; empty for a topic.")
    weight: float = Field(1.0, ge=-1, le=1, description="1 loves it, 0.5 likes it, -0.5 dislikes it, -1 hates it.")
    always: str = Field("", description="A filter to hold in every recommendation: `price<=500`, `genres != horror`.")
    evidence: str = Field("", description="The person's own words.")


class FeedbackArguments(BaseModel):
    """Arguments of record_feedback."""

    item_id: str = Field(description="Id of the item, as a search returned it.")
    kind: FeedbackKind = Field(description="seen: read, watched or owned already; chosen: bought, booked or taken.")
    reason: str = Field("", description="Why, in the person's own words.")


class ForgetArguments(BaseModel):
    """Arguments of forget_statement."""

    target: str = Field(min_length=1, description="What to forget, in the person's words: a topic, a title, `my budget`.")


def profile_tools(
    catalog: Catalog, memory: ProfileMemory | None, user_id: str | None, clock: Callable[[], datetime]
) -> list[BaseTool]:
    """Six tools. Without a memory or a user id each answers that there is none; `clock` gives an aware time."""

    def user(runtime: ToolRuntime | None) -> str | None:
        return user_of(user_id, runtime) if memory else None
